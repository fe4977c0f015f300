"""What people do, as the bot hears it."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from tests.remote import Remote

from .bots import PlainBot, open_plain_bot
from .platform import Limits, Person, Platform, open_platform


async def test_a_personal_message_names_person_chat_and_tenant(teams: Platform, bot: PlainBot, ann: Person) -> None:
    sent = await ann.says("hello")
    heard = bot.heard[-1]
    assert heard["from"] == {"id": ann.id, "name": "Ann", "aadObjectId": ann.aad_object_id}
    assert heard["conversation"]["id"] == ann.personal.id and heard["conversation"]["conversationType"] == "personal"
    assert heard["channelData"] == {"tenant": {"id": teams.tenant_id}} and heard["text"] == "hello"
    assert heard["serviceUrl"] == teams.service_url and sent.status == 200


async def test_a_group_is_heard_when_it_mentions_the_bot(teams: Platform, bot: PlainBot, ann: Person) -> None:
    group = teams.group("Bakers", [ann, "Bob"])
    assert not (await ann.says("psst", group, mention=False)).heard
    await ann.says("hello", "Bakers", mentions=["Bob"])
    heard = bot.heard[-1]
    assert heard["text"] == "<at>EverMynd</at> <at>Bob</at> hello" and len(bot.heard) == 1
    assert [each["mentioned"]["name"] for each in heard["entities"][:2]] == ["EverMynd", "Bob"]
    with pytest.raises(ValueError, match="not in"):
        await teams.person("Eve").says("hello", group)


async def test_a_channel_keeps_its_threads_apart(teams: Platform, bot: PlainBot, ann: Person) -> None:
    channel = teams.channel("Baking", "Bread", [ann])
    first = await ann.says("one", channel)
    await ann.says("two", channel)
    await ann.says("more of one", first.conversation)
    places = [each["conversation"]["id"] for each in bot.heard]
    assert places[0] == places[2] == f"{channel.id};messageid={first.id}" != places[1]
    assert bot.heard[0]["channelData"]["team"]["id"] == teams.backend.world.teams["Baking"].id


async def test_edits_and_deletions_are_told(bot: PlainBot, ann: Person) -> None:
    sent = await ann.says("hallo")
    await ann.edits(sent.id, "hello")
    await ann.deletes(sent.id)
    await ann.undeletes(sent.id)
    told = [(each["type"], each["id"], each["channelData"].get("eventType")) for each in bot.heard[1:]]
    assert told == [
        ("messageUpdate", sent.id, "editMessage"),
        ("messageDelete", sent.id, "softDeleteMessage"),
        ("messageUpdate", sent.id, "undeleteMessage"),
    ]
    assert bot.heard[1]["text"] == bot.heard[3]["text"] == "hello"


async def test_an_activity_comes_again_after_a_failure(teams: Platform, bot: PlainBot, ann: Person) -> None:
    bot.statuses = [500, 503]
    sent = await ann.says("hello")
    assert sent.status == 200 and [each["id"] for each in bot.heard] == [sent.id] * 3
    await teams.redeliver(sent)
    assert bot.heard[-1] == bot.heard[0]


async def test_a_silent_bot_is_given_up() -> None:
    async with open_platform(patience=0.2, retries=1) as teams:

        async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(never, "127.0.0.1", 0)
        teams.deliver_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/messages")
        sent = await teams.person("Ann").says("hello")
        server.close()
    assert sent.status == 0 and len(teams.deliveries) == 2


async def test_coming_and_going_is_told(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await ann.uninstalls()
    await ann.installs()
    channel = teams.channel("Baking", "General", [ann])
    await teams.joins(channel, "Bob")
    await teams.leaves(channel, "Bob")
    await teams.remove_bot(channel, ann)
    await teams.add_bot(channel, "Ann")
    told = [(each["type"], each.get("action") or each["channelData"].get("eventType")) for each in bot.heard]
    assert told == [
        ("installationUpdate", "remove"),
        ("conversationUpdate", None),
        ("installationUpdate", "add"),
        ("conversationUpdate", "teamMemberAdded"),
        ("conversationUpdate", "teamMemberRemoved"),
        ("conversationUpdate", "teamMemberRemoved"),
        ("installationUpdate", "remove"),
        ("conversationUpdate", "teamMemberAdded"),
        ("installationUpdate", "add"),
    ]


async def test_reactions_and_thumbs_are_told(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await bot.send(ann.personal.id, "answer", channelData={"feedbackLoop": {"type": "default"}})
    shown = teams.last(ann.personal)
    assert shown
    await ann.reacts(shown, "heart")
    assert bot.heard[-1]["reactionsAdded"] == [{"type": "heart"}] and bot.heard[-1]["replyToId"] == shown.id
    await ann.feedback(shown, "dislike", "too short")
    value = bot.heard[-1]["value"]["actionValue"]
    assert (value["reaction"], json.loads(value["feedback"])) == ("dislike", {"feedbackText": "too short"})
    await bot.send(ann.personal.id, "plain")
    with pytest.raises(ValueError, match="no feedback"):
        await ann.feedback(teams.messages(ann.personal)[-1])


async def test_other_bots_and_strange_payloads_reach_the_bot(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await teams.other_bot(teams.group("Bakers", [ann]), "beep")
    assert bot.heard[-1]["from"]["role"] == "bot"
    assert (await ann.says("x" * 1_000_000)).status == 200
    assert (await teams.inject(teams.activity(ann) | {"type": "unheardOf"})).status == 200
    assert (await ann.types()).activity["type"] == "typing"


async def test_namesakes_have_ids_of_their_own(teams: Platform) -> None:
    first, second = teams.backend.world.namesake("Ann"), teams.backend.world.namesake("Ann")
    assert first.name == second.name and first.id != second.id


async def test_another_process_can_steer_it() -> None:
    command = [sys.executable, "-m", "tests.teams.platform", "--no-limits"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        remote = Remote((await process.stdout.readline()).decode().split()[1])
        async with open_platform(limits=Limits(enforced=False)) as local, open_plain_bot(local) as bot:
            await remote.call("deliver_to", url=local.postman.endpoint)
            sent = await remote.call("person.says", who="Ann", text="hello")
            assert sent["status"] == 200 and bot.heard[-1]["serviceUrl"] == await remote.call("look.service_url")
    finally:
        process.terminate()
        await process.wait()
