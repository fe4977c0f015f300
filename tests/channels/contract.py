"""What every channel must do. A channel's test class subclasses `ChannelContract` and gives its own samples.

What a channel declares in its capabilities is proven with its samples; what a platform does not have at all is named in
`lacks`, so that nothing is left out by forgetting it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal
from uuid import UUID

import pytest

from bots.markup import length
from conversation.channel import Channel, Deleting, Drafting, Editing, Fetching, Part, SendingFiles, Streaming, Typing
from conversation.inbox import accept, conversation_of, id_of
from conversation.message import Address, Attachment, Button, Feedback, Field, Form, Message, Notice, Progress, Reply
from knowledge.db import Database

Lack = Literal["buttons", "rewording", "deletions", "feedback", "threads", "typing", "double presses"]
"""Something that a platform may not have: buttons that are pressed, messages that their authors change or take back,
answers that are judged, threads within a group, a sign that an answer is being written, and presses that tell under
which message: where the page itself names each of them, it does not name a double click twice."""

FORM = Form(
    "A new coach",
    "/creator",
    (
        Field("name", "Name", limit=80),
        Field("tone", "How it speaks", options=(Button("Warm", "warm"), Button("Brief", "brief")), value="warm"),
        Field("about", "What it is good at", long=True, required=False, limit=300),
    ),
    opens="Fill in a form",
    submit="Make the coach",
)


class ChannelContract(ABC):
    """The contract; `open` gives the channel, the rest its samples."""

    lacks: ClassVar[frozenset[Lack]] = frozenset()

    @abstractmethod
    async def open(self) -> Channel:
        """Give the channel under test."""

    @abstractmethod
    def address(self) -> Address:
        """Give a conversation the channel can send to."""

    @abstractmethod
    def event(self, text: str, number: int) -> object:
        """Give the native event of a person's message, another one for each number."""

    @abstractmethod
    def foreign_events(self) -> list[object]:
        """Give events that are not for us: the bot's own message, noise."""

    @abstractmethod
    async def shown(self, channel: Channel, receipt: str) -> str:
        """Read back what the platform shows under this receipt."""

    def pressed(self, value: str, number: int) -> object:
        """Give the native event of a person pressing a button with this value."""
        raise AssertionError("give a sample of a pressed button, or name it in `lacks`")

    def reworded(self, text: str, number: int) -> object:
        """Give the native event of a person changing what they wrote in `event(…, number)` into this."""
        raise AssertionError("give a sample of a changed message, or name it in `lacks`")

    def taken_back(self, number: int) -> object:
        """Give the native event of a person deleting what they wrote in `event(…, number)`."""
        raise AssertionError("give a sample of a deleted message, or name it in `lacks`")

    def judged(self, receipt: str, good: bool) -> object:
        """Give the native event of a person saying what they think of the message with this receipt."""
        raise AssertionError("give a sample of feedback, or name it in `lacks`")

    def filled(self, form: Form, answers: Mapping[str, str], number: int) -> object:
        """Give the native event of a person handing in a form."""
        raise AssertionError("give a sample of a form that is handed in")

    def in_thread(self, text: str, number: int) -> object:
        """Give the native event of a message in a thread of a group, in which we are not named."""
        raise AssertionError("give a sample of a message in a thread, or name it in `lacks`")

    async def offered(self, name: str, content: bytes) -> Attachment:
        """Put a file on the platform and give it as a message brings it."""
        raise AssertionError("give a sample of a file")

    async def received(self, channel: Channel, receipt: str) -> tuple[str, bytes]:
        """Read back the name and the content of a file that was sent."""
        raise AssertionError("tell what became of a file that was sent")

    async def buttons_of(self, channel: Channel, receipt: str) -> list[str]:
        """Read back the labels of the buttons that the platform shows under this receipt."""
        raise AssertionError("tell which buttons are shown, or name them in `lacks`")

    async def name_of(self, channel: Channel, receipt: str) -> str:
        """Read back whose name the platform shows over a message."""
        raise AssertionError("tell whose name is shown")

    async def typings(self, channel: Channel) -> int:
        """Count how often the platform showed that an answer is being written."""
        raise AssertionError("tell whether the platform showed it")

    def reassemble(self, parts: Sequence[Part]) -> str:
        """Put together again what parts say."""
        return "".join(part.text for part in parts)

    def words(self, text: str) -> str:
        """Give what all parts of a text together have to say; a channel that writes no Markdown says it otherwise."""
        return text

    def told(self, channel: Channel, event: object) -> Message:
        """Read an event that is a message."""
        message = channel.parse(event)
        assert isinstance(message, Message)
        return message

    async def test_a_message_keeps_its_text_and_address(self):
        channel = await self.open()
        message = self.told(channel, self.event("Grüße, 🙂 \u202bשלום\u202c", 1))
        assert message.text == "Grüße, 🙂 \u202bשלום\u202c"
        assert message.address.channel == channel.name

    async def test_the_same_event_is_the_same_message_and_another_is_another(self):
        channel = await self.open()
        first, again, other = (self.told(channel, self.event("hi", number)) for number in (1, 1, 2))
        assert id_of(first) == id_of(again)
        assert id_of(first) != id_of(other)
        assert conversation_of(first.address) == conversation_of(other.address)

    async def test_ignores_what_is_not_for_us(self):
        channel = await self.open()
        assert [channel.parse(event) for event in self.foreign_events()] == [None] * len(self.foreign_events())

    @pytest.mark.parametrize("text", ["short", "word " * 3000, "x" * 9000, "🙂" * 5000, "line\n\n" * 2000])
    async def test_nothing_is_lost_in_splitting_and_every_part_fits(self, text: str):
        channel = await self.open()
        capabilities = channel.capabilities(self.address())
        parts = channel.render(Reply(text), capabilities)
        assert self.reassemble(parts) == self.words(text)
        assert max(length(part.text, capabilities.text_unit) for part in parts) <= capabilities.text_limit

    async def test_buttons_stay_within_the_limit(self):
        channel = await self.open()
        capabilities = channel.capabilities(self.address())
        reply = Reply("Choose", buttons=tuple(Button(f"B{n}", f"/b {n}") for n in range(60)))
        assert all(len(part.buttons) <= capabilities.buttons for part in channel.render(reply, capabilities))

    async def test_what_is_sent_is_shown(self):
        channel = await self.open()
        reply = Reply("**Hello**", progress=Progress("Reading", 40, 2, 5))
        (part,) = channel.render(reply, channel.capabilities(self.address()))
        receipt = await channel.send(self.address(), part, await self.key(channel, reply))
        assert receipt
        assert "Hello" in await self.shown(channel, receipt)

    async def test_an_idempotent_channel_shows_a_repeated_key_once(self):
        channel = await self.open()
        if not channel.capabilities(self.address()).idempotent:
            return
        key = await self.key(channel, Reply("once"))
        (part,) = channel.render(Reply("once"), channel.capabilities(self.address()))
        first = await channel.send(self.address(), part, key)
        assert await channel.send(self.address(), part, key) == first

    async def test_an_edit_replaces_what_is_shown(self):
        channel = await self.open()
        if not isinstance(channel, Editing) or not channel.capabilities(self.address()).edit:
            return
        before, after = (self.rendered(channel, text) for text in ("before", "and **after**"))
        receipt = await channel.send(self.address(), before, await self.key(channel, Reply("before")))
        await channel.edit(self.address(), receipt, after)
        await channel.edit(self.address(), receipt, after)
        shown = await self.shown(channel, receipt)
        assert "after" in shown and "before" not in shown

    async def test_the_abilities_a_channel_claims_are_there(self):
        channel = await self.open()
        capabilities = channel.capabilities(self.address())
        assert not capabilities.edit or isinstance(channel, Editing)
        assert capabilities.stream_interval is None or isinstance(channel, Streaming | Editing)

    async def test_a_pressed_button_means_its_value_in_the_conversation_where_it_stands(self):
        channel = await self.open()
        limit = channel.capabilities(self.address()).button_value_limit
        if "buttons" in self.lacks:
            return
        value = "/ask " + "é" * min((limit - 5) // 2, 100)
        pressed = self.told(channel, self.pressed(value, 3))
        assert (pressed.action, pressed.address.channel) == (value, channel.name)
        assert id_of(pressed) == id_of(self.told(channel, self.pressed(value, 3)))
        assert id_of(pressed) != id_of(self.told(channel, self.pressed(value, 4)))
        assert conversation_of(pressed.address) == conversation_of(self.address())

    async def test_a_button_that_is_pressed_twice_at_once_is_one_press(self, database: Database, person: UUID):
        channel = await self.open()
        if {"buttons", "double presses"} & self.lacks:
            return
        presses = (self.pressed("/ask", 3), self.pressed("/ask", 4), self.pressed("/other", 5))
        accepted = [await accept(database, person, self.told(channel, press)) for press in presses]
        assert [each.fresh for each in accepted] == [True, False, True]

    async def test_every_button_is_shown(self):
        channel = await self.open()
        if not channel.capabilities(self.address()).buttons or "buttons" in self.lacks:
            return
        buttons = (Button("One", "/one"), Button("Zwei & <drei>", "/two"), Button("Look", "", "https://example.org/x"))
        (part,) = channel.render(Reply("Choose", buttons=buttons), channel.capabilities(self.address()))
        receipt = await channel.send(self.address(), part, await self.key(channel, Reply("Choose")))
        assert await self.buttons_of(channel, receipt) == ["One", "Zwei & <drei>", "Look"]

    async def test_a_reworded_message_is_known_as_what_it_was(self):
        channel = await self.open()
        if "rewording" in self.lacks:
            return
        first, edit = self.told(channel, self.event("before", 1)), self.told(channel, self.reworded("after", 1))
        assert (edit.text, edit.edits, edit.native_id) == ("after", True, first.native_id)
        assert edit.native_id
        assert id_of(edit) != id_of(first)
        assert conversation_of(edit.address) == conversation_of(first.address)

    async def test_a_message_that_is_taken_back_is_named(self):
        channel = await self.open()
        if "deletions" in self.lacks:
            return
        first, gone = self.told(channel, self.event("oh", 1)), channel.parse(self.taken_back(1))
        assert isinstance(gone, Notice)
        assert (gone.kind, gone.native_id, gone.address) == ("deleted", first.native_id, first.address)

    @pytest.mark.parametrize("good", [True, False])
    async def test_feedback_names_the_answer_it_is_about(self, good: bool):
        channel = await self.open()
        if "feedback" in self.lacks:
            return
        receipt = await channel.send(
            self.address(), self.rendered(channel, "An answer"), await self.key(channel, Reply("An answer"))
        )
        judged = channel.parse(self.judged(receipt, good))
        assert isinstance(judged, Feedback)
        assert (judged.good, judged.native_id) == (good, receipt)
        assert conversation_of(judged.address) == conversation_of(self.address())

    async def test_a_form_comes_back_with_its_answers(self):
        channel = await self.open()
        if not channel.capabilities(self.address()).forms:
            return
        answers = {"name": "Ada & <Bob>", "tone": "brief", "about": "One\ntwo"}
        message = self.told(channel, self.filled(FORM, answers, 5))
        assert (message.action, dict(message.fields)) == ("/creator", answers)
        assert conversation_of(message.address) == conversation_of(self.address())

    async def test_a_thread_is_a_conversation_of_its_own_in_its_group(self):
        channel = await self.open()
        if "threads" in self.lacks:
            return
        message = self.told(channel, self.in_thread("And then?", 6))
        assert (message.address.kind, message.addressed, message.text) == ("thread", False, "And then?")
        assert message.address.external_id.partition(":")[2]
        assert channel.capabilities(message.address).threads

    async def test_a_file_is_fetched_as_it_was_sent(self, tmp_path: Path):
        channel = await self.open()
        if not isinstance(channel, Fetching):
            return
        content = bytes(range(256)) * 400
        file = await self.offered("Grüße.bin", content)
        await channel.fetch(file, tmp_path / "file")
        assert (file.name, (tmp_path / "file").read_bytes()) == ("Grüße.bin", content)

    async def test_a_file_is_sent_as_it_is(self, tmp_path: Path):
        channel = await self.open()
        if not isinstance(channel, SendingFiles):
            return
        assert channel.capabilities(self.address()).files
        (tmp_path / "x").write_bytes(b"all of it")
        part = Part("Here it is", file=Attachment(None, "export.zip", "application/zip", 9))
        receipt = await channel.send_file(self.address(), tmp_path / "x", part, await self.key(channel, Reply("")))
        assert await self.received(channel, receipt) == ("export.zip", b"all of it")

    async def test_who_speaks_is_shown(self):
        channel = await self.open()
        if not channel.capabilities(self.address()).identity:
            return
        reply = Reply("Hello", coach_name="Tea & <Master>", avatar="🍵")
        (part,) = channel.render(reply, channel.capabilities(self.address()))
        receipt = await channel.send(self.address(), part, await self.key(channel, reply))
        assert await self.name_of(channel, receipt) == "Tea & <Master>"

    async def test_a_draft_grows_and_ends_as_an_ordinary_message(self):
        channel = await self.open()
        if not channel.capabilities(self.address()).drafts:
            return
        assert isinstance(channel, Drafting)
        asked, key = self.told(channel, self.event("What is flour?", 1)), await self.key(channel, Reply("…"))
        receipt = await channel.draft(self.address(), asked, self.rendered(channel, "Flour"), key, "")
        if receipt and isinstance(channel, Editing):
            finished = self.rendered(channel, "Flour is **ground** grain.")
            await channel.edit(self.address(), receipt, finished)
            await channel.edit(self.address(), receipt, finished)
            assert "ground" in await self.shown(channel, receipt)

    async def test_what_is_deleted_is_gone_and_may_be_gone_already(self):
        channel = await self.open()
        if not isinstance(channel, Deleting):
            return
        key = await self.key(channel, Reply("oops"))
        receipt = await channel.send(self.address(), self.rendered(channel, "oops"), key)
        await channel.delete(self.address(), receipt)
        await channel.delete(self.address(), receipt)
        assert await self.shown(channel, receipt) == ""

    async def test_typing_is_shown(self):
        channel = await self.open()
        if not isinstance(channel, Typing):
            return
        await channel.typing(self.address())
        assert await self.typings(channel) == (0 if "typing" in self.lacks else 1)

    async def sent(self, text: str) -> str:
        """Send all parts of a reply, and give what the platform shows of them."""
        channel = await self.open()
        shown = ""
        for number, part in enumerate(channel.render(Reply(text), channel.capabilities(self.address()))):
            receipt = await channel.send(self.address(), part, f"key:{number}")
            shown += await self.shown(channel, receipt)
        return shown

    def rendered(self, channel: Channel, text: str) -> Part:
        """Give the only part of a short reply."""
        (part,) = channel.render(Reply(text), channel.capabilities(self.address()))
        return part

    async def key(self, channel: Channel, reply: Reply) -> str:
        """Give the idempotency key of a reply that is about to be sent."""
        return "turn:contract:0:0"
