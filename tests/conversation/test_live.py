"""Answers shown while they are written, where the platform can edit."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from conversation.channel import Rate
from conversation.errors import Delayed, RetryLater, Stopped, Unknown
from knowledge.db import Database
from tests.conversation.chat import Chat, open_chat
from tests.conversation.messenger import told
from tests.waiting import until


@pytest.fixture
async def chat(database: Database, person: UUID):
    async with open_chat(database, person, interval=0.01) as opened:
        yield opened


async def test_the_first_words_are_the_stub_and_become_the_answer(chat: Chat):
    chat.rig.model.pause = asyncio.Event()
    chat.rig.model.text = "Flour is ground grain."
    message = told("What is flour?")
    await chat.take(message)
    await until(lambda: chat.shown() == ["Flour …"])
    assert [button.value for button in chat.channel.parts["1"].buttons] == ["/stop"]
    chat.rig.model.pause.set()
    await chat.rig.replies(message)
    assert (chat.shown(), chat.channel.parts["1"].buttons) == (["Flour is ground grain."], ())


async def test_typing_is_shown_until_the_first_words(chat: Chat):
    await chat.ask(told("What is flour?"))
    assert chat.channel.typed >= 1


async def test_a_long_answer_goes_on_in_a_new_message(chat: Chat):
    chat.rig.model.text = "word " * 200
    await chat.ask(told("What is flour?"))
    assert " ".join(" ".join(chat.shown()).split()) == ("word " * 200).strip()
    assert len(chat.shown()) >= 3


@pytest.mark.parametrize("fault", [RetryLater(0.2), Unknown("no answer")])
async def test_a_refused_draft_ends_the_animation_and_not_the_answer(chat: Chat, fault: Exception):
    chat.channel.faults.append(fault)  # type: ignore[arg-type]
    await chat.ask(told("What is flour?"))
    assert chat.shown() == ["An answer."]


async def test_drafts_leave_a_share_of_the_limits(database: Database, person: UUID):
    rates = (Rate("chat", 3, 1000.0),)
    async with open_chat(database, person, interval=0.0, rates=rates) as chat:
        chat.rig.model.text = "word " * 60
        message = told("What is flour?")
        await chat.take(message)
        await until(lambda: len(chat.channel.calls) >= 2)
        await until(lambda: not chat.rig.dispatcher._lanes)  # pyright: ignore[reportPrivateUsage]
        assert [call for call, _ in chat.channel.calls].count("send") == 1
        assert len(chat.channel.calls) <= 3


async def test_a_platform_with_drafts_of_its_own_shows_them_and_the_answer_finishes_them(
    database: Database, person: UUID
):
    async with open_chat(database, person, interval=0.01, drafts=True) as chat:
        chat.rig.model.pause = asyncio.Event()
        chat.rig.model.text = "Flour is ground grain."
        message = told("What is flour?")
        await chat.take(message)
        await until(lambda: chat.channel.drafted == ["Flour"])
        chat.rig.model.pause.set()
        await chat.rig.replies(message)
        assert chat.shown() == ["Flour is ground grain."]


async def test_a_draft_whose_turn_has_not_come_is_shown_later(database: Database, person: UUID):
    async with open_chat(database, person, interval=0.01, drafts=True) as chat:
        chat.rig.model.pause = asyncio.Event()
        chat.rig.model.text = "Flour is ground grain."
        chat.channel.late = late = Delayed(0.01)
        message = told("What is flour?")
        await chat.take(message)
        await until(lambda: late.__traceback__)
        assert chat.channel.drafted == []
        chat.channel.late = None
        await until(lambda: chat.channel.drafted == ["Flour"])
        chat.rig.model.pause.set()
        await chat.rig.replies(message)
        assert chat.shown() == ["Flour is ground grain."]


async def test_an_answer_does_not_wait_for_the_turn_of_its_drafts(database: Database, person: UUID):
    async with open_chat(database, person, interval=0.01, drafts=True) as chat:
        chat.channel.late = Delayed(3600)
        await chat.ask(told("What is flour?"))
        assert chat.shown() == ["An answer."]


async def test_who_stops_an_answer_on_the_platform_stops_the_model(database: Database, person: UUID):
    async with open_chat(database, person, interval=0.01, drafts=True) as chat:
        chat.rig.model.pause = asyncio.Event()
        chat.channel.late = Stopped("stopped by its reader")
        (answer,) = await chat.ask(told("What is flour?"))
        assert "*Stopped.*" in answer.text
