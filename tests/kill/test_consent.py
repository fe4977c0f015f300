"""A turn that asks before it acts, killed between the question, the person's yes, and the deed."""

from uuid import uuid4

import pytest

from tests.kill.gates import Gate
from tests.kill.hub import Hub, Step

pytestmark = pytest.mark.kill

COMMITTING: dict[str, Step] = {
    "taking the message": Gate("update on inbox", "new.attempts > old.attempts"),
    "finishing the inbox row": Gate("update on inbox", "new.state = 'done'"),
    "writing the outbox row": Gate("insert on outbox"),
    "committing the turn": Gate("insert on outbox", at_commit=True),
}
QUESTION: dict[str, Step] = COMMITTING | {
    "keeping the first checkpoint": Gate("insert on checkpoints", "new.metadata->>'step' = '-1'"),
    "keeping what was understood": Gate("insert on checkpoints", "new.metadata->>'step' = '1'"),
    "keeping the pause": Gate("insert on checkpoint_writes", "new.channel = '__interrupt__'"),
    "committing the pause": Gate("insert on checkpoint_writes", "new.channel = '__interrupt__'", at_commit=True),
}
DEED: dict[str, Step] = COMMITTING | {
    "keeping the answer": Gate("insert on checkpoint_writes", "new.channel = '__resume__'"),
    "committing the answer": Gate("insert on checkpoint_writes", "new.channel = '__resume__'", at_commit=True),
    "keeping the outcome": Gate("insert on checkpoints", "new.metadata->>'step' = '2'"),
    "committing the outcome": Gate("insert on checkpoints", "new.metadata->>'step' = '2'", at_commit=True),
    "forgetting": Gate("delete on facts"),
    "committing what is forgotten": Gate("delete on facts", at_commit=True),
}


@pytest.fixture
async def known(hub: Hub) -> Hub:
    """A hub that remembers two things about the person."""
    for words in ("Lisbon", "the sea"):
        async with hub.database.person(hub.user_id) as connection:
            await connection.execute(
                "insert into facts (fact_id, user_id, subject, predicate, object, valid_from) "
                "values (%s, %s, 'me', 'likes', %s, now())",
                (uuid4(), hub.user_id, words),
            )
    return hub


async def ask(hub: Hub) -> str:
    """Ask to be forgotten; gives what its button says."""
    told = hub.tell("/forget")
    await hub.settled()
    return f"/yes {(await hub.reply(told))['inbox_id']}"


async def facts(hub: Hub) -> int:
    return len(await hub.rows("select fact_id from facts"))


@pytest.mark.parametrize("step", list(QUESTION))
async def test_killed_while_asking_it_asks_once_and_does_nothing(known: Hub, step: str):
    async with known.held(QUESTION[step]) as reached:
        victim = await known.start()
        told = known.tell("/forget")
        await reached()
        await known.kill(victim)
    await known.time_passes()
    await known.start()
    await known.settled()
    assert "Shall I forget these 2 things" in (await known.reply(told))["text"]
    assert await facts(known) == 2
    known.tell(f"/yes {(await known.reply(told))['inbox_id']}")
    await known.settled()
    assert await facts(known) == 0
    assert await known.lost_or_said_twice() == []


@pytest.mark.parametrize("step", list(DEED))
async def test_killed_after_the_yes_it_is_done_once_and_said_once(known: Hub, step: str):
    victim = await known.start()
    yes = await ask(known)
    async with known.held(DEED[step]) as reached:
        told = known.tell(yes)
        await reached()
        await known.kill(victim)
    await known.time_passes()
    await known.start()
    await known.settled()
    assert (await known.reply(told))["text"].startswith("Forgotten, all 2.")
    assert await facts(known) == 0
    assert await known.lost_or_said_twice() == []


async def test_killed_after_a_yes_a_second_press_changes_nothing(known: Hub):
    victim = await known.start()
    yes = await ask(known)
    async with known.held(DEED["committing the outcome"]) as reached:
        first = known.tell(yes)
        await reached()
        await known.kill(victim)
    await known.time_passes()
    await known.start()
    await known.settled()
    second = known.tell(yes.replace("/yes", "/no"))
    await known.settled()
    assert (await known.reply(first))["text"].startswith("Forgotten, all 2.")
    assert (await known.reply(second))["text"] == "That is settled already."
