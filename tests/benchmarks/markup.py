"""What it costs to turn an answer into messages for a platform with entities, beside only parsing its Markdown.

One run is `flatten` and `split` at Telegram's 4,096 UTF-16 units, and the entities counted in those units. The median
of many runs; the yardsticks are measured on the same text in between: markdown-it's tokens, and cutting plain text.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from markdown_it import MarkdownIt

from bots.markup import cut, flatten, split, to_units
from tests.benchmarks.figures import show

LIMIT = 4096
SECONDS = 2.0
"""Time given to each text."""

TYPICAL = """**Soak the beans overnight** in plenty of cold water [1]; it shortens the cooking to about *forty minutes*.

1. Rinse them and cover with fresh water.
2. Bring to the boil, skim, and add `1 tsp` of salt only at the end [2].
3. Taste after half an hour: older beans may take twice as long.

> Never cook kidney beans from raw on low heat.

If you have no time, see [the quick way](https://hub.example/quick). Shall I plan the rest of the dinner around them?
"""
LONG = "\n\n".join(
    [
        f"## Part {number}\n\n{TYPICAL}\n```python\nfor bean in range({number}):\n    soak(bean)\n```\n\n"
        f"| What | Hours |\n|--|--:|\n| beans | {number} |\n| chickpeas | 12 |"
        for number in range(1, 20)
    ]
)
TEXTS = (
    ("a typical answer", TYPICAL),
    ("a long answer", LONG),
    ("an answer in emoji", "👨‍👩‍👧‍👦🇩🇪 **👋🏽** " * 800),
    ("10,000 open brackets", "[" * 10_000),
    ("10,000 nested quotes", ">" * 10_000 + " x"),
    ("one word of 100,000 letters", "x" * 100_000),
    ("3,000 bold words", "**b** " * 3_000),
)


def main() -> int:
    """Measure each text."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for name, text in TEXTS:
        ours, parsing, cutting = _medians(
            lambda text=text: [to_units(part, "utf16") for part in split(flatten(text), LIMIT)],
            lambda text=text: parser.parse(text),
            lambda text=text: cut(text, LIMIT, "utf16"),
        )
        parts = len(split(flatten(text), LIMIT))
        what = f"{name}, {len(text):,} characters, {parts} message{'s' * (parts > 1)}"
        show(what, f"{ours:9,.0f} µs   {ours / parsing:5.2f} x bare parse   (plain cutting {cutting:,.0f} µs)")
    return 0


def _medians(*measured: Callable[[], object]) -> list[float]:
    """Run each in turn until the time is over; give the median of each in microseconds."""
    took: list[list[float]] = [[] for _ in measured]
    end = time.perf_counter() + SECONDS
    while not took[0] or time.perf_counter() < end:
        for each, times in zip(measured, took, strict=True):
            began = time.perf_counter()
            each()
            times.append((time.perf_counter() - began) * 1e6)
    return [statistics.median(times) for times in took]


if __name__ == "__main__":
    sys.exit(main())
