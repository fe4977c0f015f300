"""Calls of Slack over HTTP: what is committed, what is refused, and that nothing is ever a 500."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bots.slack.running import Slack
from bots.slack.webhook import LIMIT
from conversation.message import Message
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from tests.bots.memory import Memory
from tests.bots.slack.ground import meeting, recorded, running, serving, until
from tests.slack.platform import Person, Platform, sign


class Ground:
    """The platform, a person, and the app behind its address."""

    def __init__(self, platform: Platform, slack: Slack, core: Memory, url: str) -> None:
        self.platform, self.slack, self.core = platform, slack, core
        self.url = f"{url}/webhooks/slack"
        self.ann: Person = platform.person("Acme", "Ann Åberg", locale="de-DE")

    async def post(self, body: bytes, **headers: str) -> tuple[int, str]:
        """Call the app with a good signature, but for what the headers spoil."""
        stamp = str(int(time.time()))
        given = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp}
        given["X-Slack-Signature"] = sign(self.platform.signing_secret, stamp, body)
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        wanted = {name: value for name, value in given.items() if value != "none"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=BytesIO(body), headers=wanted) as answer,
        ):
            return answer.status, await answer.text()


@pytest.fixture
async def ground(database: Database) -> AsyncIterator[Ground]:
    core = Memory()
    async with (
        meeting() as (platform, slack),
        running(slack, core, database) as attached,
        serving(attached, platform) as url,
    ):
        yield Ground(platform, slack, core, url)
        assert platform.violations == []


async def test_a_command_that_speaks_of_a_payload_is_one(ground: Ground):
    await ground.ann.commands("/evermynd", "what is a payload?")
    assert ground.core.texts == ["/what is a payload?"]


@pytest.mark.parametrize(("fails", "name", "kind"), [("", "oven.png", "photo"), ("files.info", "file", "document")])
async def test_a_file_from_another_organisation_is_known_by_its_name(ground: Ground, fails: str, name: str, kind: str):
    ground.platform.workspace("Globex", installed=False)
    eve = ground.platform.person("Globex", "Eve")
    shared = ground.platform.channel("Acme", "shared", [ground.ann, eve], shared_with=["Globex"])
    if fails:
        ground.platform.fail(fails, "lose")
    await eve.uploads("oven.png", b"png", "what is this?", channel=shared, mention=True)
    (file,) = ground.core.last.attachments
    assert (file.name, file.kind) == (name, kind)


async def test_after_a_restart_a_later_wording_has_its_files_from_another_organisation(ground: Ground):
    ground.platform.workspace("Globex", installed=False)
    eve = ground.platform.person("Globex", "Eve")
    shared = ground.platform.channel("Acme", "shared", [ground.ann, eve], shared_with=["Globex"])
    asked = await eve.uploads("oven.png", b"png", "what is this?", channel=shared, mention=True)
    name = ground.platform.workspace("Acme").bot_user_id
    await eve.edits(asked, f"<@{name}> what is this? It is hot.", channel=shared)
    changed = ground.platform.deliveries[-1].payload
    restarted = Slack(ground.slack._settings, ground.slack.api).channel  # pyright: ignore[reportPrivateUsage]
    await restarted.learn(changed)
    message = restarted.parse(changed)
    assert isinstance(message, Message) and message.edits
    assert [(file.name, file.kind, file.size) for file in message.attachments] == [("oven.png", "photo", 3)]


async def test_what_is_said_in_a_row_is_committed_in_a_row_when_names_come_late(ground: Ground):
    ground.platform.fail("users.info", "lose")
    async with asyncio.TaskGroup() as group:
        group.create_task(ground.ann.says("first"))
        await until(lambda: ground.platform.called("users.info"))
        group.create_task(ground.ann.says("second"))
    assert ground.core.texts == ["first", "second"]


async def test_what_people_write_is_committed_before_the_answer(ground: Ground):
    await ground.ann.says("hello & <goodbye>")
    (message,) = ground.core.messages
    assert message.text == "hello & <goodbye>"
    assert (message.author.name, message.author.language) == ("Ann Åberg", "de-DE")
    assert all(each.ok for each in ground.platform.deliveries)


async def test_one_mention_is_committed_once_although_it_comes_twice(ground: Ground):
    general = ground.platform.channel("Acme", "general", [ground.ann])
    await ground.ann.says("what is flour?", channel=general, mention=True)
    assert ground.core.texts == ["what is flour?"]
    assert len(ground.platform.deliveries) == 2


async def test_a_mention_in_a_group_message_is_of_that_group(ground: Ground):
    talk = ground.platform.channel("Acme", "mpdm-ann-bob", [ground.ann], kind="mpim")
    await ground.ann.says("hi", channel=talk, mention=True)
    (message,) = ground.core.messages
    assert (message.address.kind, message.address.external_id) == ("group", talk.id)


async def test_an_event_brought_again_is_the_same_whatever_its_headers_say(ground: Ground):
    await ground.ann.says("once")
    again = await ground.platform.redeliver(ground.platform.deliveries[-1])
    assert again.status == 200 and ground.core.texts == ["once"]


async def test_the_address_is_verified(ground: Ground):
    answer = await ground.platform.verify_url()
    assert answer.status == 200 and "challenge-" in json.dumps(answer.answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Request_Timestamp": "abc"},
        {"X_Slack_Request_Timestamp": "٣"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "9" * 400},
        {"X_Slack_Request_Timestamp": "none"},
        {"X_Slack_Request_Timestamp": "1e9"},
        {"X_Slack_Signature": "v0=é"},
        {"X_Slack_Signature": "none"},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": "v1=" + "0" * 64},
    ],
)
async def test_who_is_not_slack_is_refused(ground: Ground, headers: dict[str, str]):
    status, _ = await ground.post(json.dumps(recorded("message_im")).encode(), **headers)
    assert status == 401
    assert ground.core.taken == 0


@pytest.mark.parametrize("age", [-301, 301, -100_000])
async def test_an_old_signature_is_refused(ground: Ground, age: int):
    body = json.dumps(recorded("message_im")).encode()
    stamp = str(int(time.time()) + age)
    signature = sign(ground.platform.signing_secret, stamp, body)
    status, _ = await ground.post(body, X_Slack_Request_Timestamp=stamp, X_Slack_Signature=signature)
    assert (status, ground.core.taken) == (401, 0)


async def test_a_signed_call_that_is_replayed_is_committed_once(ground: Ground):
    body, stamp = json.dumps(recorded("message_im")).encode(), str(int(time.time()))
    signed = {
        "X_Slack_Request_Timestamp": stamp,
        "X_Slack_Signature": sign(ground.platform.signing_secret, stamp, body),
    }
    assert [(await ground.post(body, **signed))[0] for _ in range(3)] == [200, 200, 200]
    assert len(ground.core.kept) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 9000])
async def test_what_cannot_be_read_is_refused(ground: Ground, body: bytes):
    status, _ = await ground.post(body)
    assert status in (400, 401)
    assert ground.core.taken == 0


@pytest.mark.parametrize("body", [b"payload=%7B", b"payload=[]", b"payload=7", b"payload="])
async def test_an_interaction_that_cannot_be_read_is_refused(ground: Ground, body: bytes):
    status, _ = await ground.post(body, Content_Type="application/x-www-form-urlencoded")
    assert status in (200, 400)
    assert ground.core.kept == {}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "event_callback"},
        {"type": "event_callback", "event": []},
        {"type": "event_callback", "event": {"type": "x"}, "authorizations": "x"},
        {"type": "event_callback", "event": {"type": "message", "channel": 7}, "authorizations": [7]},
        {"type": 7, "team": "x", "user": "y", "channel": [], "actions": {}},
        {"type": "block_actions", "team": None, "user": None, "container": None, "view": []},
        {"type": "nobody knows this", "enterprise": [], "event": {"user": {}, "item": 3}},
        {"type": "url_verification"},
        {"command": "/evermynd", "team_id": []},
    ],
)
async def test_payloads_of_any_shape_are_no_fault(ground: Ground, event: dict[str, Any]):
    status, _ = await ground.post(json.dumps(event).encode())
    assert status in (200, 400)
    assert ground.core.kept == {} and ground.core.aside == []


async def test_more_than_slack_sends_is_not_read(ground: Ground):
    status, _ = await ground.post(b'{"a": "' + b"x" * LIMIT + b'"}')
    assert status == 413


async def test_without_a_database_slack_is_asked_to_come_again(ground: Ground):
    ground.core.failures = [DatabaseUnavailable()]
    await ground.ann.says("later")
    await ground.platform.until(lambda: ground.core.texts == ["later"])
    assert [each.status for each in ground.platform.deliveries] == [503, 200]


async def test_an_event_that_fails_three_times_is_put_aside(ground: Ground):
    ground.core.failures = [ValueError("ours")] * 3
    await ground.ann.says("cursed")
    await ground.platform.until(lambda: ground.core.aside)
    await ground.platform.settled()
    await ground.ann.says("fine")
    assert ground.core.texts == ["fine"] and len(ground.core.aside) == 1


async def test_names_that_come_late_hold_up_nothing(ground: Ground):
    ground.platform.fail("users.info", "lose")
    async with asyncio.timeout(2.5):
        await ground.ann.says("who am I?")
    assert ground.core.messages[0].author.name == ""
    assert all(each.ok and each.seconds < 2 for each in ground.platform.deliveries)


async def test_commands_are_taken_where_they_are_given(ground: Ground):
    general = ground.platform.channel("Acme", "general", [ground.ann])
    assert (await ground.ann.commands("/evermynd", "coach Ada")).ok
    assert (await ground.ann.commands("/coaches", channel=general)).ok
    assert ground.core.texts == ["/coach Ada", "/coaches"]
    assert [each.address.kind for each in ground.core.messages] == ["direct", "group"]


async def test_a_bot_and_we_ourselves_are_not_heard(ground: Ground):
    general = ground.platform.channel("Acme", "general", [ground.ann])
    await ground.platform.bot_says(f"<@{ground.ann.workspace.bot_user_id}> hi", general)
    given = {"channel": general.id, "text": f"<@{ground.ann.workspace.bot_user_id}> me"}
    await ground.slack.api.call(ground.ann.workspace.team_id, "chat.postMessage", given)
    await ground.platform.settled()
    assert ground.core.kept == {}
