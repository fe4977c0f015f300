"""Answers are shown as drafts while they are written, where Telegram takes drafts, and by edits for good where not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bots.telegram.api import MISSES
from bots.telegram.running import Telegram
from conversation.channel import Entity, Part
from conversation.errors import Forbidden, Rejected, RetryLater
from conversation.message import Address, Author, Button, Message
from tests.bots.telegram.ground import direct, group, meeting
from tests.telegram.platform import Platform, User

STOP = (Button("Stop", "/stop"),)


async def draft(telegram: Telegram, to: Address, text: str, key: str = "turn:1:0", receipt: str = "") -> str:
    asked = Message(to, "1", Author("5"), "?", datetime.now(UTC))
    return await telegram.channel.draft(to, asked, Part(text, STOP), key, receipt)


def texts(platform: Platform, ann: User) -> list[str]:
    return [each.text for each in platform.drafts(ann)]


async def test_a_draft_grows_under_one_id_and_leaves_nothing_behind():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        assert [await draft(telegram, direct(ann), text) for text in ("Bread", "Bread needs")] == ["", ""]
        assert texts(platform, ann) == ["Bread", "Bread needs"]
        assert len({each.draft_id for each in platform.drafts(ann)}) == 1
        assert all(each.can_stop for each in platform.drafts(ann))
        assert platform.replies(ann) == [] and not platform.violations()


async def test_each_part_has_a_draft_of_its_own():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        for number in range(3):
            await draft(telegram, direct(ann), "x" * 4096, f"turn:1:{number}")
        assert len({each.draft_id for each in platform.drafts(ann)}) == 3


async def test_stop_at_a_draft_comes_back_as_the_button():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.backend.queue.allowed = frozenset({"stopped_message_generation"})
        await draft(telegram, direct(ann), "Bread")
        stopped = platform.stop(ann)
        assert stopped is not None
        message = telegram.channel.parse(platform.redeliver(stopped).to_json())
        assert isinstance(message, Message)
        assert (message.action, message.address) == ("/stop", direct(ann))


async def test_drafts_are_for_private_chats_alone():
    async with meeting() as (_, telegram):
        assert telegram.channel.capabilities(direct(User(5, "Ann"))).drafts
        assert not telegram.channel.capabilities(group(-100)).drafts
        assert not telegram.channel.capabilities(group(-100, 3)).drafts


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (404, "Not Found: method not found"),
        (404, "Not Found"),  # of a server that took the token before
        (400, "Bad Request: TEXTDRAFT_PEER_INVALID"),
    ],
)
async def test_a_server_without_drafts_gets_messages_and_edits_for_good(code: int, sentence: str):
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("sendMessageDraft", code, sentence)
        receipt = await draft(telegram, direct(ann), "Bread")
        assert [each.text for each in platform.replies(ann)] == ["…"]  # no word before the receipt is committed
        assert await draft(telegram, direct(ann), "Bread needs", receipt=receipt) == receipt
        (shown,) = platform.replies(ann)
        assert (shown.text, shown.labels) == ("Bread needs", ["Stop"])
        assert not telegram.channel.capabilities(direct(ann)).drafts
        assert len(platform.calls("sendMessageDraft")) == 1


async def test_a_page_in_telegrams_place_does_not_end_drafts():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.gateway("sendMessageDraft", 404)
        await telegram.channel.typing(direct(ann))
        assert [await draft(telegram, direct(ann), text) for text in ("Bread", "Bread needs")] == ["", ""]
        assert texts(platform, ann) == ["Bread needs"]
        assert telegram.channel.capabilities(direct(ann)).drafts


async def test_drafts_end_where_nothing_but_pages_comes_to_them():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.gateway("sendMessageDraft", 404, times=MISSES)
        receipts: list[str] = []
        for _ in range(MISSES):
            await telegram.channel.typing(direct(ann))
            receipts.append(await draft(telegram, direct(ann), "Bread"))
        assert receipts[:-1] == [""] * (MISSES - 1) and receipts[-1]
        assert not telegram.channel.capabilities(direct(ann)).drafts


async def test_a_later_part_is_not_sent_again_and_again_where_drafts_have_just_ended():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("sendMessageDraft", 404, "Not Found: method not found")
        for _ in range(2):
            with pytest.raises(Rejected):
                await draft(telegram, direct(ann), "Bread", "turn:1:1")
        assert platform.replies(ann) == []


async def test_formatting_that_is_refused_is_left_out_of_a_draft():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("sendMessageDraft", 400, "Bad Request: can't parse entities: x")
        asked = Message(direct(ann), "1", Author("5"), "?", datetime.now(UTC))
        part = Part("Bread", entities=(Entity("bold", 0, 5),))
        assert await telegram.channel.draft(direct(ann), asked, part, "k:0", "") == ""
        assert texts(platform, ann) == ["Bread"]


async def test_a_draft_whose_answer_is_lost_does_not_end_the_others():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.lose("sendMessageDraft")
        assert [await draft(telegram, direct(ann), text) for text in ("Bread", "Bread needs")] == ["", ""]
        assert texts(platform, ann) == ["Bread", "Bread needs"]


async def test_too_many_drafts_and_a_blocked_bot_are_told():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.flood("sendMessageDraft", 3)
        with pytest.raises(RetryLater):
            await draft(telegram, direct(ann), "Bread")
        platform.block(ann)
        with pytest.raises(Forbidden):
            await draft(telegram, direct(ann), "Bread")
        assert telegram.channel.capabilities(direct(ann)).drafts


async def test_the_message_that_takes_a_drafts_place_begins_with_its_words():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        await draft(telegram, direct(ann), "Bread needs")
        for key in ("turn:1:0", "turn:2:0"):
            await telegram.channel.send(direct(ann), Part("…"), key)
        assert [(each.text, each.labels) for each in platform.replies(ann)] == [("Bread needs", []), ("…", [])]
