"""Voice messages: heard where the hub has a model for it, and answered as if they were written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from conversation.intake import Intake
from conversation.message import Attachment, Message
from knowledge.db import Database
from knowledge.models import budget
from knowledge.models.errors import ModelUnavailable
from knowledge.models.port import Usage
from tests.conversation.chat import Chat
from tests.conversation.messenger import Messenger, told
from tests.conversation.rig import open_rig

VOICE = Attachment(None, "voice.ogg", "audio/ogg", 4, remote="voice-1", kind="voice")


class Ear:
    """Hears what a recording holds as text; each file it heard is in `heard`."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.error: Exception | None = None

    async def transcribe(self, recording: Path) -> str:
        self.heard.append(recording.suffix)
        if self.error:
            raise self.error
        return (await asyncio.to_thread(recording.read_text)).strip()


@asynccontextmanager
async def listening(database: Database, person: UUID, ear: Ear) -> AsyncGenerator[Chat]:
    channel = Messenger(files={"voice-1": b"What is *flour*?"})
    async with open_rig(database, person, channel, transcriber=ear) as rig:
        yield Chat(rig, channel, Intake(database, rig.dispatcher))


def voice(number: int = 1, text: str = "", file: Attachment = VOICE) -> Message:
    return replace(told(text, number), attachments=(file,))


async def test_a_voice_message_is_answered_as_if_it_were_written(database: Database, person: UUID):
    ear = Ear()
    async with listening(database, person, ear) as chat:
        (answer,) = await chat.ask(voice())
        assert answer.text == "> 🎙 What is \\*flour\\*?\n\nAn answer."
        assert ear.heard == [".ogg"]
        assert chat.rig.model.requests[0].question == "What is *flour*?"
        lines = await chat.rig.rows("select text from messages where author = 'person'")
        assert [line["text"] for line in lines] == ["What is *flour*?"]


async def test_the_caption_comes_before_what_is_said(database: Database, person: UUID):
    async with listening(database, person, Ear()) as chat:
        await chat.ask(voice(text="For my mother:"))
        assert chat.rig.model.requests[0].question == "For my mother:\n\nWhat is *flour*?"


async def test_a_recording_without_words_gets_a_clear_answer(database: Database, person: UUID):
    async with listening(database, person, Ear()) as chat:
        chat.channel.files["voice-1"] = b"  "
        (answer,) = await chat.ask(voice())
        assert "could not make out any words" in answer.text
        assert "voice.ogg" not in answer.text


async def test_a_model_that_is_away_is_said_and_nothing_is_asked(database: Database, person: UUID):
    ear = Ear()
    ear.error = ModelUnavailable("down")
    async with listening(database, person, ear) as chat:
        (answer,) = await chat.ask(voice())
        assert "does not answer at the moment" in answer.text
        assert chat.rig.model.requests == []


async def test_a_recording_that_the_platform_lost_is_said(database: Database, person: UUID):
    async with listening(database, person, Ear()) as chat:
        (answer,) = await chat.ask(voice(file=replace(VOICE, remote="gone")))
        assert "Please send it again" in answer.text


async def test_who_has_used_up_their_day_is_told_and_not_heard(database: Database, person: UUID):
    ear = Ear()
    async with listening(database, person, ear) as chat:
        await chat.ask(told("hello", 1))
        (row,) = await chat.rig.rows("select user_id from identities where channel = 'memory'")
        async with database.person(UUID(str(row["user_id"]))) as connection:
            await budget.spend(connection, Usage(2000, 0))
        (answer,) = await chat.ask(voice(2))
        assert "used up today" in answer.text
        assert ear.heard == []
