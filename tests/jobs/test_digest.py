"""A digest comes once at its minute, tells what is new for its reader alone, and keeps still where it should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from conversation import proactive
from conversation.digests import store
from conversation.digests.making import Maker
from conversation.digests.schedule import Schedule
from conversation.message import Reply
from jobs import digest
from jobs.digest import Round
from jobs.settings import JobSettings
from knowledge.db import Database
from knowledge.models.embeddings import WordLlama
from knowledge.models.errors import ModelUnavailable
from knowledge.models.port import AnswerRequest, ChatModel, OnUsage, Usage, ignore_usage
from knowledge.retrieval import LEXICAL, Retriever
from tests.conftest import Addresses, newcomer
from tests.jobs.readers import EIGHT, QUESTION, Reader, coach_who_knows, learned_at, leases_run_out, reader_of

SET = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 7, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def reader(database: Database, addresses: Addresses) -> Reader:
    """Somebody in Berlin who follows a coach that has just learned something, and wants a digest at eight."""
    creator = await newcomer(database, "consumer", "creator")
    found = await reader_of(database, await coach_who_knows(database, creator))
    await learned_at(addresses, SET)
    await found.wants(EIGHT, "Europe/Berlin", SET)
    return found


async def slots_of(reader: Reader) -> list[tuple[datetime, str]]:
    rows = await reader.rows("select slot, state from slots where job like 'digest:%%' order by slot")
    return [(row["slot"], row["state"]) for row in rows]


async def test_at_its_minute_it_tells_what_is_new(reader: Reader, settings: JobSettings):
    await digest.run(reader.database, settings, DUE - timedelta(seconds=1))
    assert await reader.reached() == []
    await digest.run(reader.database, settings, DUE)
    (said,) = await reader.reached()
    assert "**Baker** has learned *On bread*" in said.text and said.coach_name == "Baker"
    assert "every day at 08:00. `/digest off` stops it" in said.text and len(said.text) <= 1200
    assert (await reader.digest()).next_at == DUE + DAY and await slots_of(reader) == [(DUE, "done")]


async def test_it_suggests_one_thing_to_try_with_the_exact_words(reader: Reader, settings: JobSettings):
    await digest.run(reader.database, settings, DUE)
    (said,) = await reader.reached()
    (citation,) = said.citations
    assert f"{QUESTION} “{citation.quote}” [1]" in said.text
    (page,) = await reader.rows(
        "select substr(string_agg(text, '' order by number), %s, %s) as quote from pages where document_id = %s",
        citation.start + 1,
        citation.end - citation.start,
        citation.document_id,
    )
    assert page["quote"] == citation.quote
    assert [button.value for button in said.buttons] == [
        f"/ask {reader.coach_id} {QUESTION}",
        "/digest snooze",
        "/digest",
    ]


async def test_many_runs_of_one_slot_are_one_digest(reader: Reader, settings: JobSettings):
    await asyncio.gather(*(digest.run(reader.database, settings, DUE) for _ in range(6)))
    assert len(await reader.reached()) == 1 and len(await slots_of(reader)) == 1


async def test_with_nothing_new_nothing_is_said_and_the_slot_is_over(reader: Reader, settings: JobSettings):
    for days in range(3):
        await digest.run(reader.database, settings, DUE + days * DAY)
    assert len(await reader.reached()) == 1
    assert [state for _, state in await slots_of(reader)] == ["done"] * 3


async def test_after_an_outage_only_the_newest_slot_is_made_up_for(reader: Reader, settings: JobSettings):
    back = DUE + 3 * DAY + timedelta(hours=5)
    await digest.run(reader.database, settings, back)
    assert await slots_of(reader) == [(DUE + 3 * DAY, "done")] and len(await reader.reached()) == 1
    assert (await reader.digest()).next_at == DUE + 4 * DAY


async def test_who_died_holding_the_slot_is_followed_by_another(reader: Reader, settings: JobSettings):
    job = f"digest:{(await reader.digest()).digest_id}"
    await reader.rows("insert into slots (job, slot) values (%s, %s)", job, DUE)
    await digest.run(reader.database, settings, DUE)
    assert await reader.reached() == []
    await leases_run_out(reader.database)
    await digest.run(reader.database, settings, DUE + timedelta(seconds=12))
    assert len(await reader.reached()) == 1


async def test_in_quiet_hours_it_waits_until_they_are_over(reader: Reader, settings: JobSettings):
    await reader.wants(Schedule(EIGHT.days, time(6)), "Europe/Berlin", SET)
    six, seven = DUE - timedelta(hours=2), DUE - timedelta(hours=1)
    await digest.run(reader.database, settings, six)
    assert await reader.reached() == [] and (await reader.digest()).next_at == seven
    await digest.run(reader.database, settings, seven)
    assert len(await reader.reached()) == 1 and (await reader.digest()).next_at == six + DAY


async def test_where_we_are_blocked_its_slots_pass_in_silence(reader: Reader, settings: JobSettings):
    await reader.rows("update conversations set blocked_at = now()")
    await digest.run(reader.database, settings, DUE)
    assert await reader.reached() == [] and await slots_of(reader) == [(DUE, "done")]


async def test_another_time_zone_moves_it(reader: Reader, settings: JobSettings):
    async with reader.database.person(reader.user_id) as connection:
        await store.set_zone(connection, reader.user_id, "America/New_York")
    await digest.run(reader.database, settings, DUE)
    moved = await reader.digest()
    assert (moved.next_at, moved.zone) == (DUE + timedelta(hours=6), "America/New_York")
    assert await reader.reached() == []


async def test_a_time_zone_that_became_known_elsewhere_sets_a_waiting_one_going(reader: Reader, settings: JobSettings):
    await reader.rows("update digests set next_at = null, wants_zone = true")
    await digest.run(reader.database, settings, SET)
    waiting = await reader.digest()
    assert waiting.next_at == DUE and not waiting.wants_zone


async def test_questions_left_open_and_plans_are_brought_up(reader: Reader, settings: JobSettings):
    await reader.asked("What about gluten?", SET)
    await reader.plans("wants to", "I want to open a bakery", SET)
    await reader.plans("likes", "I like tea", SET)
    await digest.run(reader.database, settings, DUE)
    (said,) = await reader.reached()
    assert "Still open: “What about gluten?”. **Baker** has no source for it yet." in said.text
    assert "“I want to open a bakery”" in said.text and "tea" not in said.text


async def test_a_question_that_was_taught_meanwhile_can_be_asked_again(reader: Reader, settings: JobSettings):
    await reader.asked("What about gluten?", SET - 40 * DAY)
    await reader.rows("update questions set taught_at = %s", SET)
    await digest.run(reader.database, settings, DUE)
    (said,) = await reader.reached()
    assert "**Baker** has been taught an answer to “What about gluten?”" in said.text
    assert said.buttons[0].value == f"/ask {reader.coach_id} What about gluten?"


async def test_one_at_once_tells_something_to_try_where_nothing_is_new(reader: Reader):
    maker = Maker(reader.database, Retriever(WordLlama(), None, LEXICAL), None)
    async with reader.database.person(reader.user_id) as connection:
        to = await store.recipient(connection, reader.user_id)
    said = await maker.at_once(to, reader.conversation_id, DUE, DUE)
    assert said and QUESTION in said.text and "You asked for this with `/digest now`." in said.text
    await reader.asked(QUESTION, SET, covered=True)
    assert await maker.at_once(to, reader.conversation_id, DUE, DUE) is None


async def test_it_speaks_the_readers_language(reader: Reader, settings: JobSettings):
    await reader.rows("update users set language = 'de' where user_id = %s", reader.user_id)
    await reader.wants(Schedule(frozenset({4}), time(8)), "Europe/Berlin", SET)
    await digest.run(reader.database, settings, DUE)
    (said,) = await reader.reached()
    assert "Donnerstag" in said.text


async def test_what_others_asked_and_keep_private_never_appears(
    reader: Reader, addresses: Addresses, settings: JobSettings
):
    other = await reader_of(reader.database, reader.coach_id)
    await other.asked("What is wrong with my secret loaf?", SET)
    secret = await coach_who_knows(reader.database, other.user_id, "Secret", published=False, title="My diary")
    await reader.asked("What does the diary say?", SET, coach_id=secret)
    await learned_at(addresses, SET)
    await digest.run(reader.database, settings, DUE)
    (said,) = await reader.reached()
    assert not any(word in said.text for word in ("secret", "Secret", "diary"))


async def test_in_a_group_it_covers_that_group_alone(reader: Reader, settings: JobSettings):
    group = await reader_of(reader.database, reader.coach_id, kind="group")
    await reader.rows("update users set kind = 'group' where user_id = %s", group.user_id)
    await group.wants(EIGHT, "Europe/Berlin", SET)
    await group.asked("What shall we bake together?", SET)
    await reader.asked("What about my own gluten?", SET)
    await digest.run(reader.database, settings, DUE)
    (to_group,), (to_person,) = await group.reached(), await reader.reached()
    assert "bake together" in to_group.text and "gluten" not in to_group.text
    assert "gluten" in to_person.text and "bake together" not in to_person.text


async def test_a_day_brings_no_more_than_a_few_messages_unasked(reader: Reader):
    async def say(key: str, now: datetime) -> bool:
        async with reader.database.system() as connection:
            return await proactive.say(connection, reader.user_id, reader.conversation_id, key, Reply("Hello."), now)

    said = [await say(f"hello:{number}", DUE + timedelta(minutes=number)) for number in range(5)]
    assert said == [True, True, True, False, False]
    assert await say("hello:0", DUE) and await say("hello:tomorrow", DUE + DAY)
    assert not await say("hello:night", DUE - timedelta(hours=3)) and len(await reader.reached()) == 4


@dataclass(slots=True)
class Poet:
    """A language model that writes `text`; while it thinks, the digest of `turn_off` is turned off."""

    text: str = ""
    error: Exception | None = None
    name: str = "poet"
    offline: bool = False
    turn_off: UUID | None = None
    database: Database | None = None
    requests: list[AnswerRequest] = field(default_factory=list[AnswerRequest])

    async def stream(self, request: AnswerRequest, on_usage: OnUsage = ignore_usage) -> AsyncGenerator[str, None]:
        self.requests.append(request)
        try:
            if self.database and self.turn_off:
                async with self.database.person(self.turn_off) as connection:
                    await store.turn_off(connection, "personal", self.turn_off)
            if self.error:
                raise self.error
            yield self.text
        finally:
            on_usage(Usage(30, 20))


async def round_with(reader: Reader, chat: ChatModel, daily_tokens: int = 0) -> None:
    maker = Maker(reader.database, Retriever(WordLlama(), None, LEXICAL), chat, daily_tokens)
    await Round(reader.database, maker, DUE).run()


async def test_a_model_writes_it_and_its_tokens_are_counted(reader: Reader):
    poet = Poet("Baker knows more about bread now. “Rye flour needs a sour dough” [1], and a claim without source [2].")
    await round_with(reader, poet)
    (said,) = await reader.reached()
    assert said.text.startswith("Baker knows more about bread now.") and "[2]" not in said.text
    assert said.citations[0].quote.startswith("Rye flour needs a sour dough") and "`/digest off` stops it" in said.text
    assert "Write my digest, in English." in poet.requests[0].question
    (spent,) = await reader.rows("select input_tokens + output_tokens as tokens from model_usage")
    assert spent["tokens"] == 50


@pytest.mark.parametrize(
    "chat", [Poet(error=ModelUnavailable("away")), Poet(""), Poet("x" * 5000), Poet(error=TimeoutError())]
)
async def test_when_the_model_fails_the_rules_write_it(reader: Reader, chat: Poet):
    await round_with(reader, chat)
    (said,) = await reader.reached()
    assert "**Baker** has learned *On bread*" in said.text


async def test_who_has_no_tokens_left_gets_it_by_rules(reader: Reader):
    poet = Poet("Never.")
    async with reader.database.person(reader.user_id) as connection:
        await connection.execute(
            "insert into model_usage (user_id, day, input_tokens) values (%s, (now() at time zone 'utc')::date, 99)",
            (reader.user_id,),
        )
    await round_with(reader, poet, daily_tokens=50)
    (said,) = await reader.reached()
    assert poet.requests == [] and "On bread" in said.text


async def test_what_was_turned_off_while_it_was_made_is_not_sent(reader: Reader):
    await round_with(reader, Poet("Too late.", turn_off=reader.user_id, database=reader.database))
    assert await reader.reached() == [] and await slots_of(reader) == []


async def test_a_link_that_the_model_slipped_in_leads_nowhere(reader: Reader):
    await round_with(reader, Poet("See [this](https://evil.example/x)."))
    (said,) = await reader.reached()
    assert "](https://evil.example" not in said.text


async def test_creators_hear_once_a_week_what_people_asked(reader: Reader, settings: JobSettings):
    (row,) = await reader.rows("select creator_user_id from coaches where coach_id = %s", reader.coach_id)
    creator = await reader_of(reader.database, reader.coach_id, row["creator_user_id"])
    await reader.asked("What about gluten?", SET)
    await reader.asked("How long do I knead?", SET, covered=True)
    await digest.run(reader.database, settings, SET)
    set_up = await creator.digest("creator")
    monday = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
    assert (set_up.next_at, set_up.conversation_id) == (monday, creator.conversation_id)
    await digest.run(reader.database, settings, monday)
    (said,) = await creator.reached()
    assert "**Baker** · 2 questions · 1 person · 1 without an answer" in said.text
    assert "What about gluten?" in said.text and "knead" not in said.text and "Ada" not in said.text
    assert said.buttons[0].value == "/stats"


async def test_a_creator_who_stopped_them_gets_no_more(reader: Reader, settings: JobSettings):
    (row,) = await reader.rows("select creator_user_id from coaches where coach_id = %s", reader.coach_id)
    creator = await reader_of(reader.database, reader.coach_id, row["creator_user_id"])
    await reader.asked("What about gluten?", SET)
    await digest.run(reader.database, settings, SET)
    async with reader.database.person(creator.user_id) as connection:
        await store.turn_off(connection, "creator", creator.user_id)
    await digest.run(reader.database, settings, SET + 8 * DAY)
    assert await creator.reached() == [] and (await creator.digest("creator")).next_at is None


async def test_a_creator_who_stopped_them_is_left_alone_when_the_chat_is_deleted(reader: Reader, settings: JobSettings):
    (row,) = await reader.rows("select creator_user_id from coaches where coach_id = %s", reader.coach_id)
    creator = await reader_of(reader.database, reader.coach_id, row["creator_user_id"])
    await reader_of(reader.database, reader.coach_id, creator.user_id)
    await reader.asked("What about gluten?", SET)
    await digest.run(reader.database, settings, SET)
    async with reader.database.person(creator.user_id) as connection:
        await store.turn_off(connection, "creator", creator.user_id)
        await connection.execute(
            "delete from conversations where conversation_id in (select conversation_id from digests)"
        )
    await digest.run(reader.database, settings, SET)
    assert not await reader.rows("select 1 from digests where user_id = %s", creator.user_id)


async def test_a_late_digest_that_nobody_is_at_is_noticed(reader: Reader):
    async with reader.database.system() as connection:
        assert not await digest.overdue(connection, DUE + timedelta(seconds=5))
        assert await digest.overdue(connection, DUE + timedelta(seconds=13))
        job = f"digest:{(await reader.digest()).digest_id}"
        await connection.execute("insert into slots (job, slot) values (%s, %s)", (job, DUE))
        assert not await digest.overdue(connection, DUE + timedelta(seconds=13))
