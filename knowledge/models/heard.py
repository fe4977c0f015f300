"""What a person says about themselves, heard by rule: the offline way to fill a person's memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.chunks import sentences


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a person said of themselves: `message[start:end]` are the words, `object` is part of them.

    A single-valued predicate can hold one object at a time: a new one ends the old. `ends` marks what no longer holds
    ("I no longer live in Berlin").
    """

    predicate: str
    object: str
    start: int
    end: int
    single_valued: bool
    ends: bool = False


# Parts of rules, in verbose syntax. NOW is a word of time or degree; OBJECT runs to the END of the clause.
_NOW = r"(?:(?:now|currently|also|really|still|just|usually|mostly|actually|always|recently|mainly|generally)\ )*"
_OBJECT = r"(?P<object>[^\s,;.!?][^,;!?\n]*?)"
_END = r"""(?=\s*(?:
    [,;!?\n] | \.*\s*$ | \ [-–—][ ] | \ (?:but|because|although|though|which|who)[ ]
    | \ (?:and|so|since|while|where)\ (?:i\b|my\b|i['’]|it\b|that\b|we\b|am\b|have\b|live\b|work\b|like\b|prefer\b
        |want\b|can\b|could\b|please\b|what\b|how\b)))"""
_COUNT = r"(?:an?|two|three|four|five|six|seven|eight|nine|ten|several|many|some|no|\d+)"
_NOT_OWNED = r"""(?!(?:\w+\ ){0,2}(?:questions?|problems?|issues?|ideas?|doubts?|requests?|feelings?|look|files?
    |documents?|errors?|bugs?|minutes?|hours?|suggestions?|chance|lot|few|bit|hard\ time|point|clue)\b)"""
_NOT_A_WISH = r"(?!(?:know|ask|see|understand|hear|talk|read|find|say|use|delete|upload)\b)"
_KIN = r"""(?:wife|husband|partner|girlfriend|boyfriend|son|daughter|child|mother|father|brother|sister|dog|cat|boss
    |manager)"""
_OWN = r"(?:job|profession|hometown|birthday|native\ language|mother\ tongue|time\ zone|company|team|hobby|age)"
_PEOPLES = r"""(?:american|english|british|scottish|welsh|irish|german|french|italian|spanish|portuguese|dutch|belgian
    |swiss|austrian|polish|czech|danish|swedish|norwegian|finnish|greek|turkish|russian|ukrainian|indian|chinese
    |japanese|korean|brazilian|mexican|canadian|australian|egyptian|iranian|israeli|jewish|muslim|christian|catholic
    |hindu|buddhist)"""
_NAME = r"(?P<object>(?-i:[A-Z])[\w'’.-]*(?:\ (?-i:[A-Z])[\w'’.-]*)*)"
_TONGUE = r"(?:(?:some|a\ little|fluent)\ )?(?-i:[A-Z])\w+"
_AM = r"(?:am|['’]m)"

# (predicate, whether it is single-valued, what is said after "I")
_SAID_OF_I: tuple[tuple[str, bool, str], ...] = (
    ("lives in", True, rf"(?:live|reside|{_AM}\ (?:based|living)|(?:have\ |['’]ve\ )?moved)\ (?:in|to)\ {_OBJECT}"),
    ("comes from", True, rf"(?:come|{_AM}(?:\ originally)?)\ from\ {_OBJECT}"),
    ("was born", True, r"was\ born\ (?P<object>(?:in|on)\ [^,;!?\n]+?)"),
    ("is aged", True, rf"{_AM}\ (?P<object>\d{{1,3}})(?:\ years?\ old)?"),
    ("works as", True, rf"(?:work|{_AM}\ working)\ as\ {_OBJECT}"),
    ("works at", True, rf"(?:work|{_AM}\ (?:working|employed))\ (?:at|for)\ {_OBJECT}"),
    ("works on", False, rf"(?:work|{_AM}\ working)\ on\ {_OBJECT}"),
    ("works in", False, rf"(?:work|{_AM}\ working)\ (?:in|with)\ {_OBJECT}"),
    ("is learning", False, rf"(?:{_AM}\ (?:learning|studying)|learn|study)\ {_OBJECT}"),
    (
        "wants to",
        False,
        rf"""(?:want|would\ like|['’]d\ like|hope|plan|intend|aim|{_AM}\ (?:trying|planning|hoping))\ to[ ]
        {_NOT_A_WISH}{_OBJECT}""",
    ),
    ("prefers", False, rf"(?:prefer|['’]d\ rather\ have|would\ rather\ have)\ {_OBJECT}"),
    ("dislikes", False, rf"(?:dislike|hate|can['’]?t\ stand|(?:do\ not|don['’]t)\ (?:like|enjoy))\ {_OBJECT}"),
    ("likes", False, rf"(?:like|love|enjoy|{_AM}\ (?:a\ fan\ of|fond\ of|keen\ on))\ {_OBJECT}"),
    ("is interested in", False, rf"{_AM}\ (?:very\ )?interested\ in\ {_OBJECT}"),
    ("is allergic to", False, rf"{_AM}\ allergic\ to\ {_OBJECT}"),
    ("speaks", False, rf"speak\ (?P<object>{_TONGUE}(?:(?:,\ and\ |,\ |\ and\ ){_TONGUE})*)"),
    ("uses", False, rf"use\ {_OBJECT}"),
    ("has", False, rf"(?:have|own|['’]ve\ got|have\ got)\ {_NOT_OWNED}(?P<object>{_COUNT}\ [^,;!?\n]+?)"),
    ("is", False, rf"{_AM}\ (?P<object>an?\ (?!bit\b|little\b|lot\b|fan\b)[^,;!?\n]+?)"),
    ("is", False, rf"{_AM}\ (?P<object>vegetarian|vegan|retired|married|pregnant|diabetic|{_PEOPLES})"),
)
# The same without a subject before it.
_SAID_OF_MINE: tuple[tuple[str, bool, str], ...] = (
    ("is called", True, rf"my\ (?:first\ |full\ )?name(?:\ is|['’]s)\ {_OBJECT}"),
    ("is called", True, rf"(?:please\ )?call\ me\ {_NAME}"),
    ("is called", True, rf"i(?:\ am|['’]m)\ (?!{_PEOPLES}\b){_NAME}"),
    ("wants to", False, rf"my\ (?:main\ |biggest\ )?(?:goal|aim|plan|dream)\ is\ (?:to\ )?{_OBJECT}"),
    ("{0}", True, rf"my\ (?P<what>(?:favou?rite\ \w+|{_OWN}))\ is\ {_OBJECT}"),
    ("has a {0} called", True, rf"my\ (?P<what>{_KIN})(?:['’]s\ name\ is|\ is\ (?:called|named))\ {_OBJECT}"),
    ("is", False, r"i(?:\ am|['’]m)\ (?P<ended>not|no\ longer)\ (?P<object>(?!a\ (?:fan|bit)\b)an?\ [^,;!?\n]+?)"),
)

