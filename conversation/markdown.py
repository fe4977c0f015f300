"""Text that is not ours inside our CommonMark: names, titles and quotations are shown as they are."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_LONGEST = 40
BREAK = "  \n"
"""A line break inside a paragraph."""


def plain(text: str) -> str:
    """Escape a text, such as a file's name, so that Markdown shows it as it is, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def sentence(text: str) -> str:
    """Escape what somebody wrote about something so that our own sentences can follow it; "" stays empty."""
    said = plain(text)
    return f"{said}." if said and said[-1].isalnum() else said


def label(text: str, longest: int = _LONGEST) -> str:
    """Shorten a text for a button, which shows no Markdown, at the end of a word."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return (line[: longest - 1].rsplit(" ", 1)[0] or line[: longest - 1]) + "…"
