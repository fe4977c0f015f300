"""Captions: what somebody writes beside a file may name the coach that shall learn it, in each of our languages.

Nothing else that a caption says is an instruction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = r"[“”„«»\"'*]*(?P<name>[^\n:]{1,100}?)[“”„«»\"'*]*"
_TELLING = (
    # English: "teach this to Chef", "learn this for Chef", "teach Chef this"
    rf"(?:please )?(?:teach|give|show|add|feed)(?: (?:this|these|that|it|them|the))?(?: files?| links?| pages?)?"
    rf" (?:to|for) (?:my coach |the coach |coach )?{_NAME}",
    rf"(?:please )?(?:learn|read|use)(?: (?:this|these|that|it|them))?(?: files?| links?| pages?)? (?:for|as) "
    rf"(?:my coach |the coach |coach )?{_NAME}",
    rf"teach (?:my coach |the coach |coach )?{_NAME} (?:this|these|that)(?: files?| links?| pages?)?",
    # German: "lern das für Chef", "bring das Chef bei", "Chef soll das lernen"
    rf"(?:bitte )?(?:lerne?|lies|nimm)(?: (?:das|dies|diese|dieses|es))?(?: datei(?:en)?| seite| hier)? für "
    rf"(?:meinen coach |den coach )?{_NAME}",
    rf"(?:bitte )?bringe? (?:das|dies|diese datei|es) (?:meinem coach |dem coach |dem |der )?{_NAME} bei",
    rf"{_NAME} soll (?:das|dies|es) lernen",
    # Spanish: "enseña esto a Chef", "aprende esto para Chef"
    rf"(?:por favor,? )?(?:enseña|enséña|ensena|dale|da)(?:le)?(?: (?:esto|este archivo|estos archivos))? a "
    rf"(?:mi coach |el coach )?{_NAME}",
    rf"(?:por favor,? )?aprende(?: (?:esto|este archivo|estos archivos))? para (?:mi coach |el coach )?{_NAME}",
    # Russian: "научи этому Chef", "обучи Chef этому", "выучи это для Chef"
    rf"(?:пожалуйста,? )?(?:научи|обучи) этому (?:моего коуча |коуча )?{_NAME}",
    rf"(?:пожалуйста,? )?(?:научи|обучи) (?:моего коуча |коуча )?{_NAME} этому",
    rf"(?:пожалуйста,? )?(?:выучи|изучи|прочитай) (?:это|этот файл) для (?:моего коуча |коуча )?{_NAME}",
    # Hindi: "यह Chef को सिखाओ", "Chef को यह सिखाओ", "Chef के लिए यह सीखो"
    rf"(?:कृपया )?(?:यह|इसे|ये|इन्हें) (?:मेरे कोच )?{_NAME} को सिखा(?:ओ|एँ|एं|इए|ना| ?दो)?",
    rf"(?:कृपया )?(?:मेरे कोच )?{_NAME} को (?:यह|इसे|ये) सिखा(?:ओ|एँ|एं|इए|ना| ?दो)?",
    rf"(?:कृपया )?(?:मेरे कोच )?{_NAME} के लिए (?:यह|इसे|ये) सीख(?:ो|ें|िए|ना)",
)
# "for Chef" may mean anything else too, such as "for tomorrow".
_HINTING = (
    rf"(?:this is |these are )?for (?:my coach |the coach |coach )?{_NAME}",
    rf"(?:das ist )?für (?:meinen coach |den coach )?{_NAME}",
    rf"(?:esto es )?para (?:mi coach |el coach )?{_NAME}",
    rf"(?:это )?для (?:моего коуча |коуча )?{_NAME}",
    rf"{_NAME} के लिए",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The coach that a caption names; not `sure`, the words may mean something else unless there is such a coach."""

    name: str
    sure: bool


def coach_named(caption: str) -> Wanted | None:
    """Read which coach a caption names ("teach this to Chef"); None for any other caption."""
    line = " ".join(caption.split())
    for patterns in (_TELLING, _HINTING):
        for pattern in patterns:
            if found := re.fullmatch(rf"(?:{pattern})[\s.!:।]*", line, re.IGNORECASE):
                return Wanted(found["name"].strip(), patterns is _TELLING)
    return None
