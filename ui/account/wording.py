"""Wording: in which language a page speaks, and what its template says with."""

from __future__ import annotations

from markupsafe import Markup, escape

from conversation.speech import Speech, nearest

Words = dict[str, object]
_LONGEST = 500
"""Characters of the header that are read; a browser sends a handful of tags."""


def accepted(header: str) -> str:
    """Choose from `Accept-Language` (RFC 9110, 12.5.4) the language that we speak and the browser likes most."""
    tags = [tag.partition(";") for tag in header[:_LONGEST].split(",")]
    liked = sorted(((tag.strip(), _weight(weight)) for tag, _, weight in tags), key=lambda pair: -pair[1])
    return next((found for tag, weight in liked if weight and (found := nearest(tag))), "en")


def words(speech: Speech) -> Words:
    """Give a template `lang`, `say` and `count`; the first argument of the latter is a literal, as everywhere.

    What is filled in is escaped unless it is markup, such as a macro gives.
    """

    def say(message: str, **values: object) -> Markup:
        text = escape(speech.say(message))
        return text.format(**values) if values else text

    def count(one: str, many: str, n: int) -> Markup:
        return escape(speech.count(one, many, n))

    return {"lang": speech.language, "say": say, "count": count}


def _weight(parameter: str) -> float:
    """Read `q=0.8`; none means 1, and what is no number nothing."""
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
