"""A message's trip: accepted once, answered once, in order, whatever happens on the way."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from langgraph.runtime import Runtime

from conversation import inbox
from conversation.channel import Silence
from conversation.errors import NotFound, TooLong
from conversation.message import Address, Author, Message
from conversation.nodes.remember import remember
from conversation.state import Meter, Services, Setting, State
from conversation.turn import CoachCard, Speaker, Turn
from knowledge.db import Database
from knowledge.models.errors import ModelUnavailable
from knowledge.models.port import OnUsage, T, ignore_usage
from knowledge.retrieval import Hit, Recall
from tests.conftest import newcomer
from tests.conversation.rig import FixedSearch, Rig, ScriptedModel, open_rig

HIT = Hit(
    uuid4(), uuid4(), 1, uuid4(), "Manual", "page 3", ("2.1 Tea",), 100, 150,
    "Tea is made with water. It is drunk hot or cold.", 1.0,
)  # fmt: skip


async def test_a_question_is_answered_with_citations_that_are_exact(rig: Rig):
    rig.search.found = Recall((HIT,))
    rig.model.text = "You make tea with water. [1]"
    (reply,) = await rig.ask("How is tea made?")
    (citation,) = reply.citations
    assert citation.quote == HIT.text[citation.start - HIT.start : citation.end - HIT.start]
    assert (citation.title, citation.place) == ("Manual", "page 3 · 2.1 Tea")


async def test_a_redelivered_event_is_answered_once(rig: Rig):
    first = await rig.say("hello there you", event_id="same")
    await rig.say("hello there you", event_id="same")
    assert len(await rig.replies(first)) == 1
    assert len(rig.channel.posted) == 1


async def test_messages_of_one_conversation_are_answered_in_order(rig: Rig):
    messages = [await rig.say(f"question number {n}?") for n in range(8)]
    await rig.replies(messages[-1])
    assert [request.question for request in rig.model.requests] == [f"question number {n}?" for n in range(8)]


async def test_conversations_do_not_wait_for_each_other(rig: Rig):
    rig.model.pause = asyncio.Event()
    slow = await rig.say("a slow question?", chat="one")
    await rig.model.started.wait()
    (reply,) = await rig.ask("/help", chat="two")
    assert "Guide" in reply.text
    rig.model.pause.set()
    assert len(await rig.replies(slow)) == 1


async def test_a_running_answer_can_be_stopped_and_keeps_what_was_written(rig: Rig):
    rig.model.pause = asyncio.Event()
    message = await rig.say("Tell me a long story")
    await rig.model.started.wait()
    await inbox.cancel(rig.database, rig.user_id, inbox.conversation_of(message.address))
    rig.dispatcher.stop(inbox.conversation_of(message.address))
    (reply,) = await rig.replies(message)
    assert reply.text.startswith("An") and reply.text.endswith("*Stopped.*")


async def test_while_the_model_is_away_the_sources_are_quoted_and_that_is_said(rig: Rig):
    rig.model.error = ModelUnavailable("down")
    (reply,) = await rig.ask("What is tea?")
    assert "does not answer at the moment" in reply.text
    assert reply.text.endswith("Quoted.")


async def test_a_spent_budget_falls_back_to_quoting(rig: Rig):
    async with rig.database.person(rig.user_id) as connection:
        await connection.execute(
            "insert into model_usage (user_id, day, input_tokens) values (%s, (now() at time zone 'utc')::date, 5000)",
            (rig.user_id,),
        )
    (reply,) = await rig.ask("What is tea?")
    assert "today's share" in reply.text and rig.model.requests == []


@pytest.mark.parametrize(("spent", "asked"), [(5_000, 0), (0, 1)])
async def test_a_spent_budget_asks_the_model_for_no_facts_either(
    database: Database, person: UUID, spent: int, asked: int
):
    class Structured(ScriptedModel):
        async def structured(self, request: object, schema: type[T], on_usage: OnUsage = ignore_usage) -> T:
            self.started.set()
            raise ModelUnavailable("asked")

    model = Structured()
    turn = Turn(
        uuid4(), uuid4(),
        Message(Address("memory", "", "chat"), "x", Author("ada"), "I live in Rome.", datetime.now(UTC)),
        Speaker(person, "Ada", frozenset()), CoachCard(uuid4(), "Guide", "", "", False, True, True), tokens_today=spent,
    )  # fmt: skip
    services = Services(database, model, model, model, FixedSearch(), 1_000)
    runtime = Runtime(context=Setting(turn, services, Silence(), Meter(), asyncio.Event()))
    state = await remember(State(), runtime)
    assert model.started.is_set() == bool(asked)
    assert [work["object"] for work in state.get("work", [])] == ["Rome"]


async def test_tokens_are_counted_per_person_and_day(rig: Rig):
    await rig.ask("What is tea?")
    await rig.ask("What is coffee?")
    (row,) = await rig.rows("select requests, input_tokens, output_tokens from model_usage")
    assert (row["requests"], row["input_tokens"], row["output_tokens"]) == (2, 20, 10)


async def test_a_turn_that_always_fails_ends_with_an_apology_and_lets_the_next_one_pass(rig: Rig):
    rig.model.error = RuntimeError("a bug")
    message = await rig.say("What breaks?")
    (reply,) = await rig.replies(message)
    assert "Something went wrong on my side" in reply.text
    rig.model.error = None
    assert (await rig.ask("And now?"))[0].text == "An answer."


async def test_a_follow_up_is_searched_together_with_the_question_before(rig: Rig):
    await rig.ask("Which compiler builds packages on amd64?")
    await rig.ask("and on arm64?")
    assert rig.search.questions[-1] == "and on arm64? (Which compiler builds packages on amd64?)"
    assert rig.model.requests[-1].history[-1].text == "An answer."


async def test_a_message_of_a_million_characters_is_refused_kindly(rig: Rig):
    with pytest.raises(TooLong, match="1,000,000 characters"):
        await rig.say("x" * 1_000_000)


@pytest.mark.parametrize(
    "text", ["\x00\x00", "🙂🙂", "مرحبا، كيف يمكنني البدء؟", "<script>alert(1)</script>", "/nonsense", ""]
)
async def test_odd_messages_get_an_answer(rig: Rig, text: str):
    replies = await rig.ask(text)
    assert len(replies) == 1 and replies[0].text


async def test_somebody_elses_conversation_cannot_be_written_to(rig: Rig):
    await rig.ask("mine?", chat="private")
    stranger = await newcomer(rig.database)
    message = Message(Address("memory", "", "private"), "other", Author("eve"), "let me in", datetime.now(UTC))
    with pytest.raises(NotFound):
        await inbox.accept(rig.database, stranger, message)


async def test_what_was_taken_in_one_chat_begins_no_other(rig: Rig):
    message = Message(Address("memory", "", "first"), "same", Author("ada"), "hello", datetime.now(UTC))
    await inbox.accept(rig.database, rig.user_id, message)
    with pytest.raises(NotFound, match="in another chat already"):
        await inbox.accept(rig.database, rig.user_id, replace(message, address=Address("memory", "", "second")))
    assert [row["external_id"] for row in await rig.rows("select external_id from conversations")] == ["first"]
    assert not (await inbox.accept(rig.database, rig.user_id, message)).fresh


async def test_a_reply_leads_and_loads_nothing_from_elsewhere(rig: Rig):
    rig.model.text = "Look ![x](https://evil.example/?q=1) and [here](https://evil.example/a), or <b>there</b>."
    (reply,) = await rig.ask("What is tea?")
    assert reply.text == "Look x and here (`https://evil.example/a`), or \\<b>there\\</b>."


async def test_a_button_of_a_million_characters_is_refused_too(rig: Rig):
    message = Message(
        Address("memory", "", "chat"), "long", Author("ada"), "x", datetime.now(UTC), action="x" * 1_000_000
    )
    with pytest.raises(TooLong):
        await inbox.accept(rig.database, rig.user_id, message)


async def test_told_to_end_the_hub_finishes_the_running_turn_and_begins_no_other(database: Database, person: UUID):
    async with open_rig(database, person) as rig:
        rig.model.pause = asyncio.Event()
        await rig.say("a first question?")
        await rig.model.started.wait()
        await rig.say("a second question?")
        asyncio.get_running_loop().call_later(0.2, rig.model.pause.set)
    rows = await rig.rows("select state from inbox order by position")
    assert [row["state"] for row in rows] == ["done", "new"]
