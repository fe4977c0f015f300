"""What becomes of what got lost, was refused halfway, or is said once more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from aiohttp import ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey

from bots.slack.api import Api
from bots.slack.errors import FileGone
from bots.slack.faults import unreached
from bots.slack.finding import PUT_OFF, Finding
from bots.slack.posting import thread_of
from conversation.channel import Part
from conversation.errors import Delayed, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment, Message, Progress, Reply
from tests.bots.slack.ground import KEY, QUICK, Ground, direct, recorded, until
from tests.slack.platform import Limits


async def test_a_file_of_which_nothing_can_be_proven_is_not_sent_again(ground: Ground, tmp_path: Path):
    where = await ground.thread()
    (tmp_path / "x").write_bytes(b"zip")
    part = Part("", file=Attachment(None, "export.zip", "application/zip", 3))
    ground.platform.fail("files.completeUploadExternal", "drop", accepted=True)
    ground.platform.fail("files.info", "error", error="internal_error", times=3)
    with pytest.raises(Unknown):
        await ground.channel.send_file(where, tmp_path / "x", part, KEY)
    ground.platform.fail("files.getUploadURLExternal", "drop")
    with pytest.raises(RetryLater):
        await ground.channel.send_file(where, tmp_path / "x", part, "other")


async def test_what_is_said_again_under_a_key_replaces_what_stood_there(ground: Ground):
    where = direct(ground.ann)
    receipt = await ground.channel.send(where, ground.part("Hel …", where), KEY)
    assert await ground.channel.send(where, ground.part("Hello", where), KEY) == receipt
    ground.platform.fail("chat.postMessage", "drop", accepted=True)
    with pytest.raises(Unknown):
        await ground.channel.send(where, ground.part("Wor …", where), "lost")
    await ground.channel.send(where, ground.part("World", where), "lost")
    assert [each.text for each in ground.platform.replies(ground.ann)] == ["Hello", "World"]


async def test_what_was_taken_back_is_said_anew(ground: Ground):
    where = direct(ground.ann)
    receipt = await ground.channel.send(where, ground.part("long", where), KEY)
    await ground.channel.delete(where, receipt)
    await ground.channel.send(where, ground.part("long again", where), KEY)
    await ground.again().delete(where, ground.platform.replies(ground.ann)[0].ts)
    await ground.channel.send(where, ground.part("once more", where), KEY)
    assert [each.text for each in ground.platform.replies(ground.ann)] == ["once more"]


async def test_what_arrived_is_found_behind_much_that_was_said_before(ground: Ground):
    where = await ground.thread()
    for number in range(205):
        await ground.ann.says(f"{number}", channel=ground.general, thread_ts=where.external_id.partition(":")[2])
    receipt = await ground.channel.send(where, ground.part("x", where), KEY)
    assert await ground.again().find(where, KEY) == receipt


@pytest.fixture
async def crowded(ground: Ground) -> Address:
    """A thread in which much was said, of an app that may look once a minute, at fifteen messages."""
    where = await ground.thread()
    for number in range(40):
        await ground.ann.says(f"{number}", channel=ground.general, thread_ts=thread_of(where))
    ground.platform.app.reviewed = False
    ground.platform.limit(Limits(channel_burst=100))
    return where


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_look_that_is_put_off_goes_on_where_it_was(ground: Ground, crowded: Address, arrived: bool):
    receipt = await ground.channel.send(crowded, ground.part("x", crowded), KEY) if arrived else ""
    found: list[str] = []
    searching, minutes = ground.again(), 0
    while not found and minutes < 10:
        with suppress(Delayed):
            found.append(await searching.find(crowded, KEY))
        minutes += 1
        ground.platform.advance(60)
    assert found == [receipt] and minutes > 2


async def test_what_was_looked_for_in_vain_is_said_without_another_look(ground: Ground, crowded: Address):
    """As whoever delivers does it: an app that may look once a minute would otherwise look without end."""
    ground.platform.fail("chat.postMessage", "drop")
    with pytest.raises(Unknown):
        await ground.channel.send(crowded, ground.part("x", crowded), KEY)
    said, minutes = "", 0
    while not said and minutes < 10:
        with suppress(Delayed):
            said = await ground.channel.find(crowded, KEY) or await ground.channel.send(
                crowded, ground.part("x", crowded), KEY
            )
        minutes += 1
        ground.platform.advance(60)
    assert said and [each.text for each in ground.platform.replies(ground.general)][-1] == "x"


async def test_a_look_that_is_always_put_off_ends(ground: Ground, crowded: Address):
    searching = ground.again()
    for _ in range(PUT_OFF):
        with pytest.raises(Delayed):
            await searching.find(crowded, KEY)
    with pytest.raises(Unknown):
        await searching.find(crowded, KEY)


class Net:
    """A way to Slack that is away for a while: nothing connects."""

    def __init__(self, api: Api, away: int) -> None:
        self._api, self._away = api, away

    async def call(self, account: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        if self._away:
            self._away -= 1
            refused = ClientConnectorError(cast(ConnectionKey, None), OSError("refused"))
            raise unreached(refused) from refused
        return await self._api.call(account, method, arguments)


async def test_a_look_goes_on_once_slack_can_be_reached_again(ground: Ground):
    searching = Finding(cast(Api, Net(ground.slack.api, PUT_OFF + 1)))
    where = await ground.thread()
    for _ in range(PUT_OFF + 1):
        with pytest.raises(Delayed):
            await searching.find(where, KEY)
    assert await searching.find(where, KEY) == ""


async def test_a_file_that_may_not_be_sent_holds_nothing_up(ground: Ground, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"zip")
    part = Part("", file=Attachment(None, "export.zip", "application/zip", 3))
    ground.platform.fail("files.getUploadURLExternal", "error", error="missing_scope")
    with pytest.raises(Rejected):
        await ground.channel.send_file(await ground.thread(), tmp_path / "x", part, KEY)


async def test_a_look_goes_back_from_now_on(ground: Ground):
    """What was said within the last minutes is looked through first."""
    where = await ground.thread()
    early = await ground.channel.send(where, ground.part("x", where), "early")
    ground.platform.advance(3000)
    api, later = ground.slack.api, time.time() + 3000
    assert await Finding(api, lambda: later).find(where, "early") == early
    looks = [call.arguments for call in ground.platform.called("conversations.replies")]
    assert [float(str(each["oldest"])) for each in looks] == [pytest.approx(later - back) for back in (600, 7200)]
    assert float(str(looks[1]["latest"])) == pytest.approx(later - 600)


async def test_a_look_that_is_refused_proves_nothing(ground: Ground):
    ground.platform.fail("conversations.history", "error", error="missing_scope")
    with pytest.raises(Unknown):
        await ground.channel.find(direct(ground.ann), KEY)


async def test_a_stream_that_is_refused_leaves_nobody_waiting(ground: Ground):
    where = await ground.thread()
    ground.platform.fail("chat.startStream", "flood")
    with pytest.raises(RetryLater):
        await ground.draft(where, "Flour", "")
    await until(lambda: ground.platform.backend.sessions.get((where.group_id, thread_of(where))) == "active")


async def test_a_stream_that_began_unheard_is_taken_back(ground: Ground):
    where = await ground.thread()
    ground.platform.fail("chat.startStream", "drop", accepted=True)
    with pytest.raises(Unknown):
        await ground.draft(where, "Flour", "")
    await ground.channel.send(where, ground.part("Flour is ground grain.", where), KEY)
    await until(lambda: [each.text for each in ground.platform.replies(ground.general)] == ["Flour is ground grain."])


async def test_a_stream_that_nobody_waits_for_any_more_is_taken_back(ground: Ground):
    """The turn gives up on a slow Slack, before it knows which message was begun."""
    where = await ground.thread()
    ground.platform.fail("chat.startStream", "lose", accepted=True)
    begun = asyncio.create_task(ground.draft(where, "Flour", ""))
    await until(lambda: ground.platform.replies(ground.general))
    begun.cancel()
    await asyncio.wait([begun])
    await ground.channel.send(where, ground.part("Flour is ground grain.", where), KEY)
    await until(lambda: [each.text for each in ground.platform.replies(ground.general)] == ["Flour is ground grain."])
    assert ground.platform.backend.sessions[where.group_id, thread_of(where)] == "active"


async def test_a_slow_status_holds_up_no_answer(ground: Ground):
    where = await ground.thread()
    ground.platform.fail("agents.sessions.setStatus", "lose")
    async with asyncio.timeout(QUICK / 2):
        receipt = await ground.draft(where, "Flour", "")
        await ground.draft(where, "Flour is ground", receipt)
    assert ground.said(where).text == "Flour is ground"


@pytest.mark.parametrize("error", ["invalid_arguments", "nobody_knows_this", "missing_scope"])
async def test_an_answer_is_said_whatever_becomes_of_its_stream(ground: Ground, error: str):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    ground.platform.fail("chat.stopStream", error=error, times=5)
    with pytest.raises(RetryLater):
        await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    ground.platform.advance(301)
    ground.platform.forgive()
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert ground.said(where).text == "Flour is ground grain."
    assert ground.platform.backend.sessions[where.group_id, thread_of(where)] == "active"


async def test_a_stream_whose_end_is_refused_once_is_ended_by_the_next_try(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    ground.platform.fail("chat.stopStream", error="invalid_arguments")
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert (ground.said(where).text, ground.said(where).streaming) == ("Flour is ground grain.", "completed")


async def test_an_answer_that_a_dead_process_streamed_is_not_waited_for(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    ground.platform.advance(301)
    await ground.again().edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert ground.platform.backend.sessions[where.group_id, where.external_id.partition(":")[2]] == "active"


async def test_a_stream_of_a_dead_process_can_be_taken_back(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    await ground.again().delete(where, receipt)
    assert ground.platform.replies(ground.general) == []


async def test_an_answer_over_a_commands_address_is_one_message_and_never_sent_twice(ground: Ground):
    quiet = ground.platform.channel("Acme", "quiet", [ground.ann], bot=False)
    told = ground.channel.parse(dict((await ground.ann.commands("/evermynd", "help", channel=quiet)).delivery.payload))
    assert isinstance(told, Message)
    (long,) = ground.channel.render(Reply("word " * 1500), ground.channel.capabilities(told.address))
    receipt = await ground.channel.send(told.address, long, KEY)
    later = ground.part("half", told.address, progress=Progress("Reading", 50))
    await ground.channel.edit(told.address, receipt, later)
    (seen,) = ground.ann.sees(quiet)
    assert seen.text.split() == ["word"] * 1500


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest", "https://files.slack.com.evil.org/x", "http://files.slack.com/x", "//["],
)
async def test_the_token_goes_to_slack_alone(ground: Ground, tmp_path: Path, address: str):
    with pytest.raises(FileGone):
        await ground.slack.api.download(ground.team, address, tmp_path / "x", 1.0)


async def test_who_is_mentioned_in_what_is_not_for_us_is_not_asked_for(ground: Ground):
    event = recorded("message_channels")
    event["event"]["text"] = " ".join(f"<@U{number:09}>" for number in range(150))
    before = len(ground.platform.calls)
    await ground.channel.learn(event)
    assert len(ground.platform.calls) == before
    event["event"]["channel"] = "D0SOMEBODY"
    await ground.channel.learn(event)
    assert len(ground.platform.called("users.info")) <= 6
