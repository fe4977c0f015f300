"""A gateway that is stopped, not dead, and wakes up after another one took over: it commits and says nothing."""

import signal

import pytest

from tests.kill.hub import Call, Hub, Step

pytestmark = pytest.mark.kill

STEPS: dict[str, Step] = {
    "before the first word": Call("model: first word"),
    "in the middle of the stream": Call("model: middle"),
    "at the end of the stream": Call("model: last word"),
}
SENDING: dict[str, Step] = {
    "before the platform has it": Call("platform: send"),
    "before the platform says so": Call("platform: sent"),
}
EDITING: dict[str, Step] = {
    "before the edit": Call("platform: edit"),
    "after the edit": Call("platform: edited"),
}


async def snapshot(hub: Hub) -> list[dict[str, object]]:
    return await hub.rows(
        "select inbox_id, inbox.attempts, finished_at, outbox_id, outbox.state, outbox.receipts, outbox.payload, "
        "sent_at, fence "
        "from inbox join outbox on idempotency_key = 'turn:' || inbox_id || ':0' "
        "join lanes on lanes.conversation_id = inbox.conversation_id order by inbox.position"
    )


async def test_after_another_took_over_it_commits_nothing(hub: Hub):
    for name, step in STEPS.items():
        async with hub.held(step) as reached:
            stopped = await hub.start()
            hub.tell("What does {mark} say about flour?", chat=name)
            await reached()
            await hub.start()
            stopped.process.send_signal(signal.SIGSTOP)
            await hub.time_passes()
            await hub.settled()
            before = await snapshot(hub)
        stopped.process.send_signal(signal.SIGCONT)
        await hub.end()  # a gateway ends its running turns first
        assert await snapshot(hub) == before
    assert await hub.lost_or_said_twice() == []


@pytest.mark.parametrize(
    ("step", "edit"), [*((step, True) for step in SENDING | EDITING), *((step, False) for step in SENDING)]
)
async def test_while_it_was_sending_the_text_still_appears_once(hub: Hub, step: str, edit: bool):
    hub.edit = edit
    async with hub.held((SENDING | EDITING)[step]) as reached:
        stopped = await hub.start()
        hub.tell("What does {mark} say about flour?")
        await reached()
        await hub.start()
        stopped.process.send_signal(signal.SIGSTOP)
        await hub.time_passes()
        await hub.settled()
    stopped.process.send_signal(signal.SIGCONT)
    await hub.end()
    assert await hub.lost_or_said_twice() == []
