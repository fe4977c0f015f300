"""Cutting a document into chunks that stay the same when something else in it changes.

Packing paragraphs one after the other would move every later boundary when one paragraph grows. Here the outline of
the document is halved instead, section by section, until a piece is small enough. Where a piece is halved depends on
how many parts it has and on how those parts begin, not on how long they are. So an edit inside a paragraph
changes the chunk it is in, and at most halves it: one or two chunks get new content. (Where a half would be tiny a
third chunk can change, once in some hundred edits; adding many sentences, or rewriting the opening words of a paragraph
in a very long section, can change a few more.)
"""

import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID
from zlib import crc32

from knowledge.chunks.chunk import Chunk, hash_of, id_of
from knowledge.chunks.outline import Node, Path, outline
from knowledge.parsers.document import Parsed

LONGEST = 1_500
_TWO_HALVES = 2_600
_TINY = 250
_SMALL_LIST = 16
_OPENING = 32


@dataclass(frozen=True, slots=True)
class _Limits:
    """A run of parts up to `target` characters is one chunk; up to `longest`, rather than leave a tiny half."""

    target: int
    longest: int


_ONE_SECTION = _Limits(target=1_000, longest=1_300)
_SEVERAL_SECTIONS = _Limits(target=160, longest=240)


def split(parsed: Parsed, document_id: UUID) -> list[Chunk]:
    """The chunks of a document in order: together they hold all of its non-blank text."""
    text = parsed.text
    root = outline(text, parsed.blocks, LONGEST)
    if root is None:
        return []
    page_starts = list(accumulate((len(page.text) for page in parsed.pages), initial=0))[:-1]
    seen: Counter[str] = Counter()
    chunks: list[Chunk] = []
    for leaf in _leaves(text, root.parts):
        content = text[leaf.start : leaf.end]
        content_hash = hash_of(content)
        chunk_id = id_of(document_id, content_hash, seen[content_hash])
        seen[content_hash] += 1
        page = parsed.pages[bisect.bisect_right(page_starts, leaf.start) - 1].number
        chunks.append(Chunk(chunk_id, len(chunks), leaf.start, leaf.end, page, leaf.path, content, content_hash))
    return chunks


def _leaves(text: str, parts: Sequence[Node]) -> Iterator[Node]:
    while len(parts) == 1 and parts[0].is_section:
        parts = parts[0].parts
    middle = _middle(text, parts)
    if _fits(parts, middle):
        yield Node(parts[0].start, parts[-1].end, _path(parts))
    elif len(parts) == 1:
        yield from _pieces(text, parts[0].parts)
    else:
        yield from _leaves(text, parts[:middle])
        yield from _leaves(text, parts[middle:])


def _pieces(text: str, parts: Sequence[Node]) -> Iterator[Node]:
    """The chunks of one long block; as its sentences come and go, it is halved by length as long as two halves do."""
    size = _size(parts)
    if size <= LONGEST or len(parts) == 1:
        yield Node(parts[0].start, parts[-1].end, parts[0].path)
        return
    center = parts[0].start + size // 2
    if size <= _TWO_HALVES:
        middle = min(range(1, len(parts)), key=lambda index: abs(parts[index].start - center))
    else:
        middle = _chosen_by_words(text, parts)
    yield from _pieces(text, parts[:middle])
    yield from _pieces(text, parts[middle:])


def _fits(parts: Sequence[Node], middle: int) -> bool:
    size = _size(parts)
    if len(parts) == 1:
        return size <= LONGEST
    limits = _SEVERAL_SECTIONS if any(part.is_section for part in parts) else _ONE_SECTION
    if size <= limits.target:
        return True
    return size <= limits.longest and min(_size(parts[:middle]), _size(parts[middle:])) < _TINY


def _size(parts: Sequence[Node]) -> int:
    return parts[-1].end - parts[0].start


def _middle(text: str, parts: Sequence[Node]) -> int:
    """Where to halve a section: its middle, counted in parts; in a long one near the middle, chosen by words."""
    return len(parts) // 2 if len(parts) <= _SMALL_LIST else _chosen_by_words(text, parts)


def _chosen_by_words(text: str, parts: Sequence[Node]) -> int:
    """The part in the middle half whose opening words have the highest checksum: it stays when others come and go."""
    count = len(parts)
    near = range(max(1, count // 4), max(2, count - count // 4))
    return max(near, key=lambda index: crc32(_opening(text, parts[index]).encode()))


def _opening(text: str, part: Node) -> str:
    return text[part.start : min(part.end, part.start + _OPENING)]


def _path(parts: Sequence[Node]) -> Path:
    """The heading path of a chunk: that of its section, or what its small sections have in common."""
    paths = [path for part in parts for path in _paths(part)]
    shared: Path = ()
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        shared = (*shared, level[0])
    return shared or paths[0]


def _paths(part: Node) -> Iterator[Path]:
    yield part.path
    if part.is_section:
        for inner in part.parts:
            yield from _paths(inner)
