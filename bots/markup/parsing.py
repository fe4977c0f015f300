"""CommonMark with tables and strikethrough, read into our tree; HTML is words like any other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bots.markup import inlines, tree

DEEPEST = 40
"""Levels of quotes and lists that are read as such; the parser skips what lies deeper, we show its source instead."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?")
_MARKERS = re.compile(r"(?:[\s>]|[*+-](?=\s|$))*")
_TASK = re.compile(r"\[([ xX])\][ \t]+")


def parse(markdown: str) -> tuple[tree.Block, ...]:
    """Read Markdown; half a surrogate pair becomes U+FFFD, as NUL does."""
    source = _LINE_ENDS.sub("\n", _SURROGATES.sub("\ufffd", markdown))
    return _Reader(_parser().parse(source), source).blocks("")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])


class _Reader:
    """Goes through the parser's flat list of tokens once."""

    def __init__(self, tokens: Sequence[Token], source: str) -> None:
        self._tokens = tokens
        self._lines = source.split("\n")
        self._at = 0

    def blocks(self, end: str) -> tuple[tree.Block, ...]:
        """Read up to the token of this type, and over it."""
        found: list[tree.Block] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token.type == end:
                break
            found += self._block(token)
        return tuple(found)

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _block(self, token: Token) -> tuple[tree.Block, ...]:
        match token.type:
            case "heading_open":
                return (tree.Heading(int(token.tag[1:]), self._inline("heading_close")),)
            case "paragraph_open":
                return (tree.Paragraph(self._inline("paragraph_close")),)
            case "blockquote_open":
                return (tree.Quote(self._contents(token, "blockquote_close")),)
            case "bullet_list_open" | "ordered_list_open":
                return (self._list(token),)
            case "fence" | "code_block":
                return (tree.CodeBlock(token.content.removesuffix("\n"), token.info.strip().partition(" ")[0]),)
            case "hr":
                return (tree.Rule(),)
            case "table_open":
                return (self._table(),)
            case _:
                return (tree.Paragraph((tree.Text(token.content),)),) if token.content else ()

    def _inline(self, end: str) -> tuple[tree.Inline, ...]:
        found: tuple[tree.Inline, ...] = ()
        while (token := self._next()).type != end:
            found += inlines.read(token.children or [])
        return found

    def _contents(self, token: Token, end: str) -> tuple[tree.Block, ...]:
        """Read what a quote or an item holds; its source where the parser stopped for depth."""
        blocks = self.blocks(end)
        if token.level < DEEPEST - 1 or not token.map:
            return blocks
        bare = [_MARKERS.sub("", line, count=1) for line in self._lines[token.map[0] : token.map[1]]]
        pieces = [piece for line in bare if line for piece in (tree.Break(), tree.Text(line))]
        return (tree.Paragraph(tuple(pieces[1:])),) if pieces else ()

    def _list(self, token: Token) -> tree.Items:
        end = token.type.removesuffix("open") + "close"
        first, items = self._at, list[tree.Item]()
        while (opened := self._next()).type != end:
            items.append(_item(self._contents(opened, "list_item_close")))
        inside = (found for found in self._tokens[first : self._at] if found.level == token.level + 2)
        tight = all(found.hidden for found in inside if found.type == "paragraph_open")
        start = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
        return tree.Items(tuple(items), start, token.markup or ".", tight)

    def _table(self) -> tree.Table:
        rows, alignments = list[tuple[tree.Cell, ...]](), list[tree.Alignment]()
        cells = list[tree.Cell]()
        while (token := self._next()).type != "table_close":
            if token.type in ("th_open", "td_open"):
                if token.type == "th_open":
                    alignments.append(_alignment(token))
                cells.append(self._inline(token.type.replace("open", "close")))
            elif token.type == "tr_close":
                rows.append(tuple(cells))
                cells.clear()
        return tree.Table(rows[0], tuple(rows[1:]), tuple(alignments))


def _alignment(token: Token) -> Literal["left", "right", "center"]:
    match str(token.attrGet("style") or "").removeprefix("text-align:"):
        case "right" | "center" as side:
            return side
        case _:
            return "left"


def _item(blocks: tuple[tree.Block, ...]) -> tree.Item:
    """Read an item, and the box of a task off its first words."""
    match blocks:
        case (tree.Paragraph((tree.Text(text), *rest)), *others) if found := _TASK.match(text):
            left = text[found.end() :]
            children = (*([tree.Text(left)] if left else []), *rest)
            return tree.Item((tree.Paragraph(children), *others), found[1] != " ")
        case _:
            return tree.Item(blocks)
