"""Phrases: English words that can be said in another language, because they know what they were made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Phrase(str):
    """A text that was filled in from `message`, an English literal with named places, and the `values` of these."""

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        """Fill the places; a message without values stays as it is."""
        phrase = super().__new__(cls, message.format(**values) if values else message)
        phrase.message = message
        phrase.values = values
        return phrase
