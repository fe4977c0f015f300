"""What a passage speaks of, found by rule: names, code-like terms, acronyms, quoted terms and the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from knowledge.graph.words import (
    BOILERPLATE,
    DATES,
    HYPHEN_FIRST,
    HYPHEN_INSIDE,
    HYPHEN_LAST,
    JOINED_BY_SLASH,
    SHOUTED,
    SMALL,
)

Kind = Literal["term", "acronym", "name", "quoted", "heading"]
MOST = 16  # entities of one passage, the most telling kinds first
LONGEST_HEADING = 7  # words
LONGEST_QUOTE = 5

_CODE = re.compile(
    r"""(?<![\w/.@-])(?:
      (?P<option>--[a-z][\w-]+)
    | (?P<manual>[a-z][\w.+-]*\([1-9]\w?\))
    | (?P<path>[~/]?[\w.+*$][\w.+*$-]*(?:/[\w.+*$<>-]+)+/?|/[\w.+-]+)
    | (?P<joined>[A-Za-z]\w*(?:[_]\w+)+|[A-Z]?[a-z]+[A-Z]\w+|[A-Za-z][\w+]*(?:-[A-Za-z0-9][\w+]*)+(?:\.[a-z]\w*)?)
    | (?P<dotted>\w[\w-]+(?:\.\w[\w-]*)*\.[a-z][a-z0-9]{0,5}\b)
    )(?![\w])""",
    re.VERBOSE,
)
_ACRONYM = re.compile(r"(?<![\w/.-])(?:[A-Z][A-Z0-9]{1,7}(?:-\d+(?:[.-]\d+)*)?)(?=s?(?![\w-]))")
_SHOUTING = re.compile(r"(?:\b[A-Z]+\b[ ,\n]+){3,}[A-Z]+\b")
_NAME = re.compile(r"(?<![\w/.@-])[A-Z][\w'’&.+-]*\w(?:[ \n](?:(?:of|for|and|the|de|von|van) )?[A-Z][\w'’&+-]*\w)*")
_QUOTED = re.compile(r"[“\"‘`]{1,2}([^\W_][^“”\"‘’`\n]{1,48})[”\"’`']{1,2}(?!\w)")
_NUMBERING = re.compile(
    r"^(?:(?i:chapter|section|part|appendix)\s+(?:\d+|[A-Z]|[IVXLC]+)(?:\.\d+)*[.:)]?"
    r"|\d+(?:\.\d+)*[.:)]?|[A-Z](?:\.\d+)+[.:)]?|(?:[A-Z]|[IVXLC]+)[.:)])\s+(?=\S{2})"
)
_NO_NAME = SMALL | DATES
_NO_ACRONYM = SHOUTED | SMALL | DATES
_ENDS = " \t\n.,;:!?()[]{}<>'\"“”‘’`*_¶§-–—"
_OPENERS = "([\"'“‘`*•–—-"


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a passage speaks of: `key` is its identity within a coach, `name` how this passage writes it."""

    key: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as an extractor sees it."""

    text: str
    heading_path: tuple[str, ...] = ()


class EntityExtractor(Protocol):
    """Finds what passages speak of."""

    async def extract(self, texts: Sequence[Text]) -> list[tuple[Entity, ...]]:
        """Give the entities of each passage, in the order of the passages."""
        ...


class RuleEntities:
    """The extractor that needs no model."""

    async def extract(self, texts: Sequence[Text]) -> list[tuple[Entity, ...]]:
        """Give the entities of each passage."""
        return [extract(each.text, each.heading_path) for each in texts]


def extract(text: str, heading_path: Sequence[str] = ()) -> tuple[Entity, ...]:
    """Find the entities of a passage, at most `MOST`; the same passage always gives the same ones."""
    found: dict[str, Entity] = {}
    for entity in (*_terms(text), *_acronyms(text), *_names(text), *_quoted(text), *_headings(heading_path)):
        found.setdefault(entity.key, entity)
    return tuple(found.values())[:MOST]


def key_of(name: str) -> str:
    """The identity of a name: without case, outer punctuation, and the plural of its last word."""
    words = re.sub(r"\s+", " ", name.casefold().strip(_ENDS)).split(" ")
    return " ".join([*words[:-1], _singular(words[-1])])


def plain_heading(heading: str) -> str:
    """A heading without its numbering and outer punctuation."""
    plain = _NUMBERING.sub("", " ".join(heading.split())).strip(_ENDS)
    return plain + ")" if plain.count("(") > plain.count(")") else plain


def is_boilerplate(heading: str) -> bool:
    """Whether a heading names a usual part of documents instead of a subject."""
    words = [key_of(word) for word in re.findall(r"\w+", heading)]
    return all(word in BOILERPLATE or word in SMALL or word.isdigit() for word in words)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.isalpha() or word.endswith(("ss", "us", "is", "series", "species")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def _terms(text: str) -> Iterator[Entity]:
    for found in _CODE.finditer(text):
        kind, value = found.lastgroup or "", found.group().rstrip(".,:-")
        if _is_code(kind, value):
            yield Entity(value.casefold().rstrip("/") or value, value, "term")


def _is_code(kind: str, value: str) -> bool:
    if kind == "path":
        parts = [part for part in value.split("/") if part]
        words = all(part.isalpha() and part.lower() in JOINED_BY_SLASH for part in parts)
        return not words and any(any(c.isalpha() for c in part) for part in parts) and len(value) > 3
    if kind == "joined" and "-" in value and "_" not in value:
        return _is_hyphenated_code(value)
    if kind == "dotted":
        return value.lower() not in ("e.g", "i.e", "a.k.a") and not value[0].isdigit() and len(value) > 4
    return True


def _is_hyphenated_code(value: str) -> bool:
    parts = value.split("-")
    if value.isupper() or any(part.isdigit() for part in parts):
        return False
    if len(parts) > 1 and all(part[:1].isupper() for part in parts):
        return True
    first, last = parts[0].lower(), parts[-1].lower()
    english = first in HYPHEN_FIRST or last in HYPHEN_LAST or last.endswith(("ing", "ed", "ly", "able"))
    return not english and not any(part in HYPHEN_INSIDE for part in parts) and value[0].islower()


def _acronyms(text: str) -> Iterator[Entity]:
    shouted = [found.span() for found in _SHOUTING.finditer(text)]
    for found in _ACRONYM.finditer(text):
        value = found.group()
        if value.lower() in _NO_ACRONYM or any(start <= found.start() < end for start, end in shouted):
            continue
        yield Entity(value.casefold(), value, "acronym")


def _names(text: str) -> Iterator[Entity]:
    """Capitalised words; a single one that opens a sentence counts only when it also stands inside of one."""
    opening: list[str] = []
    inside: set[str] = set()
    for found in _NAME.finditer(text):
        name, first = _without_small_words(found.group()), _opens_sentence(text, found.start())
        if not _is_name(name):
            continue
        if first and " " not in name:
            opening.append(name)
            continue
        inside.add(name)
        yield Entity(key_of(name), name, "name")
    for name in opening:
        if name in inside or any(name in other.split(" ") for other in inside):
            yield Entity(key_of(name), name, "name")


def _without_small_words(name: str) -> str:
    words = name.replace("’s", "").replace("'s", "").split()
    while words and words[0].lower() in _NO_NAME:
        words = words[1:]
    while words and words[-1].lower() in _NO_NAME:
        words = words[:-1]
    return " ".join(words)


def _is_name(name: str) -> bool:
    return 3 <= len(name) <= 60 and not name.isupper()


def _opens_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 6) : at].rstrip(_OPENERS + " ")
    return not before or before[-1] in ".!?:;\n"


def _quoted(text: str) -> Iterator[Entity]:
    for found in _QUOTED.finditer(text):
        value = found.group(1).strip(_ENDS)
        words = value.split()
        if len(value) >= 3 and len(words) <= LONGEST_QUOTE and any(w.lower() not in SMALL for w in words):
            yield Entity(key_of(value), value, "quoted")


def _headings(path: Iterable[str]) -> Iterator[Entity]:
    for heading in reversed(tuple(path)):
        plain = plain_heading(heading)
        if len(plain) >= 3 and len(plain.split()) <= LONGEST_HEADING and not is_boilerplate(plain):
            yield Entity(key_of(plain), plain, "heading")
