"""Folding: one form for what people type, whatever its case, accents and digits."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """Give a text in lower case, without the accents of Latin, Greek and Cyrillic letters, and with ASCII digits."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFC", bare))
