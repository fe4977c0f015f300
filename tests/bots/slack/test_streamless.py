"""Answers where Slack begins no stream: to an app without them, in a place, or for somebody it cannot stream to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conversation import inbox, lanes
from conversation.errors import RetryLater
from conversation.live import Live
from conversation.message import Address
from knowledge.db import Database
from tests.bots.slack.ground import KEY, Ground, until
from tests.conftest import newcomer


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("error", "unknown_method"),
        ("error", "invalid_arguments"),
        ("error", "missing_scope"),
        ("error", "no_permission"),
        ("error", "not_allowed_token_type"),
        ("status", ""),
    ],
)
async def test_an_answer_grows_by_edits_then_and_has_a_stop(ground: Ground, how: Any, error: str):
    ground.platform.fail("chat.startStream", how, error=error, status=404)
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    assert (ground.said(where).text, ground.said(where).labels) == ("Flour", ["Stop"])
    await ground.draft(where, "Flour is ground", receipt)
    assert ground.said(where).text == "Flour is ground"
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert (ground.said(where).text, ground.said(where).labels) == ("Flour is ground grain.", [])
    assert len(ground.platform.replies(ground.general)) == 1


@pytest.mark.parametrize("error", ["unknown_method", "missing_scope"])
async def test_slack_is_not_asked_again_soon(ground: Ground, error: str):
    ground.platform.fail("chat.startStream", error=error)
    for _ in range(2):
        where = await ground.thread()
        await ground.draft(where, "Flour", "")
    assert len(ground.platform.called("chat.startStream")) == 1


async def test_an_app_that_may_not_stream_does_not_wait_elsewhere_either(ground: Ground):
    ground.platform.fail("chat.startStream", error="missing_scope", times=2)
    for channel in (ground.general, ground.platform.channel("Acme", "kitchen", [ground.ann])):
        root = await ground.ann.says("what is flour?", channel=channel)
        where = Address("slack", ground.team, f"{channel.id}:{root.ts}", "thread")
        part = ground.part("Flour", where)
        assert await ground.channel.draft(where, ground.asked(where), part, root.ts, "")
        assert ground.said(where).text == "Flour"


async def test_an_answer_outlasts_a_page_in_slacks_place(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    ground.platform.fail("chat.update", "status", status=404)
    with pytest.raises(RetryLater):
        await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert ground.said(where).text == "Flour is ground grain."


async def test_after_a_crash_its_first_words_are_found_and_not_said_again(ground: Ground, database: Database):
    """The process died after it had posted them, and before anybody had written that down."""
    ground.platform.fail("chat.startStream", error="unknown_method", times=2)
    where = await ground.thread()
    await ground.draft(where, "Flour", "")
    user_id, asked = await newcomer(database), ground.asked(where)
    accepted = await inbox.accept(database, user_id, asked)
    async with database.person(user_id) as connection:
        lane = await lanes.lease(connection, "another process", accepted.conversation_id, user_id)
    assert lane is not None
    live = Live(database, ground.again(), lane, asked, KEY.removesuffix(":0"), "en", asyncio.Event(), again=True)
    await live.push("Flour is ground")
    await until(lambda: ground.said(where).text == "Flour is ground")
    await live.close()
    assert len(ground.platform.replies(ground.general)) == 1
