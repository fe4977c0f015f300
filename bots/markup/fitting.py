"""Splitting for platforms that count what was rendered: a text's markup can be longer than its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from bots.markup.flat import Flat
from bots.markup.splitting import split

Rendered = TypeVar("Rendered")

_MOST_ENTITIES = 1_000_000
_LEAST = 2
_MARGIN = 0.92
"""How much of what seems to fit is tried: markup is not spread evenly."""
_HALF = 0.6
"""How much of a part that does not fit is tried next, so that no scrap of it is left for a message of its own."""


def fitted(
    flat: Flat, limit: int, render: Callable[[Flat], Rendered], excess: Callable[[Rendered], float]
) -> tuple[Rendered, ...]:
    """Cut a text into parts whose `excess`, rendered, is at most 1; nothing longer than `limit` could be.

    There is none for a text in which nothing can be seen.
    """
    parts = _cut(flat, limit)
    if not parts:
        return ()
    first = render(parts[0])
    if (over := excess(first)) <= 1 and len(parts) == 1:
        return (first,)
    return tuple(_fitting(flat, int(len(parts[0].text) * _MARGIN / over), render, excess))


def _fitting(
    flat: Flat, limit: int, render: Callable[[Flat], Rendered], excess: Callable[[Rendered], float]
) -> Iterator[Rendered]:
    for part in _cut(flat, limit):
        rendered = render(part)
        if (over := excess(rendered)) <= 1:
            yield rendered
        elif len(part.text) > _LEAST:
            share = min(_MARGIN / over, _HALF)
            yield from _fitting(part, int(len(part.text) * share), render, excess)
        elif part.entities or part.items:
            yield render(replace(part, entities=(), items=()))
        else:
            raise ValueError("a limit has to hold two characters with what escapes them")


def _cut(flat: Flat, limit: int) -> tuple[Flat, ...]:
    return split(flat, max(limit, _LEAST), "characters", most_entities=_MOST_ENTITIES)
