"""The fake is strict about calls: tokens, methods, parameters, chats, buttons, edits, files."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client
from .platform import Platform, User


def _buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


async def test_knows_only_its_own_token(platform: Platform, bot: Client) -> None:
    for token, words in (("4242424242:WRONG", "Unauthorized"), ("nonsense", "Unauthorized: invalid token specified")):
        answer = await bot.http.get(f"{platform.url}/bot{token}/getMe")
        assert answer.status_code == 401
        assert answer.json() == {"ok": False, "error_code": 401, "description": words}


async def test_refuses_and_reports_an_unknown_method(platform: Platform, bot: Client) -> None:
    assert await bot.refused("sendTelepathy") == "404 Not Found: method not found"
    assert platform.violations() == ["unknown method: sendTelepathy"]


async def test_reports_an_unknown_parameter(platform: Platform, bot: Client, ann: User) -> None:
    await bot("sendMessage", chat_id=ann.id, text="hi", sparkle=True)
    assert platform.violations() == ["sendMessage does not take a parameter sparkle"]


async def test_takes_query_form_and_multipart(platform: Platform, bot: Client, ann: User) -> None:
    url = f"{bot.url}/sendMessage"
    await bot.http.get(url, params={"chat_id": ann.id, "text": "by query"})
    await bot.http.post(url, data={"chat_id": ann.id, "text": "by form"})
    await bot.http.post(url, files={"chat_id": (None, str(ann.id)), "text": (None, "by multipart")})
    assert [each.text for each in platform.replies(ann)] == ["by query", "by form", "by multipart"]
    assert platform.violations() == []


async def test_knows_no_chat_nobody_has_started(platform: Platform, bot: Client) -> None:
    stranger = platform.person("Zoe")
    assert await bot.refused("sendMessage", chat_id=stranger.id, text="hi") == "400 Bad Request: chat not found"
    platform.group("Kitchen", [stranger])
    refusal = await bot.refused("sendMessage", chat_id=stranger.id, text="hi")
    assert refusal == "403 Forbidden: bot can't initiate conversation with a user"


async def test_says_that_it_was_blocked_kicked_or_that_the_group_moved(
    platform: Platform, bot: Client, ann: User
) -> None:
    kitchen, school = platform.group("Kitchen", [ann]), platform.group("School", [ann], kind="supergroup")
    platform.block(ann)
    platform.remove_bot(school, ann)
    moved = platform.upgrade(kitchen, ann)
    assert await bot.refused("sendMessage", chat_id=ann.id, text="hi") == "403 Forbidden: bot was blocked by the user"
    refusal = await bot.refused("sendMessage", chat_id=school.id, text="hi")
    assert refusal == "403 Forbidden: bot was kicked from the supergroup chat"
    body = (await bot.raw("sendMessage", chat_id=kitchen.id, text="hi")).json()
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": moved.id}
    await bot("sendMessage", chat_id=moved.id, text="hi")


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "a", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "a"}, 'Can\'t find field "text"'),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_refuses_a_button_that_cannot_work(bot: Client, ann: User, button: dict[str, Any], reason: str) -> None:
    assert reason in await bot.refused("sendMessage", chat_id=ann.id, text="hi", reply_markup=_buttons(button))


async def test_takes_a_hundred_buttons_and_reports_a_row_of_nine(platform: Platform, bot: Client, ann: User) -> None:
    button = {"text": "a", "callback_data": "x" * 64}
    rows = [[button] * 5] * 20
    await bot("sendMessage", chat_id=ann.id, text="hi", reply_markup={"inline_keyboard": rows})
    refusal = await bot.refused(
        "sendMessage", chat_id=ann.id, text="hi", reply_markup={"inline_keyboard": [*rows, [button]]}
    )
    assert refusal == "400 Bad Request: reply markup is too long"
    assert platform.violations() == []
    await bot("sendMessage", chat_id=ann.id, text="hi", reply_markup=_buttons(*[button] * 9))
    assert platform.violations() == ["9 buttons in one row; clients show 8"]


async def test_edits_only_what_is_the_bots_and_differs(platform: Platform, bot: Client, ann: User) -> None:
    theirs = platform.say(ann, "mine").message_id
    sent = await bot(
        "sendMessage", chat_id=ann.id, text="hi ", reply_markup=_buttons({"text": "a", "callback_data": "a"})
    )
    edit = {"chat_id": ann.id, "message_id": sent["message_id"]}
    edited = await bot("editMessageText", **edit, text="hi")
    assert "reply_markup" not in edited
    assert "message is not modified: specified new message" in await bot.refused("editMessageText", **edit, text="hi ")
    assert "message can't be edited" in await bot.refused(
        "editMessageText", chat_id=ann.id, message_id=theirs, text="x"
    )
    assert "message to edit not found" in await bot.refused("editMessageText", chat_id=ann.id, message_id=999, text="x")
    assert "no caption" in await bot.refused("editMessageCaption", **edit, caption="x")
    await bot("deleteMessage", **edit)
    assert "message to delete not found" in await bot.refused("deleteMessage", **edit)
    assert "message to edit not found" in await bot.refused("editMessageReplyMarkup", **edit)


async def test_replies_only_to_messages_and_topics_that_are_there(platform: Platform, bot: Client, ann: User) -> None:
    call = {"chat_id": ann.id, "text": "hi"}
    refusal = await bot.refused("sendMessage", **call, reply_parameters={"message_id": 77})
    assert refusal == "400 Bad Request: message to be replied not found"
    gentle = {"message_id": 77, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await bot("sendMessage", **call, reply_parameters=gentle)
    refusal = await bot.refused("sendMessage", **call, message_thread_id=5)
    assert refusal == "400 Bad Request: message thread not found"
    forum = platform.group("School", [ann], forum=True)
    topic = platform.topic(forum, "Bread", ann)
    sent = await bot("sendMessage", chat_id=forum.id, text="hi", message_thread_id=topic)
    assert sent["is_topic_message"] is True
    assert [each.text for each in platform.replies(forum, thread_id=topic)] == ["hi"]


async def test_hands_out_files_up_to_20_mb(platform: Platform, bot: Client, ann: User) -> None:
    platform.send_document(ann, "notes.txt", b"rest it overnight", mime="text/plain", caption="teach this")
    platform.send_document(ann, "scans.pdf", size=21 << 20)
    small, large = [each["message"]["document"] for each in await bot("getUpdates")]
    found = await bot("getFile", file_id=small["file_id"])
    content = await bot.http.get(f"{platform.url}/file/bot{platform.token}/{found['file_path']}")
    assert content.content == b"rest it overnight"
    assert await bot.refused("getFile", file_id=large["file_id"]) == "400 Bad Request: file is too big"
    assert await bot.refused("getFile", file_id="nothing") == "400 Bad Request: invalid file_id"
    elsewhere = await bot.http.get(f"{platform.url}/file/bot4242424242:WRONG/{found['file_path']}")
    assert elsewhere.status_code == 404


async def test_takes_documents_by_upload_and_by_id(platform: Platform, bot: Client, ann: User) -> None:
    url, fields = f"{bot.url}/sendDocument", {"chat_id": str(ann.id), "document": "attach://one", "caption": "yours"}
    answer = await bot.http.post(url, data=fields, files={"one": ("export.zip", b"zip", "application/zip")})
    document = answer.json()["result"]["document"]
    again = await bot("sendDocument", chat_id=ann.id, document=document["file_id"])
    assert again["document"] == document
    assert platform.content_of(document["file_id"]) == b"zip"
    assert platform.violations() == []
    assert "no document in the request" in await bot.refused("sendDocument", chat_id=ann.id)
    assert "caption is too long" in await bot.refused(
        "sendDocument", chat_id=ann.id, document=document["file_id"], caption="x" * 1025
    )


async def test_refuses_an_upload_above_50_mb(bot: Client, ann: User) -> None:
    large = {"document": ("large.bin", bytes((50 << 20) + 1), "application/octet-stream")}
    answer = await bot.http.post(f"{bot.url}/sendDocument", data={"chat_id": str(ann.id)}, files=large)
    assert answer.status_code == 413
    assert answer.json()["description"] == "Request Entity Too Large"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Start", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "x" * 33, "description": "x"}, "command length must not exceed 32"),
        ({"command": "", "description": "x"}, "command must be non-empty"),
        ({"command": "start", "description": " "}, "command description must be non-empty"),
        ({"command": "start", "description": "x" * 257}, "command description length must not exceed 256"),
    ],
)
async def test_refuses_a_command_it_cannot_show(bot: Client, command: dict[str, str], reason: str) -> None:
    assert reason in await bot.refused("setMyCommands", commands=[command])


async def test_keeps_commands_by_scope_and_language(platform: Platform, bot: Client) -> None:
    start = {"command": "start", "description": "Beginnen"}
    await bot("setMyCommands", commands=[start], scope={"type": "all_private_chats"}, language_code="de")
    assert await bot("getMyCommands") == []
    assert platform.commands({"type": "all_private_chats"}, "de") == [start]
    assert "language" in await bot.refused("setMyCommands", commands=[start], language_code="german")
    assert "BOT_COMMANDS_TOO_MUCH" in await bot.refused("setMyCommands", commands=[start] * 101)
    assert "Unsupported type" in await bot.refused("setMyCommands", commands=[start], scope={"type": "everywhere"})


async def test_tells_who_looks_after_a_group(platform: Platform, bot: Client, ann: User) -> None:
    ben = platform.person("Ben")
    kitchen = platform.group("Kitchen", [ben], admins=[ann])
    admins = await bot("getChatAdministrators", chat_id=kitchen.id)
    assert [(each["user"]["id"], each["status"]) for each in admins] == [(ann.id, "administrator")]
    assert (await bot("getChatMember", chat_id=kitchen.id, user_id=ben.id))["status"] == "member"
    assert "no administrators in the private chat" in await bot.refused("getChatAdministrators", chat_id=ann.id)


async def test_draws_drafts_typing_and_reactions_within_the_rules(platform: Platform, bot: Client, ann: User) -> None:
    kitchen, said = platform.group("Kitchen", [ann]), platform.say(ann, "thanks")
    await bot("sendMessageDraft", chat_id=ann.id, draft_id=1, text="thin")
    await bot("sendChatAction", chat_id=ann.id, action="typing")
    await bot(
        "setMessageReaction", chat_id=ann.id, message_id=said.message_id, reaction=[{"type": "emoji", "emoji": "👍"}]
    )
    assert [each.text for each in platform.drafts(ann)] == ["thin"]
    assert [action for _, action in platform.typing(ann)] == ["typing"]
    assert platform.shown(ann)[0].reaction == "👍"
    assert "private chats" in await bot.refused("sendMessageDraft", chat_id=kitchen.id, draft_id=1, text="thin")
    assert "wrong parameter action" in await bot.refused("sendChatAction", chat_id=ann.id, action="pondering")
    odd = [{"type": "emoji", "emoji": "🥖"}]
    refusal = await bot.refused("setMessageReaction", chat_id=ann.id, message_id=said.message_id, reaction=odd)
    assert refusal == "400 Bad Request: REACTION_INVALID"
