"""What people do on the fake reaches the bot as the platform would tell it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.remote import Remote

from .conftest import Client
from .platform import Attachment, Platform, User, open_platform
from .platform.detecting import detect
from .platform.utf16 import cut, units

UPDATES = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "updates").glob("*.json")}


def _keyboard(label: str, data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}]]}


async def test_taps_a_button_and_waits_for_the_answer(platform: Platform, bot: Client, ann: User) -> None:
    await bot("sendMessage", chat_id=ann.id, text="Stop?", reply_markup=_keyboard("Stop", "stop:1"))
    press = platform.press(ann, "Stop")
    query = (await bot("getUpdates"))[0]["callback_query"]
    assert (query["data"], query["message"]["text"], query["from"]["id"]) == ("stop:1", "Stop?", ann.id)
    assert platform.unanswered() == [press.id]
    await bot("answerCallbackQuery", callback_query_id=query["id"], text="Stopped", show_alert=True)
    assert platform.answer_to(press.id) == {"text": "Stopped", "show_alert": True}
    too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await bot.refused("answerCallbackQuery", callback_query_id=query["id"]) == too_old
    assert await bot.refused("answerCallbackQuery", callback_query_id="77") == too_old


async def test_does_not_tap_a_link(platform: Platform, bot: Client, ann: User) -> None:
    link = {"inline_keyboard": [[{"text": "Open", "url": "https://example.org/chat"}]]}
    await bot("sendMessage", chat_id=ann.id, text="Web", reply_markup=link)
    assert platform.shown(ann)[-1].links == {"Open": "https://example.org/chat"}
    with pytest.raises(LookupError, match="does not call the bot"):
        platform.press(ann, "Open")


async def test_taps_a_button_of_a_message_that_is_gone_or_has_changed(
    platform: Platform, bot: Client, ann: User
) -> None:
    sent = await bot("sendMessage", chat_id=ann.id, text="Stop?", reply_markup=_keyboard("Stop", "stop:1"))
    where = {"chat_id": ann.id, "message_id": sent["message_id"]}
    await bot("editMessageText", **where, text="Done")
    with pytest.raises(LookupError):
        platform.press(ann, "Stop")
    platform.press(ann, "Stop", stale=True)
    await bot("deleteMessage", **where)
    platform.press(ann, "Stop", message_id=sent["message_id"], stale=True)
    stale, gone = [each["callback_query"]["message"] for each in await bot("getUpdates")]
    assert (stale["text"], gone["date"], "text" in gone) == ("Done", 0, False)


async def test_sends_an_album_as_messages_of_one_group(platform: Platform, bot: Client, ann: User) -> None:
    files = [Attachment("one.pdf", b"1"), Attachment("two.pdf", b"2", size=21 << 20)]
    platform.send_album(ann, files, caption="teach both")
    first, second = [each["message"] for each in await bot("getUpdates")]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("teach both", False)
    assert second["document"]["file_size"] == 21 << 20


async def test_sends_everything_else_people_send(platform: Platform, bot: Client, ann: User) -> None:
    platform.send_photo(ann, caption="look")
    platform.send_voice(ann)
    platform.send_sticker(ann)
    platform.send_location(ann)
    said = platform.say(ann, "one")
    platform.edit(ann, said.message_id, "two")
    updates = await bot("getUpdates")
    for kind, update in zip(("photo", "voice", "sticker", "location"), updates, strict=False):
        assert kind in update["message"]
    assert updates[-1]["edited_message"]["text"] == "two"
    assert updates[-1]["edited_message"]["edit_date"] > 0


async def test_tells_of_blocking_groups_and_upgrades(platform: Platform, bot: Client, ann: User) -> None:
    kitchen = platform.group("Kitchen", [ann], bot="left")
    platform.block(ann)
    with pytest.raises(ValueError, match="blocked"):
        platform.say(ann, "hello")
    platform.unblock(ann)
    platform.add_bot(kitchen, ann)
    new = platform.upgrade(kitchen, ann)
    updates = await bot("getUpdates")
    changes = [each["my_chat_member"] for each in updates if "my_chat_member" in each]
    statuses = [(each["old_chat_member"]["status"], each["new_chat_member"]["status"]) for each in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member"), ("left", "member")]
    assert updates[-2]["message"]["migrate_to_chat_id"] == new.id
    assert updates[-1]["message"]["migrate_from_chat_id"] == kitchen.id
    assert updates[-1]["message"]["chat"]["type"] == "supergroup"


async def test_hides_from_a_private_bot_what_is_not_meant_for_it(bot: Client) -> None:
    async with open_platform(privacy=True) as platform:
        ann = platform.person("Ann")
        kitchen = platform.group("Kitchen", [ann])
        heard = [
            platform.say(ann, text, chat=kitchen).update_id is not None
            for text in ("hello", "/start", "/start@another_bot", "hey @evermynd_test_bot")
        ]
        assert heard == [False, True, False, True]


async def test_messages_in_a_topic_reply_to_its_beginning(platform: Platform, bot: Client, ann: User) -> None:
    forum = platform.group("School", [ann], forum=True)
    topic = platform.topic(forum, "Bread", ann)
    platform.say(ann, "hello", chat=forum, thread_id=topic)
    message = (await bot("getUpdates"))[-1]["message"]
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Bread"


@pytest.mark.parametrize("name", sorted(UPDATES))
async def test_update_files_are_what_the_platform_sends(platform: Platform, bot: Client, name: str) -> None:
    from aiogram.types import Update

    update = UPDATES[name]
    number = platform.inject(update)
    assert (await bot("getUpdates"))[0] == update | {"update_id": number}
    Update.model_validate(update)
    assert set(update) <= set(Update.model_fields) or name == "unknown_kind"
    message = update.get("message", {})
    text, entities = message.get("text", ""), message.get("entities", [])
    assert all(each["offset"] + each["length"] <= units(text) for each in entities)
    marked = {(each["type"], cut(text, each["offset"], each["length"])) for each in entities}
    assert {(each.type, cut(text, each.offset, each.length)) for each in detect(text)} <= marked


async def test_runs_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.telegram.platform", "--port", "0", "--token", "77:T", "--no-limits"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().split()
        assert line[0] == "ready"
        remote = Remote(line[1])
        ann = await remote.call("person", first_name="Ann", started=True)
        await remote.call("send_document", who=ann["id"], name="a.txt", content="aGVsbG8=", caption="teach")
        await remote.call("send_album", who=ann["id"], files=[{"name": "b.txt", "content": "aGVsbG8="}])
        assert len(await remote.until("unconfirmed", lambda found: len(found) == 2)) == 2
        assert [each["file_name"] for each in await remote.call("shown", chat=ann["id"])] == ["a.txt", "b.txt"]
        with pytest.raises(RuntimeError, match="no button"):
            await remote.call("press", who=ann["id"], label="Nothing")
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0
