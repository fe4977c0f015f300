"""A gateway that dies at each step of a turn: the next one answers what was asked, once."""

import pytest

from tests.kill.gates import Gate
from tests.kill.hub import Call, Hub, Step

pytestmark = pytest.mark.kill

ACCEPTING: dict[str, Step] = {
    "writing the inbox row": Gate("insert on inbox"),
    "writing the person's message": Gate("insert on messages", "new.author = 'person'"),
    "committing the inbox row": Gate("insert on inbox", at_commit=True),
}
TURNING: dict[str, Step] = {
    "leasing the lane": Gate("update on lanes", "new.fence > old.fence"),
    "taking the message": Gate("update on inbox", "new.attempts > old.attempts"),
    "committing the lease": Gate("update on inbox", "new.attempts > old.attempts", at_commit=True),
    "finishing the inbox row": Gate("update on inbox", "new.state = 'done'"),
    "writing the outbox row": Gate("insert on outbox"),
    "writing the coach's message": Gate("insert on messages", "new.author = 'coach'"),
    "committing the turn": Gate("insert on outbox", at_commit=True),
    "releasing the lane": Gate("update on lanes", "new.leased_until = '-infinity'"),
    "committing the release": Gate("update on lanes", "new.leased_until = '-infinity'", at_commit=True),
    "claiming the outbox row": Gate("update on outbox", "new.state = 'sending' and old.state = 'pending'"),
    "committing the claim": Gate("update on outbox", "new.state = 'sending' and old.state = 'pending'", at_commit=True),
    "noting that it is sent": Gate("update on outbox", "new.state = 'sent'"),
    "committing that it is sent": Gate("update on outbox", "new.state = 'sent'", at_commit=True),
}
ASKING: dict[str, Step] = {
    "waiting for the first word": Call("model: first word"),
    "in the middle of the stream": Call("model: middle"),
    "waiting for the end of the stream": Call("model: last word"),
}
MAKING: dict[str, Step] = {
    "giving the role": Gate("update on users", "new.roles <> old.roles"),
    "making the coach": Gate("insert on coaches"),
    "committing the coach": Gate("insert on coaches", at_commit=True),
    "letting it take over": Gate("update on conversations", "new.coach_id is distinct from old.coach_id"),
}
HEARING: dict[str, Step] = {
    "keeping a fact": Gate("insert on facts"),
    "keeping its support": Gate("insert on fact_supports"),
    "committing a fact": Gate("insert on facts", at_commit=True),
}


async def killed_at(hub: Hub, step: Step, text: str) -> None:
    """Kill a gateway at a step of answering this, and let another one go on."""
    async with hub.held(step) as reached:
        victim = await hub.start()
        hub.tell(text)
        await reached()
        await hub.kill(victim)
    await hub.time_passes()
    await hub.start()
    await hub.settled()


@pytest.mark.parametrize("step", list(ACCEPTING | TURNING | ASKING))
async def test_a_question(hub: Hub, step: str):
    await killed_at(hub, (ACCEPTING | TURNING | ASKING)[step], "What does {mark} say about flour?")
    assert await hub.lost_or_said_twice() == []


@pytest.mark.parametrize("step", [*ACCEPTING, *list(TURNING)[-6:], *ASKING])
async def test_a_question_on_the_web(hub: Hub, step: str):
    hub.web = True
    await killed_at(hub, (ACCEPTING | TURNING | ASKING)[step], "What does {mark} say about flour?")
    assert await hub.lost_or_said_twice() == []


@pytest.mark.parametrize("step", list(TURNING | MAKING))
async def test_a_command_with_an_effect(hub: Hub, step: str):
    await killed_at(hub, (TURNING | MAKING)[step], "/creator Beekeeper")
    assert await hub.lost_or_said_twice() == []
    coaches = await hub.rows("select coach_id, name from coaches where creator_user_id = %s", hub.user_id)
    talking = await hub.rows("select coach_id from conversations")
    assert [coach["name"] for coach in coaches] == ["Beekeeper"]
    assert talking == [{"coach_id": coaches[0]["coach_id"]}]


@pytest.mark.parametrize("step", list(HEARING))
async def test_something_to_remember(hub: Hub, step: str):
    await killed_at(hub, HEARING[step], "I live in Lisbon, which is {mark}.")
    assert await hub.lost_or_said_twice() == []
    facts = await hub.rows("select predicate, fact_id from facts")
    supports = await hub.rows("select fact_id from fact_supports")
    assert [fact["predicate"] for fact in facts] == ["lives in"]
    assert supports == [{"fact_id": facts[0]["fact_id"]}]


@pytest.mark.parametrize("step", ["taking the message", "finishing the inbox row", "claiming the outbox row"])
async def test_killed_at_the_same_step_three_times(hub: Hub, step: str):
    hub.tell("What does {mark} say about flour?")
    for _ in range(3):
        async with hub.held(TURNING[step]) as reached:
            victim = await hub.start()
            await reached()
            await hub.kill(victim)
        await hub.time_passes()
    await hub.start()
    await hub.settled()
    assert await hub.lost_or_said_twice() == []


async def test_without_any_help_everything_is_answered_within_15_seconds(hub: Hub):
    for step in (
        ASKING["in the middle of the stream"],
        TURNING["writing the outbox row"],
        TURNING["committing the claim"],
    ):
        async with hub.held(step) as reached:
            victim = await hub.start()
            hub.tell("What does {mark} say about flour?", chat=str(step))
            await reached()
            await hub.kill(victim)
    await hub.start()
    assert await hub.settled() < 15
    assert await hub.lost_or_said_twice() == []
