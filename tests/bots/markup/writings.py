"""Markdown as nobody would write it and everybody once does: seeded, so that what fails can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

FAMILY, FLAG, WAVE, KEYCAP = "👨‍👩‍👧‍👦", "🇩🇪", "👋🏽", "1️⃣"
CLUSTERS = (
    FAMILY, FLAG, WAVE, KEYCAP, "é", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️‍🔥", "각", "क्षि", "กำ", "நி", "ｶﾞ", "a\u0335\u0336\u0337", "\u2764\ufe0f",
)  # fmt: skip
LETTERS = (
    *CLUSTERS, "a", "b", "Z", "ß", "1", " ", " ", " ", ".", ". ", "!", ",", "שלום", "مرحبا", "日本語。", "한국어",
    "\x00", "\r", "\r\n", "\n", "\t", "\u2028", "\u2029", "\u0085", "\x0b", "\x1c", "\u200b", "\u200e", "\u202e",
    "\u2060", "𝔘𝔫𝔦", "😀", "\ufeff", "\xa0", "\u3000", "\ud83d", "\ude42", "\ufffd", "\uffff", "\U0010ffff",
    "\u0301", "\u200d", "\u2800", "&amp;", "&#10;", "&#0;", "\\", "\\*",
)  # fmt: skip
SIGNS = (
    "*", "**", "_", "__", "~~", "`", "``", "[", "]", "(", ")", "](http://a.b)", "![", "<", ">", "<b>", "|", "#", "- ",
    "\n", "\n\n", "    ", "\n> ", "\n- ", "\n1. ", "\n```\n", "\n---\n", "\n|a|b|\n|-|-|\n|", "https://a.b/c",
    "<http://a.b>", "[ ] ", "!", ":", "&", "=",
)  # fmt: skip


TRAPS = (
    "<!channel>", "<!here>", "<@U123>", "<#C1|x>", "<http://x|y>", "<!date^1^x|y>", "&lt;", "&amp;lt;", "&copy;",
    "<at>", "</at>", "<at>Ann</at>", "<script>", "<a href='x'>", "\\[x](javascript:a)", "[x](javascript:a)", "[x]: y",
    "`", "```", "\\`", "*", "**", "_", "__", "~", "~~", "#", "\\#", "1.", "1\\.", "2\\)", "-", "\\-", "+", "=", "==",
    ">", "\\>", "|", "\\|", ":-:", "!", "![", "a", "b c", " ", "\n", "https://a.b/c_d*e_f", "http://a.b/(x)",
    "<mailto:a@b.c>", "&nbsp;", "&#32;", "&#9;", "&#13;", "&#10;", "$x$", "{{DATE(2020-01-01T00:00:00Z)}}",
    "@channel", ":smile:", "\\",
)  # fmt: skip


def traps(random: Random) -> str:
    """Write what one platform or another could take for markup of its own."""
    return "".join(random.choices(TRAPS, k=random.randint(1, 8)))


def words(random: Random, most: int = 12) -> str:
    """Write any characters."""
    return "".join(random.choices(LETTERS, k=random.randint(1, most)))


def noise(random: Random) -> str:
    """Write signs of Markdown in any order, with any characters between them."""
    return "".join(
        random.choice(SIGNS) if random.random() < 0.5 else words(random, 4) for _ in range(random.randint(1, 80))
    )


def document(random: Random, word: Callable[[Random], str] = words, depth: int = 0, most: int = 8) -> str:
    """Write blocks of every kind, and blocks within them."""
    makers = (_paragraph, _paragraph, _heading, _code, _rule, _table) + ((_quote, _list) if depth < 3 else ())
    return "\n\n".join(random.choice(makers)(random, word, depth) for _ in range(random.randint(1, most)))


Word = Callable[[Random], str]


def _inline(random: Random, word: Word, depth: int = 0) -> str:
    shapes: Sequence[str] = (
        "{}",
        "{}",
        "{}",
        "**{}**",
        "*{}*",
        "~~{}~~",
        "`{}`",
        "[{}](https://a.b/{{n}})",
        "![{}](/p)",
        "***{}***",
    )
    pieces = [word(random)] if depth == 0 else []  # so that no line begins with a sign
    for _ in range(random.randint(1, 6)):
        shape = random.choice(shapes)
        inner = (
            _inline(random, word, depth + 1)
            if depth < 2 and random.random() < 0.3 and "`" not in shape
            else word(random)
        )
        pieces.append(shape.format(inner))
    return " ".join(pieces)


def _paragraph(random: Random, word: Word, depth: int) -> str:
    return "\n".join(_inline(random, word) for _ in range(random.randint(1, 4)))


def _heading(random: Random, word: Word, depth: int) -> str:
    return "#" * random.randint(1, 6) + " " + _inline(random, word).replace("\n", " ")


def _code(random: Random, word: Word, depth: int) -> str:
    lines = [" " * random.randint(0, 8) + word(random) for _ in range(random.randint(0, 12))]
    return "\n".join(["```" + random.choice(("", "python", "c++")), *lines, "```"])


def _rule(random: Random, word: Word, depth: int) -> str:
    return random.choice(("---", "***"))


def _table(random: Random, word: Word, depth: int) -> str:
    columns = random.randint(1, 4)
    rows = [[_cell(random, word) for _ in range(columns)] for _ in range(random.randint(1, 5))]
    rows.insert(1, random.choices((":-", "-:", ":-:", "-"), k=columns))
    return "\n".join(f"|{'|'.join(row)}|" for row in rows)


def _cell(random: Random, word: Word) -> str:
    text = word(random) if random.random() < 0.7 else _inline(random, word)
    return text.replace("\n", " ").replace("|", "")


def _quote(random: Random, word: Word, depth: int) -> str:
    return "\n".join("> " + line for line in document(random, word, depth + 1, 3).split("\n"))


def _list(random: Random, word: Word, depth: int) -> str:
    items: list[str] = []
    for number in range(random.randint(1, 5)):
        marker = random.choice(("- ", "- ", "- [ ] ", "- [x] ", f"{number + 1}. ", "7) "))
        inside = document(random, word, depth + 1, 2)
        items.append(marker + inside.replace("\n", "\n" + " " * len(marker[: marker.find(" ") + 1])))
    return random.choice(("\n", "\n\n")).join(items)
