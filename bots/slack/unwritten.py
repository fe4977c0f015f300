"""How far Markdown that is still being written stands for good: a stream cannot take back what it was given. Pure.

It is Markdown that we wrote ourselves: what is no mark in it, or is none yet, has a backslash before it.
"""

from __future__ import annotations

import re

HELD = 160
"""Characters behind a mark without its partner after which nobody expects that partner any more."""

_FENCE = re.compile(r"\n\s*(`{3,}|~{3,})\s*$")
_CITED = re.compile(r"\\\[\d{1,3}\\\](?=[^(])")
_CLOSED = re.compile(r"(?<!\\)[*_~`\s]+$")
_OPEN = re.compile(r"\\[*_~`\[<|](?!\s)")
_BEGUN = re.compile(r"\n\s*(?:\d{1,9}\\?[.)]?|\\?[-+*#>]{1,6})?\s*(?:&nbsp;)?\s*$")


def settled(markdown: str) -> str:
    """Give the beginning that what follows will hardly change.

    Held back are marks whose partner may still come or that close what may go on, a fence that is only there because
    the text ends, and a line of which it cannot be told yet whether a list begins with it.
    """
    if found := _FENCE.search(markdown):
        return markdown[: found.start()]
    if found := _BEGUN.search(markdown):
        markdown = markdown[: found.start()]
    start = max(markdown.rfind("\n") + 1, len(markdown) - HELD)
    tail = _CITED.sub(lambda cited: " " * len(cited[0]), markdown[start:])
    found = _OPEN.search(tail)
    return _CLOSED.sub("", markdown if found is None else markdown[: start + found.start()])
