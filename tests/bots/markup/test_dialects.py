"""For any Markdown and any Unicode: what Slack and Teams get is read as what was meant, and as nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random

import pytest

from bots.markup import SlackText, TeamsText, length, slack_flat, slack_parts, teams_flat, teams_parts
from bots.markup.emphasis import JOINER, to_address
from tests.bots.markup.readers import Looks, Reading, read_flat, read_markdown, read_rich_text
from tests.bots.markup.test_properties import NASTY, is_whole, seeded
from tests.bots.markup.writings import document, noise, traps

Findings = Iterator[object]
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


def differences(read: Reading, meant: Reading, looks: Looks) -> Findings:
    """Find what is read otherwise than it was meant."""
    for was, should in ((read.lines, meant.lines), (read.looks, looks), (plain(read.codes), plain(meant.codes))):
        if was != should:
            yield was, should


def faults_in_slack(part: SlackText, limit: int, blocks_limit: int) -> Findings:
    """Find what Slack would refuse, read otherwise, or take for a mention."""
    blocks = json.dumps(part.blocks, ensure_ascii=False, separators=(",", ":"))
    if max(len(part.text), len(part.markdown)) > limit or len(blocks) > blocks_limit:
        yield "too long", len(part.text), len(part.markdown), len(blocks)
    if set("<>") & set(part.text) or any(token in part.markdown for token in ("<!", "<@", "<#")):
        yield "control", part.text, part.markdown
    if part.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") != part.flat.text:
        yield "escaped", part.text, part.flat.text
    meant = read_flat(part.flat)
    yield from differences(read_rich_text(part.blocks), meant, as_rich(meant.looks))
    yield from differences(read_markdown(part.markdown), meant, as_markdown(meant.looks))


def faults_in_teams(part: TeamsText, limit: int) -> Findings:
    """Find what Teams would refuse, read otherwise, or take for a mention."""
    if length(part.text, "utf16") > limit:
        yield "too long", length(part.text, "utf16")
    meant, read = read_flat(part.flat), read_markdown(part.text)
    yield from differences(read, meant, as_markdown(meant.looks))
    if read.signs or "<at" in part.text or "</at" in part.text:
        yield "control", read.signs, part.text


@pytest.mark.parametrize("batch", range(BATCHES))
def test_slack_reads_any_text_as_it_was_meant(batch: int):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        random = seeded(seed)
        markdown, limit, blocks = writing(random), random.choice(LIMITS), random.choice(BLOCKS)
        parts = slack_parts(markdown, limit, "https://hub.example", blocks_limit=blocks)
        assert is_whole(slack_flat(markdown, "https://hub.example"), tuple(part.flat for part in parts)), seed
        assert [fault for part in parts for fault in faults_in_slack(part, limit, blocks)] == [], seed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_teams_reads_any_text_as_it_was_meant(batch: int):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        random = seeded(seed)
        markdown, limit = writing(random), random.choice(LIMITS)
        parts = teams_parts(markdown, limit, "https://hub.example")
        assert is_whole(teams_flat(markdown, "https://hub.example"), tuple(part.flat for part in parts)), seed
        assert [fault for part in parts for fault in faults_in_teams(part, limit)] == [], seed


@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_is_whole_and_within_the_limits(name: str):
    text = NASTY[name][:ENOUGH]
    slack, teams = slack_parts(text), teams_parts(text)
    assert is_whole(slack_flat(text), tuple(part.flat for part in slack))
    assert is_whole(teams_flat(text), tuple(part.flat for part in teams))
    read_by_slack, read_by_teams = (*slack[:2], *slack[-1:]), (*teams[:1], *teams[-1:])
    assert [fault for part in read_by_slack for fault in faults_in_slack(part, 12_000, 10_000)] == []
    assert [fault for part in read_by_teams for fault in faults_in_teams(part, 20_000)] == []
