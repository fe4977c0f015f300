"""Two gateways under way with many conversations, killed at random moments, again and again."""

import asyncio
import random

import pytest

from tests.kill.hub import STUB, Hub

pytestmark = pytest.mark.kill

ROUNDS = 30
SEED = 20_261


@pytest.mark.parametrize("where", ["platform", "web", "live", "drafts"])
async def test_at_random_moments(hub: Hub, where: str):
    chance = random.Random(f"{SEED} {where}")  # noqa: S311
    hub.web, hub.model.pause = where == "web", 0.02
    hub.interval = 0.0 if where in ("live", "drafts") else None
    hub.drafts = where == "drafts"
    for _ in range(2):
        await hub.start()
    for _ in range(ROUNDS):
        for _ in range(chance.randint(1, 4)):
            hub.tell("What does {mark} say about flour?", chat=f"chat {chance.randrange(8)}")
        await asyncio.sleep(chance.uniform(0.0, 0.4))
        await hub.kill(chance.choice(hub.gateways), "gateway at random")
        await hub.start()
    await hub.settled()
    assert await hub.lost_or_said_twice() == []
    assert {hub.platform.posts[number] for number in hub.platform.streaming} <= {STUB}  # begun, and unknown to all
    replies = [await hub.reply(told) for told in hub.told]
    assert [reply["inbox_state"] for reply in replies] == ["done"] * len(hub.told)
