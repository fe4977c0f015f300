"""Names of files that came from a platform, safe to show and to write."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120
"""Characters of a file's name that are kept; the ending survives."""

_JOINERS = "\u200c\u200d"


def to_file_name(name: str, default: str) -> str:
    """Give a name that is safe to show and to write: one line, no folders, nothing that turns the direction of text."""
    shown = "".join(
        "_" if character in "/\\" else character
        for character in unicodedata.normalize("NFC", name)
        if character in _JOINERS or unicodedata.category(character)[0] != "C"
    )
    shown = " ".join(shown.split()).strip(". ")
    if len(shown) > LONGEST_NAME:
        suffix = PurePosixPath(shown).suffix[:16]
        shown = shown[: LONGEST_NAME - len(suffix)] + suffix
    return shown or default
