"""Where one perceived character ends and the next begins: the rules of Unicode Annex 29 that matter for cutting.

Python's own tables lack three of its properties; blocks and categories stand in for them, on the careful side: a place
that this calls a border is one.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_EXTENDING = ("Mn", "Me", "Mc")
_LINKERS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab"
_PREPENDED = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"


def is_border(text: str, position: int, start: int = 0) -> bool:
    """Tell whether a text may be cut here; `start` is a border before it."""
    if not start < position < len(text):
        return True
    before, after = text[position - 1], text[position]
    if before < "\u0300" and after < "\u0300":
        return not (before == "\r" and after == "\n")
    if _is_control(before) or _is_control(after):
        return True
    if _extends(after) or before in _PREPENDED:
        return False
    if before == _JOINER:
        return not _is_joined(text, position, start)
    if _is_regional(before) and _is_regional(after):
        return _run_of_regionals(text, position, start) % 2 == 0
    return not (_is_conjunct(text, position, start) or _is_syllable(before, after))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in _EXTENDING
        or character in "\u0e33\u0eb3\u200c\u200d\uff9e\uff9f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _is_joined(text: str, position: int, start: int) -> bool:
    """Tell whether the joiner before this position ties what follows it to what stands before it."""
    return unicodedata.category(text[position]) in ("So", "Cn", "Po", "Sm") or _is_conjunct(text, position, start)


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _run_of_regionals(text: str, position: int, start: int) -> int:
    first = position
    while first > start and _is_regional(text[first - 1]):
        first -= 1
    return position - first


def _is_conjunct(text: str, position: int, start: int) -> bool:
    """Tell whether consonants of an Indic script are tied by a linker here, as in क्ष."""
    if unicodedata.category(text[position]) != "Lo":
        return False
    linked = False
    for at in range(position - 1, start - 1, -1):
        if not _extends(text[at]):
            return linked and unicodedata.category(text[at]) == "Lo"
        linked = linked or text[at] in _LINKERS
    return False


def _is_syllable(before: str, after: str) -> bool:
    """Tell whether two letters of Hangul stand in one syllable."""
    leading, vowel, trailing = (
        "\u1100" <= before <= "\u115f",
        "\u1160" <= before <= "\u11a7",
        "\u11a8" <= before <= "\u11ff",
    )
    whole = "\uac00" <= before <= "\ud7a3"
    if leading:
        return "\u1100" <= after <= "\u11a7" or "\uac00" <= after <= "\ud7a3"
    if vowel or whole:
        return "\u1160" <= after <= "\u11ff"
    return trailing and "\u11a8" <= after <= "\u11ff"
