"""Several bots on one platform, drafts that are stopped or replaced, and reactions that change."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Client
from .platform import Platform, User

TEA = "5151515151:AAAnotherFakeTokenOfTeaForTests_01234"


async def test_each_bot_has_its_own_name_and_people(platform: Platform, bot: Client):
    tea = platform.another(TEA, "tea_bot")
    same = tea.person("Ann", id=9, started=True)
    async with httpx.AsyncClient() as http:
        client = Client(http, f"{tea.url}/bot{TEA}")
        assert (await client("getMe"))["username"] == "tea_bot"
        await client("sendMessage", chat_id=9, text="hi")
        assert [each.text for each in tea.replies(same)] == ["hi"]
        assert "chat not found" in await bot.refused("sendMessage", chat_id=9, text="hi")


async def test_a_revoked_token_is_unauthorized(platform: Platform, bot: Client):
    platform.revoke()
    assert await bot.refused("getMe") == "401 Unauthorized"


async def test_a_draft_is_stopped_only_while_it_is_shown(platform: Platform, bot: Client, ann: User):
    platform.backend.queue.allowed = frozenset({"stopped_message_generation"})
    with pytest.raises(LookupError):
        platform.stop(ann)
    await bot("sendMessageDraft", chat_id=ann.id, draft_id=7, text="Bread", can_stop=True)
    update_id = platform.stop(ann)
    (update,) = await bot("getUpdates")
    assert update["update_id"] == update_id
    assert update["stopped_message_generation"]["draft_id"] == 7
    await bot("sendMessage", chat_id=ann.id, text="Bread needs flour.")
    with pytest.raises(LookupError):
        platform.stop(ann)


async def test_a_draft_without_a_stop_cannot_be_stopped(platform: Platform, bot: Client, ann: User):
    await bot("sendMessageDraft", chat_id=ann.id, draft_id=7, text="Bread")
    with pytest.raises(LookupError):
        platform.stop(ann)


async def test_a_reaction_tells_what_stood_there_before(platform: Platform, bot: Client, ann: User):
    platform.backend.queue.allowed = frozenset({"message_reaction"})
    message = await bot("sendMessage", chat_id=ann.id, text="Bread")
    platform.react(ann, message["message_id"], "👍")
    platform.react(ann, message["message_id"], "")
    _, update = await bot("getUpdates")
    change = update["message_reaction"]
    assert (change["old_reaction"], change["new_reaction"]) == ([{"type": "emoji", "emoji": "👍"}], [])


async def test_reactions_in_a_group_are_for_administrators(platform: Platform, ann: User):
    platform.backend.queue.allowed = frozenset({"message_reaction"})
    kitchen = platform.group("Kitchen", [ann])
    sent = platform.say(ann, "hi", chat=kitchen)
    assert platform.react(ann, sent.message_id, "👍", chat=kitchen) is None
    platform.appoint(kitchen, platform.bot, "administrator")
    assert platform.react(ann, sent.message_id, "👎", chat=kitchen) is not None
