"""The parser's inline tokens as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from bots.markup.tree import Break, Code, Inline, Link, Span, Text

DEEPEST = 30
"""Emphasis within emphasis beyond this is read without it; no person writes it, and a tree that deep ends a stack."""

_SPANS = {"strong": "bold", "em": "italic", "s": "strikethrough"}


@dataclass(slots=True)
class _Open:
    token: Token | None
    children: list[Inline] = field(default_factory=list[Inline])


def read(tokens: Sequence[Token]) -> tuple[Inline, ...]:
    """Build the tree of one paragraph, heading or cell."""
    stack = [_Open(None)]
    ignored = 0
    for token in tokens:
        if token.nesting > 0:
            if len(stack) > DEEPEST:
                ignored += 1
            else:
                stack.append(_Open(token))
        elif token.nesting < 0 and ignored:
            ignored -= 1
        elif token.nesting < 0:
            closed = stack.pop()
            stack[-1].children += _node(closed)
        else:
            _append(stack[-1].children, _leaf(token))
    return tuple(stack[0].children)


def _append(children: list[Inline], leaf: Inline) -> None:
    last = children[-1] if children else None
    if isinstance(leaf, Text) and isinstance(last, Text):
        children[-1] = Text(last.text + leaf.text)
    elif leaf != Text(""):
        children.append(leaf)


def _leaf(token: Token) -> Inline:
    match token.type:
        case "code_inline":
            return Code(token.content)
        case "softbreak" | "hardbreak":
            return Break()
        case "image":
            address = str(token.attrGet("src") or "")
            return Link(address, read(token.children or []) or (Text(address),))
        case _:
            return Text(token.content)


def _node(closed: _Open) -> tuple[Inline, ...]:
    children = tuple(closed.children)
    if closed.token is None:
        return children
    kind = closed.token.type.removesuffix("_open")
    if kind == "link":
        address = str(closed.token.attrGet("href") or "")
        return (Link(address, children or (Text(address),)),)
    match _SPANS.get(kind):
        case "bold" | "italic" | "strikethrough" as kind:
            return (Span(kind, children),)
        case _:
            return children
