"""What the bot does on the platform, and how refusals and silences become what the core understands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bots.teams.channel import TeamsChannel
from bots.teams.errors import BearerRefused, FileElsewhere, FileGone, FileTooLarge
from bots.teams.hosts import Hosts
from bots.teams.settings import TeamsSettings
from conversation.channel import Part
from conversation.errors import ChannelError, Delayed, Forbidden, Gone, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment, Author, Button, Message, Reply
from tests.bots.teams.ground import SETTINGS, Meeting, address_in, meeting
from tests.teams.platform import Person


@pytest.fixture(name="met")
async def _met() -> AsyncIterator[Meeting]:
    async with meeting() as met:
        yield met
        assert met.platform.violations == []


@pytest.fixture(name="ann")
def _ann(met: Meeting) -> Person:
    return met.platform.person("Ann")


@pytest.fixture(name="to")
def _to(met: Meeting, ann: Person) -> Address:
    return address_in(met.platform, ann.personal)


@pytest.fixture(name="channel")
def _channel(met: Meeting) -> TeamsChannel:
    return met.teams.channel


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 429, "retry_after": 7}, RetryLater),
        ({"status": 403, "code": "BotNotInConversationRoster"}, Forbidden),
        ({"status": 403, "code": "ConversationBlockedByUser"}, Forbidden),
        ({"status": 404, "code": "ConversationNotFound"}, Forbidden),
        ({"status": 413, "code": "MessageSizeTooBig"}, Rejected),
        ({"status": 400, "code": "BadSyntax"}, Rejected),
        ({"status": 412}, RetryLater),
        ({"status": 503}, RetryLater),
        ({"status": 502}, Unknown),
        ({"how": "gateway", "status": 504}, Unknown),
        ({"how": "lose"}, Unknown),
        ({"how": "reset"}, Unknown),
    ],
)
async def test_every_refusal_and_silence_is_understood(
    met: Meeting, channel: TeamsChannel, to: Address, fault: dict[str, Any], expected: type[ChannelError]
):
    met.platform.fail("send", **fault)
    with pytest.raises(ChannelError) as told:
        await channel.send(to, Part("hello"), "key")
    assert type(told.value) is expected
    if isinstance(told.value, RetryLater) and "retry_after" in fault:
        assert told.value.retry_after == 7


async def test_a_service_that_cannot_be_reached_did_nothing(channel: TeamsChannel, to: Address):
    nowhere = replace(to, via='{"service": "http://127.0.0.1:9/amer/"}')
    with pytest.raises(RetryLater):
        await channel.send(nowhere, Part("hello"), "key")


async def test_an_edit_of_what_is_gone_says_so_and_a_lost_one_is_repeated(
    met: Meeting, channel: TeamsChannel, to: Address
):
    with pytest.raises(Gone):
        await channel.edit(to, "1700000000000", Part("hello"))
    receipt = await channel.send(to, Part("hello"), "key")
    met.platform.fail("update", "lose", accepted=True)
    with pytest.raises(RetryLater):
        await channel.edit(to, receipt, Part("goodbye"))


async def test_who_was_put_out_or_blocked_is_told(met: Meeting, channel: TeamsChannel, ann: Person, to: Address):
    ann.blocks()
    with pytest.raises(Forbidden):
        await channel.send(to, Part("hello"), "key")
    ann.blocks(False)
    await ann.uninstalls()
    with pytest.raises(Forbidden):
        await channel.send(to, Part("hello"), "key")


async def test_the_bearer_is_fetched_once_and_again_when_it_is_not_taken(
    met: Meeting, channel: TeamsChannel, to: Address
):
    await channel.send(to, Part("one"), "key")
    await channel.send(to, Part("two"), "key")
    assert met.platform.identity.handed_out == 1
    met.platform.identity.revoke()
    await channel.send(to, Part("three"), "key")
    assert met.platform.identity.handed_out == 2


async def test_a_secret_that_is_not_taken_lets_all_wait():
    async with meeting(app_password="wrong") as met:
        to = address_in(met.platform, met.platform.person("Ann").personal)
        with pytest.raises(BearerRefused) as told:
            await met.teams.channel.send(to, Part("hello"), "key")
    assert told.value.retry_after == 30


async def test_a_login_that_is_away_lets_all_wait(met: Meeting, channel: TeamsChannel, to: Address):
    met.platform.fail("token", status=500)
    with pytest.raises(RetryLater):
        await channel.send(to, Part("hello"), "key")
    with pytest.raises(RetryLater) as told:
        await channel.send(to, Part("hello"), "key")
    assert 0 < told.value.retry_after <= 2


@pytest.mark.parametrize("via", ["", "{}", "no json", '{"service": "https://elsewhere.example.com/"}', "[1]"])
async def test_the_bearer_goes_to_no_other_host(met: Meeting, channel: TeamsChannel, to: Address, via: str):
    with pytest.raises(Forbidden):
        await channel.send(replace(to, via=via), Part("hello"), "key")
    assert met.platform.identity.handed_out == 0


@pytest.mark.parametrize(
    "text",
    [
        "<at>EverMynd</at> and <at id=\"0\">Ann</at>",
        "<script>alert(1)</script><b>bold</b><img src=x onerror=y>",
        "&lt;at&gt;EverMynd&lt;/at&gt;",
        "![x](https://example.org/x.png)",
        "| a | b |\n|---|---|\n| 1 | <at>2</at> |",
        "---\n# Heading\n> quote <at>x</at>",
    ],
)  # fmt: skip
async def test_words_are_never_markup_of_the_platform(met: Meeting, channel: TeamsChannel, to: Address, text: str):
    for part in channel.render(Reply(text), channel.capabilities(to)):
        await channel.send(to, part, "key")
    shown = met.platform.messages(met.platform.person("Ann").personal)
    assert all(each.mentions == [] and "script" not in each.styles for each in shown)


async def test_a_file_that_somebody_shared_is_read(met: Meeting, channel: TeamsChannel, ann: Person, tmp_path: Path):
    content = bytes(range(256)) * 5000
    file = attachment_of(met, (await ann.uploads("book.pdf", content, "teach this")).activity)
    assert (file.name, file.kind, file.media_type) == ("book.pdf", "document", "application/pdf")
    await channel.fetch(file, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == content


async def test_a_pasted_picture_is_read_with_the_bearer(
    met: Meeting, channel: TeamsChannel, ann: Person, tmp_path: Path
):
    file = attachment_of(met, (await ann.pastes(b"picture", "look")).activity)
    assert file.kind == "photo"
    await channel.fetch(file, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"picture"


def attachment_of(met: Meeting, activity: object) -> Attachment:
    message = met.teams.channel.parse(activity)
    assert isinstance(message, Message)
    (file,) = message.attachments
    return file


@pytest.mark.parametrize(
    "address",
    [
        "file:http://127.0.0.1.example.com/x",
        "file:http://169.254.169.254/latest/meta-data",
        "file:https://localhost/x",
        "file:ftp://x.sharepoint.com/x",
        "file:http://x.sharepoint.com/x",
        "file:https://x.sharepoint.com.example.com/x",
        "file:https://x.sharepoint.com@example.com/x",
        "file:https://x.sharepoint.com:8443/x",
        "picture:https://example.com/x",
        "file:/etc/passwd",
        "file:",
        "",
    ],
)
async def test_a_file_is_read_from_nowhere_else(channel: TeamsChannel, tmp_path: Path, address: str):
    with pytest.raises(FileElsewhere):
        await channel.fetch(Attachment(None, "x", "", 0, address), tmp_path / "x")


async def test_a_file_that_is_gone_or_too_large_is_named(met: Meeting, ann: Person, tmp_path: Path):
    async with meeting(upload_limit_mb=1) as small:
        bea = small.platform.person("Bea")
        file = attachment_of(small, (await bea.uploads("book.pdf", bytes(1 << 20) + b"x")).activity)
        with pytest.raises(FileTooLarge):
            await small.teams.channel.fetch(file, tmp_path / "file")
        gone = replace(file, remote=f"file:{small.platform.url}/files/none/x")
        with pytest.raises(FileGone):
            await small.teams.channel.fetch(gone, tmp_path / "file")


async def test_who_belongs_to_a_group_decides_for_it(met: Meeting, channel: TeamsChannel, ann: Person):
    to = address_in(met.platform, met.platform.group("Kitchen", [ann]))
    assert await channel.governs(to, Author(ann.aad_object_id))
    assert not await channel.governs(to, Author("somebody-else"))


async def test_a_file_in_a_group_waits_on_the_web(channel: TeamsChannel, met: Meeting, ann: Person):
    to = address_in(met.platform, met.platform.group("Kitchen", [ann]))
    file = Attachment(None, "my [export].zip", "application/zip", 9)
    (part,) = channel.render(Reply("Here", files=(file,)), channel.capabilities(to))
    await channel.send(to, part, "key")
    (shown,) = met.platform.messages("Kitchen")
    assert "my [export].zip" in shown.text
    assert shown.links == [("my [export].zip", "https://hub.example.org/chat")]


async def test_a_long_text_stands_alone_and_its_buttons_follow(channel: TeamsChannel, to: Address):
    reply = Reply("word " * 3000, buttons=(Button("More", "/more"),))
    parts = channel.render(reply, channel.capabilities(to))
    assert [bool(part.buttons) for part in parts] == [False, True]
    assert parts[-1].text == ""


async def test_many_choices_are_a_list(met: Meeting, channel: TeamsChannel, ann: Person, to: Address):
    reply = Reply("Choose", buttons=tuple(Button(f"Coach {n}", f"/coach {n}") for n in range(30)))
    (part,) = channel.render(reply, channel.capabilities(to))
    await channel.send(to, part, "key")
    shown = met.platform.last(ann.personal)
    assert shown and len(shown.cards[0].inputs[0]["choices"]) == 30
    sent = await ann.presses(shown, "→", {"evermynd.choice": "/coach 7"})
    message = met.teams.channel.parse(sent.activity)
    assert isinstance(message, Message) and message.action == "/coach 7"


async def test_buttons_alone_are_as_many_cards_as_it_takes(met: Meeting, channel: TeamsChannel, to: Address):
    buttons = tuple(Button(f"{n:02}" + "粉" * 190, f"/{n:02}" + "x" * 190) for n in range(50))
    parts = channel.render(Reply("word " * 1000, buttons=buttons), channel.capabilities(to))
    for part in parts:
        await channel.send(to, part, "key")
    assert tuple(button for part in parts for button in part.buttons) == buttons
    assert len(parts) > 2 and met.platform.refused == []


async def test_an_empty_file_is_only_named(
    met: Meeting, channel: TeamsChannel, ann: Person, to: Address, tmp_path: Path
):
    (tmp_path / "file").touch()
    part = Part("", file=Attachment(UUID(int=7), "my *notes*.md", "text/markdown", 0))
    await channel.send_file(to, tmp_path / "file", part, "key")
    shown = met.platform.last(ann.personal)
    assert shown and shown.text == "my *notes*.md (0 B)" and not shown.consents


@pytest.mark.parametrize("code", ["MessageNotFound", "ActivityNotFoundInConversation", ""])
async def test_whatever_cannot_be_found_to_be_changed_is_gone(
    met: Meeting, channel: TeamsChannel, to: Address, code: str
):
    receipt = await channel.send(to, Part("hello"), "key")
    met.platform.fail("update", status=404, code=code, times=2)
    with pytest.raises(Gone):
        await channel.edit(to, "1700000000000", Part("goodbye"))
    with pytest.raises(Delayed):  # Teams may not know it yet
        await channel.edit(to, receipt, Part("goodbye"))
    met.platform.fail("update", status=404, code="ConversationNotFound")
    with pytest.raises(Forbidden):
        await channel.edit(to, receipt, Part("goodbye"))


async def test_a_fault_of_the_service_that_looks_like_a_ban_is_none(met: Meeting, channel: TeamsChannel, to: Address):
    receipt = await channel.send(to, Part("hello"), "key")
    met.platform.fail("update", status=403, code="ServiceError", message="Unknown")
    with pytest.raises(Delayed):
        await channel.edit(to, receipt, Part("goodbye"))
    await channel.edit(to, receipt, Part("goodbye"))
    met.platform.fail("send", status=403, code="ServiceError", message="Unknown")
    with pytest.raises(Unknown):
        await channel.send(to, Part("hello"), "key")


ODD = (
    "https://x.sharepoint.com:99999999/x",
    "https://x.sharepoint.com:443x/x",
    f"https://{'ü' * 70}.sharepoint.com/x",
    "https://-\u00ad.sharepoint.com/x",
    f"https://x.sharepoint.com/{'x' * 70_000}",
    "https://x.sharepoint.com/\x00",
)


def test_only_hosts_of_microsoft_are_called():
    hosts = Hosts(SETTINGS)
    good = (
        "https://smba.trafficmanager.net/emea/",
        "https://x.botframework.com",
        "https://emea.ng.teams.microsoft.com/",
    )
    assert all(hosts.serves(url) for url in good)
    assert not any(hosts.serves(url) for url in ("http://smba.trafficmanager.net/", "https://trafficmanager.net/", ""))
    given = Hosts(TeamsSettings(SETTINGS.app_id, "x", service_hosts=("proxy.example.org", "127.0.0.1:9000")))
    assert given.serves("https://proxy.example.org/x") and not given.serves("http://proxy.example.org/x")
    assert not any(Hosts(SETTINGS).keeps_files(url) for url in ODD)
    assert given.serves("http://127.0.0.1:9000/") and not given.serves("http://127.0.0.1:9001/")
