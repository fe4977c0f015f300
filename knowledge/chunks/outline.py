"""The outline of a document: its blocks as a tree of sections, the shape that chunks are cut from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.chunks.sentences import sentences
from knowledge.parsers.document import Block

Path = tuple[str, ...]
_LONGEST_PIECE = 700
_LONGEST_HEADING_RUN = 300
_LONGEST_LEAD = 120
_FINAL = (".", "!", "?", "…", "。", ".)", ".”", '."', "]")


@dataclass(frozen=True, slots=True)
class Node:
    """A span of the document under one heading path; `parts` are the smaller spans it can be cut into."""

    start: int
    end: int
    path: Path
    parts: tuple["Node", ...] = ()
    is_section: bool = False


@dataclass(slots=True)
class _Section:
    level: int
    path: Path
    parts: "list[Node | _Section]" = field(default_factory=lambda: [])

    def to_node(self) -> Node:
        parts = tuple(part if isinstance(part, Node) else part.to_node() for part in self.parts)
        return Node(parts[0].start, parts[-1].end, self.path, parts, is_section=True)


def outline(text: str, blocks: Sequence[Block], longest: int) -> Node | None:
    """The tree of sections, or None for a document without text.

    A heading is never a part by itself: it opens the first part that follows it, as do lines such as "For example:"
    and the terms of a glossary. Blocks longer than `longest` get the
    sentences or lines they consist of as parts.
    """
    root = _Section(0, ())
    stack = [root]
    opened: int | None = None  # where headings begin that wait for their first text
    last_end = 0
    for block in _without_gaps(text, blocks):
        if block.kind == "heading":
            if opened is not None and block.end - opened > _LONGEST_HEADING_RUN:
                stack[-1].parts.append(_part(text, opened, last_end, stack[-1].path, longest, "heading"))
                opened = block.start
            opened = block.start if opened is None else opened
            _descend(stack, block.level, text[block.start : block.end].strip())
        elif _leads_in(text, block) and (opened is None or block.end - opened <= _LONGEST_HEADING_RUN):
            opened = block.start if opened is None else opened
        else:
            start = block.start if opened is None else opened
            stack[-1].parts.append(_part(text, start, block.end, stack[-1].path, longest, block.kind))
            opened = None
        last_end = block.end
    if opened is not None:
        stack[-1].parts.append(_part(text, opened, last_end, stack[-1].path, longest, "heading"))
    _prune(root)
    return root.to_node() if root.parts else None


def _leads_in(text: str, block: Block) -> bool:
    """A short paragraph that announces what follows it, or names it."""
    words = text[block.start : block.end]
    return block.kind == "paragraph" and len(words) <= _LONGEST_LEAD and not words.endswith(_FINAL)


def _descend(stack: list[_Section], level: int, title: str) -> None:
    while stack[-1].level >= level:
        stack.pop()
    section = _Section(level, (*stack[-1].path, title))
    stack[-1].parts.append(section)
    stack.append(section)


def _prune(section: _Section) -> None:
    for part in section.parts:
        if isinstance(part, _Section):
            _prune(part)
    section.parts = [part for part in section.parts if isinstance(part, Node) or part.parts]


def _without_gaps(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks in order without their blank edges, and a paragraph for any text that no block covers."""
    at = 0
    for block in blocks:
        yield from _paragraph(text, at, max(at, block.start))
        start = max(at, block.start)
        yield from _trimmed(text, Block(block.kind, block.level, start, max(start, block.end)))
        at = max(at, block.end)
    yield from _paragraph(text, at, len(text))


def _paragraph(text: str, start: int, end: int) -> Iterator[Block]:
    yield from _trimmed(text, Block("paragraph", 1, start, end))


def _trimmed(text: str, block: Block) -> Iterator[Block]:
    piece = text[block.start : block.end]
    if words := piece.strip():
        start = block.start + len(piece) - len(piece.lstrip())
        yield Block(block.kind, block.level, start, start + len(words))


def _part(text: str, start: int, end: int, path: Path, longest: int, kind: str) -> Node:
    if end - start <= longest:
        return Node(start, end, path)
    by_line = kind in ("code", "table", "heading")
    spans = _lines(text[start:end]) if by_line else sentences(text[start:end])
    pieces = [piece for a, b in spans for piece in _pieces(text, start + a, start + b)]
    return Node(start, end, path, tuple(Node(a, b, path) for a, b in pieces))


def _lines(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"\S(?:[^\n]*\S)?", text)]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence or line without end, cut between words (or anywhere, where there are none)."""
    while end - start > _LONGEST_PIECE:
        space = text.rfind(" ", start + _LONGEST_PIECE // 2, start + _LONGEST_PIECE)
        cut = space if space > 0 else start + _LONGEST_PIECE
        yield start, cut
        start = cut + 1 if space > 0 else cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end
