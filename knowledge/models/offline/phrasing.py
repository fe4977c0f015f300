"""Putting chosen sentences into words of an answer: they stay verbatim, and what we add says where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from knowledge.models.offline.lines import Line
from knowledge.models.offline.picking import Pick
from knowledge.models.port import Frames, Passage

_SPECIAL = re.compile(r"([\\`*_<\[\]~|])")
_OPENING = re.compile(r"^([#>+-]|\d{1,9}(?=[.)]\s))")
_FENCES = re.compile(r"`{3,}")


def answer(picks: Sequence[Pick], frames: Frames) -> Iterator[str]:
    """The pieces of an answer: for each source where it comes from, then its sentences, each with its mark."""
    start = frames.source
    for source, group in groupby(picks, key=lambda pick: _source(pick.passage)):
        yield f"{start.format(source=source)}\n\n"
        yield from _paragraphs(list(group))
        start = f"\n\n{frames.another}"


def not_covered(pick: Pick, frames: Frames) -> Iterator[str]:
    """The pieces of an answer that has none: it says so, and shows what is nearest."""
    yield f"{frames.uncovered} {frames.nearest.format(source=_source(pick.passage))}\n\n"
    yield _opening(_quoted(pick.line, pick.passage))


def nothing(frames: Frames) -> Iterator[str]:
    """The answer of sources that hold nothing of the question."""
    yield f"{frames.uncovered} {frames.nothing}"


def escaped(text: str) -> str:
    """A quotation as Markdown that shows exactly its characters; line breaks inside it do not count."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _source(passage: Passage) -> str:
    label, _, path = passage.place.rpartition(" · ")
    place = " · ".join(filter(None, (label, path.split(" › ")[-1])))
    title = f"*{escaped(passage.title)}*"
    return f"{title}, {escaped(place)}" if place else title


def _paragraphs(picks: Sequence[Pick]) -> Iterator[str]:
    gap = ""
    for pick in picks:
        yield gap + _opening(_said(pick))
        if pick.is_code:
            yield f"\n\n{_code(pick)}\n\n[{pick.passage.number}]"
        elif pick.items:
            yield "\n" + "".join(f"\n- {_quoted(item, pick.passage)}" for item in pick.items)
        gap = "\n\n" if pick.items else " "


def _said(pick: Pick) -> str:
    lead = f"{_quoted(pick.lead, pick.passage)} " if pick.lead else ""
    label = f"**{escaped(pick.line.label.rstrip(':'))}**: " if pick.line.label else ""
    return lead + label + _quoted(pick.line, pick.passage)


def _opening(text: str) -> str:
    """A paragraph that does not begin like a list, a heading or a quotation."""
    return _OPENING.sub(r"\\\1", text)


def _quoted(line: Line, passage: Passage) -> str:
    return f"{escaped(line.text)} [{passage.number}]"


def _code(pick: Pick) -> str:
    """The announced lines as a block of code, as they stand in the passage."""
    code = pick.passage.text[pick.items[0].start : pick.items[-1].end]
    fence = max(_FENCES.findall(code), key=len, default="``") + "`"
    return f"{fence}\n{code}\n{fence}"
