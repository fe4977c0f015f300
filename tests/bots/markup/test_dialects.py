"""For any Markdown and any Unicode: what Slack and Teams get is read as what was meant, and as nothing else."""

from __future__ import annotations

import json
import re
from random import Random

import pytest

from bots.markup import Flat, SlackText, TeamsText, length, slack_flat, slack_parts, teams_flat, teams_parts
from bots.markup.emphasis import JOINER, to_address
from bots.markup.flat import is_blank
from tests.bots.markup.readers import Looks, Reading, read_flat, read_markdown, read_rich_text
from tests.bots.markup.test_properties import NASTY, seeded
from tests.bots.markup.writings import document, noise, traps

BATCHES, EACH = 10, 25
ENOUGH = 12_000
LANGUAGE = re.compile(r"[\w+#.-]{1,40}", re.ASCII)
LIMITS = (200, 600, 2000, 12_000)
BLOCKS = (1000, 3000, 10_000)


def writing(random: Random) -> str:
    """Write Markdown of any kind, or with traps in every place."""
    if random.random() < 0.3:
        return document(random, traps)
    return random.choice((document, noise, traps))(random)


def check_whole(flat: Flat, parts: tuple[Flat, ...]) -> None:
    """Fail unless the parts, joined, are the text."""
    assert "".join(part.before + part.text + part.after for part in parts) == (flat.text if parts else "")
    assert bool(parts) != is_blank(flat.text)


def plain(codes: list[str]) -> list[str]:
    return [code.replace(JOINER, "").replace("\r", " ") for code in codes]


def as_rich(looks: Looks) -> Looks:
    """Give formatting without what rich text has no place for: the language of code."""
    return [(sign, frozenset((kind, "" if kind == "pre" else value) for kind, value in kinds)) for sign, kinds in looks]


def as_markdown(looks: Looks) -> Looks:
    """Give formatting with addresses and languages as Markdown writes them."""
    return [(sign, frozenset((kind, as_written(kind, value)) for kind, value in kinds)) for sign, kinds in looks]


def as_written(kind: str, value: str) -> str:
    if kind == "pre":
        return value if LANGUAGE.fullmatch(value) else ""
    return to_address(value)


def check_same(read: Reading, meant: Reading, looks: Looks) -> None:
    assert read.lines == meant.lines
    assert read.looks == looks
    assert plain(read.codes) == plain(meant.codes)


def check_slack(part: SlackText, limit: int, blocks_limit: int) -> None:
    assert len(part.text) <= limit and len(part.markdown) <= limit
    assert len(json.dumps(part.blocks, ensure_ascii=False, separators=(",", ":"))) <= blocks_limit
    assert not set("<>") & set(part.text)
    meant = read_flat(part.flat)
    assert part.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == part.flat.text
    check_same(read_rich_text(part.blocks), meant, as_rich(meant.looks))
    check_same(read_markdown(part.markdown), meant, as_markdown(meant.looks))
    for token in ("<!", "<@", "<#"):
        assert token not in part.markdown


def check_teams(part: TeamsText, limit: int) -> None:
    assert length(part.text, "utf16") <= limit
    meant, read = read_flat(part.flat), read_markdown(part.text)
    check_same(read, meant, as_markdown(meant.looks))
    assert not read.signs
    assert "<at" not in part.text and "</at" not in part.text


@pytest.mark.parametrize("batch", range(BATCHES))
def test_slack_reads_any_text_as_it_was_meant(batch: int):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        random = seeded(seed)
        markdown, limit, blocks = writing(random), random.choice(LIMITS), random.choice(BLOCKS)
        parts = slack_parts(markdown, limit, "https://hub.example", blocks_limit=blocks)
        check_whole(slack_flat(markdown, "https://hub.example"), tuple(part.flat for part in parts))
        for part in parts:
            check_slack(part, limit, blocks)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_teams_reads_any_text_as_it_was_meant(batch: int):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        random = seeded(seed)
        markdown, limit = writing(random), random.choice(LIMITS)
        parts = teams_parts(markdown, limit, "https://hub.example")
        check_whole(teams_flat(markdown, "https://hub.example"), tuple(part.flat for part in parts))
        for part in parts:
            check_teams(part, limit)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_is_whole_and_within_the_limits(name: str):
    text = NASTY[name][:ENOUGH]
    slack, teams = slack_parts(text), teams_parts(text)
    check_whole(slack_flat(text), tuple(part.flat for part in slack))
    check_whole(teams_flat(text), tuple(part.flat for part in teams))
    for part in (*slack[:2], *slack[-1:]):
        check_slack(part, 12_000, 10_000)
    for part in (*teams[:1], *teams[-1:]):
        check_teams(part, 20_000)
