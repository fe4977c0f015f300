"""The channel on the strict fake: what is sent is shown, and every refusal and silence is understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from structlog.testing import capture_logs

import conversation
from bots.telegram.api import MISSES
from bots.telegram.errors import FileGone, FileLate, FileTooLarge, NoAnswer, NoSuchMethod, TokenUnknown, TooBig
from bots.telegram.running import Telegram
from conversation.channel import Entity, Part
from conversation.errors import ChannelError, Forbidden, Gone, Moved, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment, Author, Button, Message, Reply
from tests.bots.telegram.ground import direct, group, meeting, recorded
from tests.telegram.platform import Platform

STUB = Part("…")
BOTFATHERS = {"newbot", "revoke", "mybots"}
"""Commands for the bot of Telegram that makes bots, which we tell of as well."""


async def test_a_reply_is_shown_with_its_formatting_and_buttons():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        buttons = (Button("Stop", "/stop"), Button("Web", "", "https://a.org"))
        reply = Reply("**Hello** `x = 1`\n\n```py\ny\n```", buttons=buttons)
        (part,) = telegram.channel.render(reply, telegram.channel.capabilities(direct(ann)))
        receipt = await telegram.channel.send(direct(ann), part, "key")
        shown = platform.message(ann, int(receipt))
        assert shown is not None
        assert shown.rich == "**Hello** `x = 1`\n\n```py\ny\n```"
        assert shown.labels == ["Stop", "Web"]
        assert not platform.violations()


async def test_an_edit_replaces_text_and_buttons():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), Part("…", (Button("Stop", "/stop"),)), "key")
        await telegram.channel.edit(direct(ann), receipt, Part("done", entities=(Entity("bold", 0, 4),)))
        shown = platform.message(ann, int(receipt))
        assert shown is not None
        assert (shown.rich, shown.labels) == ("**done**", [])


async def test_an_edit_that_changes_nothing_is_done():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), STUB, "key")
        await telegram.channel.edit(direct(ann), receipt, STUB)
        assert "not modified" in platform.calls("editMessageText")[-1].description


async def test_formatting_that_is_refused_leaves_the_words():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        wrong = Part("four", entities=(Entity("bold", 3, 9),))
        receipt = await telegram.channel.send(direct(ann), wrong, "key")
        await telegram.channel.edit(direct(ann), receipt, Part("more", entities=(Entity("bold", 9, 1),)))
        shown = platform.message(ann, int(receipt))
        assert shown is not None
        assert shown.rich == "more"


async def test_words_that_cannot_be_parsed_are_sent_as_they_are():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("sendMessage", 400, "Bad Request: can't parse entities: unsupported start tag")
        await telegram.channel.send(direct(ann), Part("a <b>", entities=(Entity("bold", 0, 1),)), "key")
        assert [each.rich for each in platform.replies(ann)] == ["a <b>"]


async def test_a_flood_says_when_to_come_back():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.flood("sendMessage", 17)
        with pytest.raises(RetryLater) as caught:
            await telegram.channel.send(direct(ann), STUB, "key")
        assert caught.value.retry_after == 17


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        (("error", 500, "Internal Server Error"), RetryLater),
        (("error", 502, "Bad Gateway"), Unknown),
        (("gateway", 502), Unknown),
        (("gateway", 504), Unknown),
        (("gateway", 404), RetryLater),
        (("lose",), Unknown),
        (("reset",), Unknown),
        (("error", 401, "Unauthorized"), RetryLater),
        (("error", 400, "Bad Request: chat not found"), Forbidden),
        (("error", 400, "Bad Request: not enough rights to send text messages to the chat"), Forbidden),
        (("error", 400, "Bad Request: message thread not found"), Forbidden),
        (("error", 400, "Bad Request: message is too long"), Rejected),
        (("error", 403, "Forbidden: user is deactivated"), Forbidden),
    ],
)
async def test_a_send_that_fails_says_whether_anything_happened(order: tuple[str, ...], kind: type[ChannelError]):
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        getattr(platform.faults, order[0])("sendMessage", *order[1:])
        with pytest.raises(ChannelError) as caught:
            await telegram.channel.send(direct(ann), STUB, "key")
        assert isinstance(caught.value, kind)


async def test_a_platform_that_cannot_be_reached_was_sent_nothing():
    async with meeting(api_base="http://127.0.0.1:9") as (platform, telegram):
        with pytest.raises(RetryLater):
            await telegram.channel.send(direct(platform.person()), STUB, "key")


async def test_an_answer_lost_after_it_was_accepted_leaves_one_message():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.lose("sendMessage")
        with pytest.raises(Unknown):
            await telegram.channel.send(direct(ann), STUB, "key")
        assert len(platform.replies(ann)) == 1


async def test_an_edit_whose_answer_was_lost_is_simply_repeated():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), STUB, "key")
        platform.faults.lose("editMessageText")
        with pytest.raises(RetryLater):
            await telegram.channel.edit(direct(ann), receipt, Part("done"))
        await telegram.channel.edit(direct(ann), receipt, Part("done"))
        assert [each.text for each in platform.replies(ann)] == ["done"]


async def test_somebody_who_blocked_the_bot_forbids_and_a_stranger_too():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.block(ann)
        for person in (ann, platform.person("Never wrote")):
            with pytest.raises(Forbidden):
                await telegram.channel.send(direct(person), STUB, "key")


async def test_a_group_that_moved_tells_where_it_is():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        old = platform.group("Kitchen", [ann])
        new = platform.upgrade(old, ann)
        with pytest.raises(Moved) as caught:
            await telegram.channel.send(group(old.id), STUB, "key")
        assert caught.value.moved_to == str(new.id)


async def test_a_deleted_message_is_gone_to_an_edit_and_fine_to_a_delete():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), STUB, "key")
        await telegram.channel.delete(direct(ann), receipt)
        assert platform.replies(ann) == []
        with pytest.raises(Gone):
            await telegram.channel.edit(direct(ann), receipt, Part("done"))
        await telegram.channel.delete(direct(ann), receipt)


async def test_where_the_server_removes_no_messages_they_stay():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), STUB, "key")
        platform.faults.error("deleteMessage", 404, "Not Found")
        with capture_logs() as logs:
            await telegram.channel.delete(direct(ann), receipt)
        assert [each["event"] for each in logs] == ["telegram.not_removed"]
        assert [each.text for each in platform.replies(ann)] == ["…"]


async def test_what_was_taken_back_goes_although_a_page_came_first():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        receipt = await telegram.channel.send(direct(ann), STUB, "key")
        platform.faults.gateway("deleteMessage", 404)
        with pytest.raises(NoAnswer):
            await telegram.channel.delete(direct(ann), receipt)
        await telegram.channel.delete(direct(ann), receipt)
        assert platform.replies(ann) == []


async def test_a_method_that_is_missing_says_nothing_against_the_token():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.error("sendChatAction", 404, "Not Found")
        platform.faults.gateway("sendChatAction", 404)
        for kind in (NoSuchMethod, NoAnswer):
            with pytest.raises(kind):
                await telegram.channel.typing(direct(ann))
        platform.faults.error("sendMessage", 404, "Not Found")
        with pytest.raises(TokenUnknown):
            await telegram.channel.send(direct(ann), STUB, "key")


async def test_a_page_that_comes_to_one_method_alone_tells_in_the_end_that_it_is_missing():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        platform.faults.gateway("sendChatAction", 404, times=99)
        for _ in range(MISSES * 2):  # nothing else is answered either
            with pytest.raises(NoAnswer):
                await telegram.channel.typing(direct(ann))
        for kind in [NoAnswer] * (MISSES - 2) + [NoSuchMethod]:
            await telegram.channel.send(direct(ann), STUB, "key")
            with pytest.raises(kind):
                await telegram.channel.typing(direct(ann))


async def test_a_topic_gets_what_is_said_in_it():
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        school = platform.group("School", [ann], forum=True)
        topic = platform.topic(school, "Bread", ann)
        await telegram.channel.send(group(school.id, topic), Part("here"), "key")
        await telegram.channel.typing(group(school.id, topic))
        assert [each.text for each in platform.replies(school, thread_id=topic)] == ["here"]
        assert [action for _, action in platform.typing(school)] == ["typing"]


async def test_what_a_person_sends_is_fetched(tmp_path: Path):
    async with meeting() as (platform, telegram):
        attachment = _sent(platform, telegram, "manual.pdf", b"bytes of it")
        await telegram.channel.fetch(attachment, tmp_path / "file")
        assert (tmp_path / "file").read_bytes() == b"bytes of it"


@pytest.mark.parametrize(
    "order",
    [("error", "getFile", 500, "Internal Server Error"), ("gateway", "getFile", 404), ("gateway", "file", 404)],
)
async def test_a_file_that_fails_once_is_asked_for_again(tmp_path: Path, order: tuple[str, ...]):
    async with meeting() as (platform, telegram):
        attachment = _sent(platform, telegram, "a.txt", b"bytes")
        getattr(platform.faults, order[0])(*order[1:])
        await telegram.channel.fetch(attachment, tmp_path / "file")
        platform.faults.flood("getFile", 3600)
        with pytest.raises(FileLate, match="did not come through"):
            await telegram.channel.fetch(attachment, tmp_path / "file")


async def test_a_file_too_large_for_a_bot_says_what_to_do_instead(tmp_path: Path):
    async with meeting(public_url="http://hub.example.org") as (platform, telegram):
        attachment = _sent(platform, telegram, "scans.pdf", size=21 << 20)
        with pytest.raises(FileTooLarge) as caught:
            await telegram.channel.fetch(attachment, tmp_path / "file")
        assert str(caught.value) == (
            "This file has 21 MB; through Telegram I can read up to 20 MB. "
            "Send me a link to it, or use the web chat: http://hub.example.org/chat"
        )


async def test_a_file_telegram_no_longer_has_is_to_be_sent_again(tmp_path: Path):
    async with meeting() as (_, telegram):
        with pytest.raises(FileGone):
            await telegram.channel.fetch(Attachment(None, "a", "text/plain", 3, remote="unknown"), tmp_path / "file")


async def test_a_file_that_telegram_refuses_in_other_words_is_gone_as_well(tmp_path: Path):
    async with meeting() as (platform, telegram):
        sentence = "Bad Request: wrong remote file identifier specified: Wrong padding length"
        platform.faults.error("getFile", 400, sentence)
        with pytest.raises(FileGone, match="please send it once more"):
            await telegram.channel.fetch(_sent(platform, telegram, "a.txt", b"bytes"), tmp_path / "file")


async def test_a_file_is_sent_with_its_text(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"zip")
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        named = Attachment(None, "export.zip", "application/zip", 3)
        part = Part("**yours**", (Button("Ok", "/ok"),), entities=(Entity("italic", 0, 3),), file=named)
        receipt = await telegram.channel.send_file(direct(ann), tmp_path / "file", part, "key")
        await telegram.channel.edit(direct(ann), receipt, Part("old now", file=named))
        shown = platform.message(ann, int(receipt))
        assert shown is not None
        assert (shown.file_name, shown.text, shown.labels) == ("export.zip", "old now", [])
        assert platform.content_of(shown.file_id) == b"zip"


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        (("gateway", 413), TooBig),
        (("gateway", 404), RetryLater),
        (("error", 404, "Not Found"), Rejected),
        (("gateway", 502), Unknown),
    ],
)
async def test_a_file_that_fails_says_whether_it_may_have_arrived(
    tmp_path: Path, order: tuple[str, ...], kind: type[ChannelError]
):
    (tmp_path / "file").write_bytes(b"zip")
    async with meeting() as (platform, telegram):
        ann = platform.person(started=True)
        getattr(platform.faults, order[0])("sendDocument", *order[1:])
        part = Part("yours", file=Attachment(None, "export.zip", "application/zip", 3))
        with pytest.raises(ChannelError) as caught:
            await telegram.channel.send_file(direct(ann), tmp_path / "file", part, "key")
        assert isinstance(caught.value, kind)


async def test_those_who_run_a_group_are_asked_for_once_a_minute():
    async with meeting() as (platform, telegram):
        ann, ben = platform.person("Ann"), platform.person("Ben")
        kitchen = platform.group("Kitchen", [ben], admins=[ann])
        runs = [await telegram.channel.governs(group(kitchen.id), Author(str(each.id))) for each in (ann, ben, ann)]
        assert runs == [True, False, True]
        assert len(platform.calls("getChatMember")) == 2
        assert await telegram.channel.governs(group(kitchen.id), Author(str(kitchen.id)))


async def test_the_bot_knows_its_name_and_its_limits():
    async with meeting() as (_, telegram):
        channel = telegram.channel
        assert channel.deep_link("link_7Q") == "https://t.me/evermynd_test_bot?start=link_7Q"
        topic = channel.capabilities(group(-100, 3))
        assert topic.rates == channel.capabilities(group(-100)).rates
        assert (topic.stream_interval, channel.capabilities(Address("telegram", "1", "7")).stream_interval) == (
            3.5,
            1.2,
        )


async def test_of_bare_commands_in_a_group_the_bot_hears_its_own():
    async with meeting() as (_, telegram):
        update, heard = recorded("group_unaddressed"), list[str]()
        for text in ("/coach Chef", "/publish", "/stop", "/weather", "/ask x", "/coach@other_bot Chef"):
            update["message"]["text"] = text
            if isinstance(message := telegram.channel.parse(update), Message):
                heard.append(message.text)
        assert heard == ["/coach Chef", "/publish", "/stop"]


@pytest.mark.parametrize("text", ["/unpublish", "/unlink", "/learn https://a.org", "/teach", "/card", "/Unlink web"])
async def test_commands_that_no_menu_shows_are_heard_in_a_group(text: str):
    async with meeting() as (_, telegram):
        update = recorded("group_unaddressed")
        update["message"]["text"] = text
        message = telegram.channel.parse(update)
        assert isinstance(message, Message) and message.text == text


async def test_every_command_that_people_are_told_of_is_heard_in_a_group():
    own = Path(conversation.__file__).parent
    with (own / "locales" / "de.po").open("rb") as file:
        told = [str(part) for entry in read_po(file) for part in _forms(entry.id)]
    told += [each.read_text(encoding="utf-8") for each in (own / "coaches" / "handbook").glob("*.md")]
    commands = {found for text in told for found in re.findall(r"`/([a-z]+)", text)} - BOTFATHERS
    assert {"unlink", "unpublish"} <= commands
    async with meeting() as (_, telegram):
        update = recorded("group_unaddressed")
        for command in commands:
            update["message"]["text"] = f"/{command}"
            assert telegram.channel.parse(update) is not None, command


def _forms(message: str | tuple[str, ...] | list[str]) -> Sequence[str]:
    """Give the singular and the plural of a sentence."""
    return (message,) if isinstance(message, str) else message


def _sent(platform: Platform, telegram: Telegram, name: str, content: bytes = b"", size: int = 0) -> Attachment:
    """Let somebody send a file, and give it as the core sees it."""
    sent = platform.send_document(platform.person(), name, content, size=size)
    assert sent.update_id is not None
    found = telegram.channel.parse(platform.backend.queue.everything[sent.update_id].to_json())
    assert isinstance(found, Message)
    return found.attachments[0]
