"""Where one perceived character ends: samples of each rule."""

from itertools import pairwise

import pytest

from bots.markup.graphemes import is_border


def clusters(text: str) -> list[str]:
    borders = [place for place in range(len(text) + 1) if is_border(text, place)]
    return [text[start:end] for start, end in pairwise(borders)]


@pytest.mark.parametrize(
    "whole",
    [
        ["a", "b"],
        ["\r\n", "a"],
        ["\n", "\u0301"],
        ["e\u0301\u0327", "x"],
        ["👩‍👩‍👦", "👩‍👩‍👦"],
        ["🇩🇪", "🇫🇷", "🇮"],
        ["👋🏽", "👋"],
        ["1️⃣", "2️⃣"],
        ["🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴"],
        ["❤️‍🔥", "❤"],
        ["क्षि", "क"],
        ["स्त्री", "न"],
        ["กำ", "ก"],
        ["நி", "ந"],
        ["ｶﾞ", "ｶ"],
        ["한", "국"],
        ["\u1112\u1161\u11ab", "\u1100\u1173"],
        ["가\u11a8", "나"],
        ["\u0600\u0661", "a"],
        ["a\u200d", "b"],
        ["日", "本"],
        ["𝔘", "𝔫"],
    ],
)
def test_knows_characters_apart(whole: list[str]):
    assert clusters("".join(whole)) == whole
