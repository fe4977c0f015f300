"""A tap on a footnote shows the passage, to the person whose answer it is and to nobody else."""

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from conversation import outbox
from conversation.coaches import guide
from knowledge.db import Database
from knowledge.models.embeddings import WordLlama
from knowledge.retrieval import Retriever
from tests.conftest import newcomer
from tests.conversation.coaching import send
from tests.conversation.rig import Rig, open_rig
from tests.knowledge.lessons import teach


@pytest.fixture
async def rig(database: Database, person: UUID) -> AsyncGenerator[Rig]:
    """A hub with a coach of the person's that knows how to bake, and a model that cites the first passage."""
    async with open_rig(database, person, searcher=Retriever(WordLlama())) as running:
        running.model.text = "Knead the dough for ten minutes. [1]"
        await running.ask("/creator Baker")
        (row,) = await running.rows("select coach_id from coaches where not guide")
        await teach(database, person, row["coach_id"])  # type: ignore[arg-type]
        yield running


async def cited(rig: Rig) -> str:
    message = await rig.say("How long do I knead the dough?")
    (reply,) = await rig.replies(message)
    assert reply.citations
    (row,) = await rig.rows("select message_id from messages where author = 'coach' order by seq desc limit 1")
    return f"/passage {row['message_id']} 1"


async def test_the_quote_stands_out_among_the_words_around_it(rig: Rig):
    (shown,) = await rig.ask(await cited(rig))
    assert "**Knead the dough for ten minutes" in shown.text and "page 2" in shown.text
    assert shown.text.count("**") == 4 and "…" in shown.text


async def test_it_opens_for_nobody_else(rig: Rig, database: Database):
    button = await cited(rig)
    (reply,) = await send(rig, button, user_id=await newcomer(database))
    assert "can no longer be opened" in reply.text and "Knead" not in reply.text


async def test_a_source_that_is_gone_is_told_kindly(rig: Rig, database: Database):
    button = await cited(rig)
    async with database.system() as connection:
        await connection.execute("delete from documents where coach_id <> %s", (guide.GUIDE_ID,))
    (reply,) = await rig.ask(button)
    assert "can no longer be opened" in reply.text


@pytest.mark.parametrize("rest", ["", "x", "x y", f"{outbox.id_of('none')} 1", f"{outbox.id_of('none')} -1", "² ²"])
async def test_a_press_that_means_nothing_is_answered_kindly(rig: Rig, rest: str):
    (reply,) = await rig.ask(f"/passage {rest}")
    assert "passage" in reply.text
