"""The outbox loop with Slack: everything said arrives once, in the coach's name, wherever a sender dies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from bots.slack.channel import SlackChannel
from bots.slack.people import People
from bots.slack.running import Slack
from bots.slack.settings import SlackSettings
from conversation import inbox, outbox
from conversation.message import Button, Message, Reply
from conversation.sender import Sender
from knowledge.db import Database
from tests.bots.slack.ground import meeting
from tests.slack.platform import Limits, Person, Platform

REPLY = Reply("**Hello** & welcome", buttons=(Button("Yes", "/yes"),), coach_name="Ada", avatar="🦉")


class Ground:
    """Ann's direct message, its outbox, and senders that are stepped by hand."""

    def __init__(self, database: Database, user_id: UUID, platform: Platform, slack: Slack) -> None:
        self.database, self.user_id, self.platform, self.slack = database, user_id, platform, slack
        self.ann: Person = platform.person("Acme", "Ann")
        self.conversation_id = uuid4()
        self.senders: dict[str, Sender] = {}

    async def begin(self) -> Ground:
        async with self.database.person(self.user_id) as connection:
            await connection.execute(
                "insert into conversations (conversation_id, channel, account, external_id, user_id) "
                "values (%s, 'slack', %s, %s, %s)",
                (self.conversation_id, self.ann.workspace.team_id, self.ann.direct.id, self.user_id),
            )
        return self

    async def say(self, key: str, reply: Reply = REPLY, purpose: outbox.Purpose = "reply") -> None:
        async with self.database.person(self.user_id) as connection:
            await outbox.append(connection, self.conversation_id, key, reply, purpose)

    async def send(self, owner: str) -> None:
        """Let a process do one look of the sender; it knows nothing of others."""
        if owner not in self.senders:
            settings = SlackSettings(bot_token="xoxb-1", signing_secret="x", api_base=self.platform.api_url)
            channel = SlackChannel(settings, self.slack.api, People(self.slack.api))
            self.senders[owner] = Sender(self.database, {"slack": channel}, owner)
        async with self.database.system() as connection:
            await connection.execute("update outbox set leased_until = now() - interval '1 s', due_at = now()")
        for row in await outbox.claim(self.database, owner, ["slack"]):
            await self.senders[owner].deliver(row)

    async def sent(self) -> None:
        """Look until all is said; Slack's pace takes several."""
        for _ in range(30):
            await self.send("one")
            if await self.states() == ["sent"]:
                return
        raise AssertionError(await self.states())

    async def states(self) -> list[str]:
        async with self.database.system() as connection:
            rows = await (await connection.execute("select state from outbox order by seq")).fetchall()
        return [row["state"] for row in rows]


@pytest.fixture
async def ground(database: Database, person: UUID) -> AsyncIterator[Ground]:
    async with meeting() as (platform, slack):
        yield await Ground(database, person, platform, slack).begin()
        assert platform.violations == []


async def test_a_reply_comes_at_once_in_the_coachs_name(ground: Ground):
    await ground.say("k")
    await ground.send("one")
    (shown,) = ground.platform.replies(ground.ann)
    assert (shown.text, shown.username, shown.icon, shown.labels) == ("Hello & welcome", "Ada", ":owl:", ["Yes"])
    assert not ground.platform.called("chat.update")


@pytest.mark.parametrize("purpose", ["reply", "proactive"])
async def test_what_arrived_is_found_by_the_next_process(ground: Ground, purpose: outbox.Purpose):
    await ground.say("k", purpose=purpose)
    ground.platform.fail("chat.postMessage", "drop", accepted=True)
    await ground.send("one")
    assert await ground.states() == ["pending"]
    await ground.send("two")
    assert await ground.states() == ["sent"]
    assert [each.text for each in ground.platform.replies(ground.ann)] == ["Hello & welcome"]


async def test_what_a_dead_process_sent_is_found(ground: Ground):
    await ground.say("k")
    (row,) = await outbox.claim(ground.database, "dead", ["slack"])
    channel = ground.slack.channel
    (part,) = channel.render(row.reply, channel.capabilities(row.address))
    await channel.send(row.address, part, f"{row.key}:0")
    await ground.send("two")
    assert await ground.states() == ["sent"]
    assert len(ground.platform.replies(ground.ann)) == 1


async def test_what_never_arrived_is_sent_by_the_next_process(ground: Ground):
    await ground.say("k")
    ground.platform.fail("chat.postMessage", "drop")
    await ground.send("one")
    await ground.send("two")
    assert [each.text for each in ground.platform.replies(ground.ann)] == ["Hello & welcome"]


async def test_what_follows_a_command_is_not_said_over_its_address(ground: Ground):
    """A command in a channel whose answer came over its address; the next one is long, and comes whole."""
    talk = ground.platform.channel("Acme", "talk", [ground.ann], kind="mpim")
    acted = await ground.ann.commands("/evermynd", "help", channel=talk)
    asked = ground.slack.channel.parse(dict(acted.delivery.payload))
    assert isinstance(asked, Message) and asked.address.via
    await inbox.accept(ground.database, ground.user_id, asked)
    ground.conversation_id = inbox.conversation_of(asked.address)
    await ground.say("k", Reply("word " * 1800))
    await ground.sent()
    assert " ".join(each.text for each in ground.platform.replies(talk)).split() == ["word"] * 1800
    async with ground.database.person(ground.user_id) as connection:
        await outbox.revise(connection, "k", Reply("other " * 1500, via=asked.address.via))
    await ground.sent()
    assert " ".join(each.text for each in ground.platform.replies(talk)).split() == ["other"] * 1500
    assert not any(call.error for call in ground.platform.called("chat.update"))


async def test_a_long_reply_stays_within_slacks_pace(ground: Ground):
    ground.platform.limit(Limits())
    await ground.say("k", Reply("word " * 3000))
    await ground.sent()
    said = " ".join(each.text for each in ground.platform.replies(ground.ann))
    assert said.split() == ["word"] * 3000
    assert not [call for call in ground.platform.calls if call.error == "ratelimited"]