_ENDED = r"(?P<ended>no\ longer\ |(?:do\ not|don['’]t)\ |used\ to\ |(?:have\ )?(?:stopped|quit)\ )?"
_START = r"""(?:^|(?<=[,;:–—]\ )|(?<=\band\ )|(?<=\bbut\ )|(?<=\bso\ )|(?<=\bthat\ )|(?<=\bbecause\ ))
    (?:(?:now|today|also|actually|well),?\ )*"""
_FLAGS = re.IGNORECASE | re.VERBOSE
_LONGEST_OBJECT = 120
_TRAILING = re.compile(
    r"""(?:\s+(?:any\s?more|any\ longer|now|these\ days|at\ the\ moment|currently|right\ now|too|as\ well|please|again
    |by\ the\ way|though|today|yesterday|recently|(?:last|this)\ (?:year|month|week|summer|winter)))+$""",
    _FLAGS,
)
_QUOTED = re.compile(
    r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|```.*?```|`[^`]*`|^[ \t]*>[^\n]*", re.MULTILINE | re.DOTALL
)
_SUPPOSED = re.compile(r"\b(?:if|whether|suppose|imagine|pretend|assume|(?:he|she|they) said|unless)\b", re.IGNORECASE)
_GREETING = re.compile(
    r"""^(?:(?:hi|hello|hey|good\ \w+|greetings|dear\ \w+|yes|no|well|ok|okay|thanks|thank\ you)\b[\s,!.:–-]*
    (?:there\b|everyone\b|all\b)?[\s,!.:–-]*)+""",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    predicate: str
    single_valued: bool
    pattern: re.Pattern[str]


def _rules() -> Iterator[_Rule]:
    for predicate, single, said in _SAID_OF_MINE:
        yield _Rule(predicate, single, _compiled(said))
    for predicate, single, said in _SAID_OF_I:
        begin = rf"i(?:\ {_NOW}{_ENDED}{_NOW}|(?=['’]))"
        yield _Rule(predicate, single, _compiled(begin + said))


def _compiled(said: str) -> re.Pattern[str]:
    blanks = said.replace(r"\ ", r"[ \t]+")
    return re.compile(rf"{_START}(?P<said>{blanks}){_END}", _FLAGS)


_RULES = tuple(_rules())


def facts(message: str) -> list[Fact]:
    """What the person says of themselves, in order; questions, quotations and suppositions do not count."""
    spoken = _QUOTED.sub(lambda found: "\0" * len(found.group()), message)
    heard: list[Fact] = []
    for start, end in sentences(spoken):
        sentence = spoken[start:end]
        if not sentence.rstrip("\"'”’)").endswith("?") and not _SUPPOSED.search(sentence):
            heard.extend(_facts_in(message, spoken, start, end))
    return heard


def _facts_in(message: str, spoken: str, start: int, end: int) -> list[Fact]:
    greeting = _GREETING.match(spoken[start:end])
    begin = start + (greeting.end() if greeting else 0)
    found: list[Fact] = []
    for rule in _RULES:
        for match in rule.pattern.finditer(spoken[begin:end]):
            fact = _to_fact(rule, match, message, begin)
            if fact and not any(fact.start < other.end and other.start < fact.end for other in found):
                found.append(fact)
    return sorted(found, key=lambda fact: fact.start)


def _to_fact(rule: _Rule, match: re.Match[str], message: str, offset: int) -> Fact | None:
    groups = match.groupdict()
    start, end = offset + match.start("said"), offset + match.end("object")
    words = message[offset + match.start("object") : end]
    trimmed = _TRAILING.sub("", words).rstrip(" .")
    if not trimmed or len(trimmed) > _LONGEST_OBJECT or "\0" in match.group("object"):
        return None
    predicate = rule.predicate.format(" ".join((groups.get("what") or "").lower().split()))
    return Fact(
        predicate, trimmed, start, end - (len(words) - len(trimmed)), rule.single_valued, bool(groups.get("ended"))
    )
