"""Telegram: how fast updates are acknowledged, and how answers are shown while they are written.

The hub is `evermynd serve` in a process of its own, and Telegram the strict fake of `tests.telegram.platform` in this
one: it refuses what goes beyond the platform's limits, and counts that.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

import httpx

from bots.telegram.webhook import HEADER
from knowledge.db import Database, open_database
from tests.benchmarks.endpoint import SLOWLY
from tests.benchmarks.figures import quantiles, say, show
from tests.benchmarks.first_character import open_endpoint
from tests.benchmarks.gateway import open_hub
from tests.benchmarks.ground import open_ground, until_taught
from tests.telegram.platform import Platform, open_platform

SECRET = "a-long-random-word"
RATES = ((1, 10), (100, 5), (500, 5))
"""Updates a second, and for how many seconds."""
CHATS = 50
OK = 200


def update(number: int, text: str) -> dict[str, Any]:
    """Make an update in one of the chats."""
    person = {"id": 1000 + number % CHATS, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    chat = {"id": person["id"], "type": "private", "first_name": "Ada"}
    message = {"message_id": number, "date": int(time.time()), "from": person, "chat": chat, "text": text}
    return {"update_id": number, "message": message}


async def acknowledged(address: str, database: Database, client: httpx.AsyncClient, first: int) -> int:
    """Bring updates at each rate, and show how long Telegram would have waited; gives the next free number."""
    number, lost = first, 0
    for rate, seconds in RATES:
        spent: list[float] = []

        async def bring(update_id: int, spent: list[float] = spent) -> int:
            began = time.perf_counter()
            try:
                answer = await client.post(
                    f"{address}/webhooks/telegram", json=update(update_id, "/me"), headers={HEADER: SECRET}
                )
            except httpx.TransportError:
                return 0
            spent.append(1000 * (time.perf_counter() - began))
            return answer.status_code

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            tasks: list[asyncio.Task[int]] = []
            for step in range(rate * seconds):
                await asyncio.sleep(max(0.0, began + step / rate - time.perf_counter()))
                tasks.append(group.create_task(bring(number)))
                number += 1
        refused = sum(task.result() != OK for task in tasks)
        lost += refused
        took = time.perf_counter() - began
        reached = rate * seconds / took
        show(
            f"webhook ack at {rate}/s (turns running, {reached:.0f}/s reached)",
            f"{quantiles(spent)}   {refused} refused",
        )
        kept = await _kept(database, first, number)
        show(
            "  of these in the ledger at once",
            f"{kept} of {number - first}" + ("; the others wait on the disk" if kept < number - first else ""),
        )
    began = time.perf_counter()
    async with asyncio.timeout(300):
        while await _kept(database, first, number) < number - first - lost:
            await asyncio.sleep(0.5)
    show("all that was acknowledged in the ledger after", f"{time.perf_counter() - began:7.1f} s")
    return number


async def _kept(database: Database, first: int, last: int) -> int:
    keys = [str(each) for each in range(first, last)]
    async with database.system() as connection:
        row = await (
            await connection.execute("select count(*) as kept from inbox where dedupe_key = any(%s)", (keys,))
        ).fetchone()
    return row["kept"] if row else 0


async def streamed(platform: Platform) -> None:
    """Let many people ask at once, and watch the edits of each chat."""
    people = [platform.person(f"Ada {number}") for number in range(CHATS)]
    began = time.perf_counter()
    for person in people:
        platform.say(person, "How do I teach a coach with a file?")
    await platform.until(lambda: all(_finished(platform, person) for person in people), 300)
    took = time.perf_counter() - began
    edits = [sum(shown.edits for shown in platform.replies(person)) for person in people]
    calls = len(platform.calls("editMessageText")) + len(platform.calls("sendMessage"))
    show(f"streaming to {CHATS} chats: all answered after", f"{took:7.1f} s")
    show("edits per second and chat, median", f"{statistics.median(edits) / took:7.2f}")
    show("calls per second over all chats", f"{calls / took:7.1f}   (the platform allows 30)")
    show("busiest second of one chat", f"{max(platform.busiest(person) for person in people):7.0f}   calls")
    show("violations and refusals", f"{len(platform.violations())} and {platform.refused()}")


def _finished(platform: Platform, person: Any) -> bool:
    replies = platform.replies(person)
    return bool(replies) and "Stop" not in replies[-1].labels and replies[-1].text not in ("", "…")


async def run() -> None:
    """Print the figures of this module."""
    outside = {"PUBLIC_URL": "https://hub.example.org", "TELEGRAM_WEBHOOK_SECRET": SECRET}
    async with (
        open_ground() as ground,
        open_platform() as platform,
        open_endpoint() as base_url,
        open_database(ground.postgres.url, size=4, patience=10) as database,
        httpx.AsyncClient(limits=httpx.Limits(max_connections=100), timeout=60) as client,
    ):
        bot = {"TELEGRAM_TOKEN": platform.token, "TELEGRAM_API_BASE": platform.url}
        say("a hub that polls")
        model = base_url.replace("/v1", f"{SLOWLY}/v1")
        async with open_hub(ground, **bot, OPENAI_BASE_URL=model):
            await until_taught(database)
            await streamed(platform)
        say("a hub with a webhook")
        async with open_hub(ground, **bot, **outside) as address:
            await acknowledged(address, database, client, 10_000_000)


if __name__ == "__main__":
    asyncio.run(run())
