"""Turning the marks of an answer into citations: for every claim the exact words of a source that bear it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from conversation.message import Citation
from knowledge.chunks import sentences
from knowledge.documents import place
from knowledge.models.port import Passage
from knowledge.terms import terms

# A mark is [1], [1, 2] or [1][2]; neither an escaped bracket nor a link's text is one.
_MARKS = re.compile(r"(?<!\\)(?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\](?!\())+")
_NUMBER = re.compile(r"\d+")
_CODE = re.compile(r"^(`{3,}).*?^\1`*\s*$|(?<!`)(`+)(?!`)[^\n]+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)")
_MARKUP = re.compile(r"\\(?=[^\w\s])|[*_`#]")
_STRIPPED = r"[*_`#\\]*"
_LEADING = re.compile(r"^[\s.,;:!?)\-–—]+")
# A second sentence joins the quotation if it bears out at least this much more of the claim.
_WORTH_A_SECOND = 0.25
_BREVITY = 0.15


class Source(Protocol):
    """What a citation needs of a search hit: `text` is the document's text from `start` on."""

    @property
    def document_id(self) -> UUID:
        """The document the hit is in."""
        ...

    @property
    def version(self) -> int:
        """Which version of it."""
        ...

    @property
    def title(self) -> str:
        """The document's title."""
        ...

    @property
    def page_label(self) -> str:
        """The page as a person would say it, or nothing."""
        ...

    @property
    def heading_path(self) -> tuple[str, ...]:
        """The headings above it, outermost first."""
        ...

    @property
    def start(self) -> int:
        """Where its text begins in the document's text."""
        ...

    @property
    def text(self) -> str:
        """Its text, as it stands in the document."""
        ...


@dataclass(frozen=True, slots=True)
class _Marked:
    """A run of marks in an answer, the claim before it, and the hits it names."""

    start: int
    end: int
    claim: str
    numbers: tuple[int, ...]


def to_passages(hits: Iterable[Source]) -> tuple[Passage, ...]:
    """The hits as passages for a model, numbered from 1 in their order, as `cite` expects them."""
    return tuple(
        Passage(number, hit.title, " · ".join(filter(None, (hit.page_label, " › ".join(_headings(hit))))), hit.text)
        for number, hit in enumerate(hits, 1)
    )


def cite(answer_text: str, hits: Sequence[Source]) -> tuple[str, tuple[Citation, ...]]:
    """The answer with its marks renumbered from 1 in order of first use, and the citation behind each number.

    A mark `[n]` names the nth hit. What it becomes is the span of that hit which bears out the claim before it, so two
    claims that rest on different words of one hit get two numbers. Marks that name no hit are dropped.
    """
    numbered: dict[tuple[UUID, int, int, int], Citation] = {}
    parts: list[str] = []
    at = 0
    for marked in _marked(answer_text):
        found = [_citation(marked.claim, hits[n - 1]) for n in marked.numbers if 1 <= n <= len(hits)]
        for citation in found:
            numbered.setdefault(_key(citation), replace(citation, number=len(numbered) + 1))
        numbers = dict.fromkeys(numbered[_key(citation)].number for citation in found)
        parts.append(answer_text[at : marked.start])
        parts.append(_written(numbers, answer_text[marked.start : marked.end]))
        at = marked.end
    parts.append(answer_text[at:])
    return "".join(parts), tuple(numbered.values())


def _key(citation: Citation) -> tuple[UUID, int, int, int]:
    return citation.document_id, citation.version, citation.start, citation.end


def _written(numbers: Iterable[int], before: str) -> str:
    marks = "".join(f"[{number}]" for number in numbers)
    gap = before[: len(before) - len(before.lstrip())]
    return gap + marks if marks else ""


def _marked(text: str) -> Iterator[_Marked]:
    code = [found.span() for found in _CODE.finditer(text)]
    last = 0
    for found in _MARKS.finditer(text):
        if any(start <= found.end() - 1 < end for start, end in code):
            continue
        numbers = tuple(int(number) for number in _NUMBER.findall(found.group()))
        yield _Marked(found.start(), found.end(), text[last : found.start()], numbers)
        last = found.end()


def _citation(claim: str, hit: Source) -> Citation:
    start, end = _support(claim, hit.text)
    return Citation(
        number=0,
        document_id=hit.document_id,
        version=hit.version,
        start=hit.start + start,
        end=hit.start + end,
        quote=hit.text[start:end],
        title=hit.title,
        place=place(hit.page_label, _headings(hit)),
    )


def _headings(hit: Source) -> tuple[str, ...]:
    """The headings above a hit, without one that only repeats the document's title."""
    return tuple(heading for heading in hit.heading_path if heading != hit.title)


def _support(claim: str, text: str) -> tuple[int, int]:
    """The span of a hit's text that bears a claim out: the claim itself if it is quoted, else the closest sentences."""
    for wording in _wordings(claim):
        if span := _verbatim(wording, text):
            return span
    return _closest(claim, text)


def _wordings(claim: str) -> Iterator[str]:
    """What of the text before a mark may be the quoted claim, longest first."""
    paragraph = _BREAK.split(claim)[-1]
    plain = _MARKUP.sub("", paragraph)
    yield from (found.group().strip("`\n") for found in _CODE.finditer(claim) if not paragraph.strip())
    yield _LEADING.sub("", plain)
    spans = sentences(plain)
    if spans:
        yield plain[spans[-1][0] : spans[-1][1]]
    yield plain.rpartition(": ")[2]


def _verbatim(wording: str, text: str) -> tuple[int, int] | None:
    """Where a wording stands in a text, whatever its blanks and markup are."""
    words = wording.split()
    if len(" ".join(words)) < 2:
        return None
    found = re.search(r"\s+".join(map(_loosely, words)), text)
    return found.span() if found else None


def _loosely(word: str) -> str:
    """A pattern for a word that may have markup in it: `__init__` lost its underscores when markup was taken off."""
    return _STRIPPED + _STRIPPED.join(map(re.escape, word)) + _STRIPPED


def _closest(claim: str, text: str) -> tuple[int, int]:
    wanted = frozenset(terms(_MARKUP.sub("", _last_sentence(claim))))
    spans = sentences(text) or [(0, len(text))]
    held = [frozenset(terms(text[start:end])) for start, end in spans]
    scores = [_score(wanted, have) for have in held]
    best = max(range(len(spans)), key=scores.__getitem__)
    start, end = spans[best]
    for other in (best - 1, best + 1):
        if 0 <= other < len(spans) and _gain(wanted, held[best], held[other]) >= _WORTH_A_SECOND:
            return min(start, spans[other][0]), max(end, spans[other][1])
    return start, end


def _last_sentence(claim: str) -> str:
    paragraph = _LEADING.sub("", _BREAK.split(claim)[-1])
    spans = sentences(paragraph)
    return paragraph[spans[-1][0] : spans[-1][1]] if spans else claim


def _score(wanted: frozenset[str], have: frozenset[str]) -> float:
    if not wanted or not have:
        return 0.0
    shared = len(wanted & have)
    return shared / len(wanted) + _BREVITY * shared / len(have)


def _gain(wanted: frozenset[str], have: frozenset[str], more: frozenset[str]) -> float:
    return len(wanted & more - have) / len(wanted) if wanted else 0.0
