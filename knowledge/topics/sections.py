"""The sections of a document as candidates for topics: plain titles, their extent, and how deep they lie."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from knowledge.graph.entities import is_boilerplate, key_of, plain_heading
from knowledge.graph.words import SMALL
from knowledge.parsers.document import Parsed

LONGEST_TITLE = 7  # words
SHORTEST_SECTION = 80  # characters; a heading with less under it is a name on a title page
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]|\s+[-–—]\s.*$|:\s.*$")
_ABOUT = re.compile(r"^about (?=\S+ \S)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that stands under it; `title` lacks numbers, asides and what follows a colon."""

    level: int
    title: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """Its length in characters, headings included."""
        return self.end - self.start


@dataclass(frozen=True)
class Subject:
    """A document as topics see it."""

    parsed: Parsed

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return self.parsed.text

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word occurs, by its key."""
        return Counter(key_of(word) for word in _WORD.findall(self.text))

    @cached_property
    def small(self) -> Counter[str]:
        """How often each word stands in lower case."""
        return Counter(re.findall(r"(?<![\w/.-])[a-z][\w'’-]*(?![\w/.])", self.text))

    @cached_property
    def capital(self) -> Counter[str]:
        """How often each capitalised word stands inside of a sentence."""
        return Counter(re.findall(r"(?<=[a-z,] )[A-Z][\w'’-]*", self.text))

    @cached_property
    def sections(self) -> list[Section]:
        """All sections whose titles name a subject, in order."""
        headings = [block for block in self.parsed.blocks if block.kind == "heading"]
        found: list[Section] = []
        for at, block in enumerate(headings):
            later = (other.start for other in headings[at + 1 :] if other.level <= block.level)
            end = next(later, len(self.text))
            title = to_title(self.text[block.start : block.end])
            if end - block.end >= SHORTEST_SECTION and self._names_subject(title):
                found.append(Section(block.level, title, block.start, end))
        return found

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles of all sections."""
        return frozenset(section.title for section in self.sections)

    @cached_property
    def main_sections(self) -> list[Section]:
        """Those of the highest level that has several, or all there are."""
        for level in sorted({section.level for section in self.sections}):
            here = [section for section in self.sections if section.level == level]
            if len(here) >= 3:
                return here
        return self.sections

    def weight(self, title: str) -> float:
        """How much the document speaks of a title: the mean logarithm of how often its words occur."""
        counts = [self.words[word] for word in content_words(title)]
        return sum(log(1 + count) for count in counts) / len(counts) if counts else 0.0

    def _names_subject(self, title: str) -> bool:
        if len(title) < 3 or len(title.split()) > LONGEST_TITLE or is_boilerplate(title):
            return False
        return key_of(title) != key_of(to_title(self.parsed.title)) and bool(content_words(title))


def to_title(heading: str) -> str:
    """A heading without number, aside and subtitle."""
    line = " ".join(heading.split())
    return _ABOUT.sub("", plain_heading(_ASIDE.sub("", line)) or plain_heading(line))


def content_words(title: str) -> Sequence[str]:
    """The words of a title that carry meaning, by their keys."""
    words = [word for word in _WORD.findall(title) if word.lower() not in SMALL]
    return [key_of(word) for word in words]
