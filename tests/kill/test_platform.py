"""A gateway that dies while a platform is being called: whatever the platform made of it, nothing is said twice."""

import pytest

from conversation import outbox
from conversation.message import Reply
from tests.kill.gates import Gate
from tests.kill.hub import STUB, Call, Hub, Step

pytestmark = pytest.mark.kill

TEXT = "The digest of today."
RECEIPT = "new.receipts <> old.receipts"
SENDING: dict[str, Step] = {
    "before the platform has it": Call("platform: send"),
    "before the platform says so": Call("platform: sent"),
}
NOTING: dict[str, Step] = {
    "noting the receipt": Gate("update on outbox", RECEIPT),
    "committing the receipt": Gate("update on outbox", RECEIPT, at_commit=True),
}
EDITING: dict[str, Step] = {
    "before the edit": Call("platform: edit"),
    "after the edit": Call("platform: edited"),
}


async def killed_at(hub: Hub, step: Step) -> None:
    """Kill a gateway while it sends the answer to a question; another one goes on, also with what comes next."""
    async with hub.held(step) as reached:
        victim = await hub.start()
        hub.tell("What does {mark} say about flour?")
        await reached()
        await hub.kill(victim)
    await hub.time_passes()
    await hub.start()
    hub.tell("What does {mark} say about kneading?")
    await hub.settled()


async def states(hub: Hub) -> list[str]:
    return [row["state"] for row in await hub.rows("select state from outbox order by seq")]


@pytest.mark.parametrize("step", list(SENDING | NOTING | EDITING))
async def test_where_it_can_edit_the_text_appears_once(hub: Hub, step: str):
    await killed_at(hub, (SENDING | NOTING | EDITING)[step])
    assert await hub.lost_or_said_twice() == []
    assert await states(hub) == ["sent", "sent"]
    assert list(hub.platform.posts.values()).count(STUB) <= 1


@pytest.mark.parametrize("step", list(SENDING | NOTING))
async def test_where_it_knows_our_keys_it_has_the_message_once(hub: Hub, step: str):
    hub.edit, hub.platform.idempotent = False, True
    await killed_at(hub, (SENDING | NOTING)[step])
    assert await hub.lost_or_said_twice() == []
    assert await states(hub) == ["sent", "sent"]
    assert len(hub.platform.posts) == 2


@pytest.mark.parametrize("step", list(SENDING | NOTING))
async def test_where_it_can_do_neither_the_row_is_parked_or_sent_but_never_repeated(hub: Hub, step: str):
    hub.edit = False
    await killed_at(hub, (SENDING | NOTING)[step])
    assert await hub.lost_or_said_twice() == []
    assert await states(hub) == ["sent" if step == "committing the receipt" else "uncertain", "sent"]
    assert len(hub.platform.posts) == 2


@pytest.mark.parametrize("purpose", ["progress", "proactive"])
@pytest.mark.parametrize("step", list(SENDING | NOTING))
async def test_what_nobody_asked_for_is_not_said_twice_either(hub: Hub, step: str, purpose: outbox.Purpose):
    victim = await hub.start()
    hub.tell("What does {mark} say about flour?")
    await hub.settled()
    async with hub.held((SENDING | NOTING)[step]) as reached:
        await say(hub, Reply(TEXT), purpose)
        await reached()
        await hub.kill(victim)
    await hub.time_passes()
    await hub.start()
    await hub.settled()
    assert list(hub.platform.posts.values()).count(TEXT) <= 1
    assert (await states(hub))[1] in ({"sent", "uncertain"} if purpose == "proactive" else {"sent"})


async def say(hub: Hub, reply: Reply, purpose: outbox.Purpose) -> None:
    """Say something in the conversation that there is."""
    [place] = await hub.rows("select conversation_id from conversations")
    async with hub.database.person(hub.user_id) as connection:
        await outbox.append(connection, place["conversation_id"], "unasked", reply, purpose)
        await outbox.notify(connection)
