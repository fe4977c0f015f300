"""What it costs to turn an answer into messages for Telegram, Slack and Teams, beside only parsing its Markdown.

One run gives all messages within the platform's limit: for Telegram `flatten`, `split` and the entities in UTF-16
units; for Slack blocks, the text for notifications and Markdown; for Teams Markdown. The median of many runs; the
yardsticks are measured on the same text in between: markdown-it's tokens, and cutting plain text.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from markdown_it import MarkdownIt

from bots.markup import cut, flatten, slack_parts, split, teams_parts, to_units
from tests.benchmarks.figures import show

LIMIT = 4096
PLATFORMS = ("Telegram", "Slack", "Teams")
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
        *ours, parsing, cutting = _medians(
            lambda text=text: [to_units(part, "utf16") for part in split(flatten(text), LIMIT)],
            lambda text=text: slack_parts(text),
            lambda text=text: teams_parts(text),
            lambda text=text: parser.parse(text),
            lambda text=text: cut(text, LIMIT, "utf16"),
        )
        counts = (len(split(flatten(text), LIMIT)), len(slack_parts(text)), len(teams_parts(text)))
        show(
            f"{name}, {len(text):,} characters", f"{parsing:9,.0f} µs   bare parse   (plain cutting {cutting:,.0f} µs)"
        )
        for platform, cost, count in zip(PLATFORMS, ours, counts, strict=True):
            what = f"  {platform}, {count} message{'s' * (count > 1)}"
            show(what, f"{cost:9,.0f} µs   {cost / parsing:5.2f} x bare parse")
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
