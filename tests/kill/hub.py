"""A hub whose gateways die: telling it things until it has acknowledged them, and looking at what it said."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil

from conversation import outbox
from conversation.live import MORE
from conversation.turns import reply_key, sorry
from knowledge.db import Database
from tests.conftest import Addresses
from tests.kill.cradle import Cradle, Kills, gone
from tests.kill.gates import Gate, closed
from tests.kill.holds import Reached
from tests.kill.servers import Model, Platform
from tests.waiting import until_so

Row = dict[str, Any]
STUB = "…"
RECOVERY = 15.0
"""Seconds after which nothing may be left over from a crash (DESIGN 3)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A place in one of the test's servers, as `model: middle` or `platform: send`."""

    place: str


Step = Gate | Call


@dataclass(frozen=True, slots=True)
class Told:
    """An event on its way to the hub; `delivery` ends when the hub has acknowledged it."""

    event_id: UUID
    text: str
    mark: str
    delivery: asyncio.Task[None]


@dataclass(slots=True)
class Gateway:
    """A running gateway."""

    process: psutil.Process
    owner: str
    door: Path


@dataclass(slots=True)
class Hub:
    """One database and the gateways that live on it; `web` says on which channel people talk to it."""

    database: Database
    addresses: Addresses
    user_id: UUID
    cradle: Cradle
    kills: Kills
    model: Model
    platform: Platform
    folder: Path
    web: bool = False
    interval: float | None = None
    drafts: bool = False
    edit: bool = True
    gateways: list[Gateway] = field(default_factory=list[Gateway])
    told: list[Told] = field(default_factory=list[Told])

    async def start(self) -> Gateway:
        """Start a gateway and wait until its door is open."""
        owner = f"gateway-{uuid4().hex[:8]}"
        gateway_url = f"{self.addresses.url}?application_name={owner}"
        door = self.folder / owner
        process = await self.cradle.start(
            "gateway",
            url=gateway_url,
            owner=owner,
            door=str(door),
            model_url=self.model.url,
            platform_url=self.platform.url,
            web=self.web,
            edit=self.edit,
            idempotent=self.platform.idempotent,
            interval=self.interval,
            drafts=self.drafts,
        )
        gateway = Gateway(process, owner, door)
        await until_so(lambda: asyncio.to_thread(door.exists))
        self.gateways.append(gateway)
        return gateway

    async def kill(self, gateway: Gateway, what: str = "gateway") -> None:
        """Kill a gateway."""
        self.gateways.remove(gateway)
        await self.kills.kill(gateway.process, what)
        gateway.door.unlink()

    async def end(self) -> None:
        """End the gateways kindly, and see that they can."""
        for gateway in self.gateways:
            gateway.process.send_signal(signal.SIGTERM)
        for gateway in self.gateways:
            await until_so(lambda gateway=gateway: gone(gateway.process))
        self.gateways.clear()

    def tell(self, text: str, chat: str = "chat") -> Told:
        """Tell the hub something, as often as it takes until it is acknowledged; a question gets a mark."""
        mark = f"mark-{uuid4().hex[:12]}"
        text = text.format(mark=mark)
        event = {"event_id": str(uuid4()), "user_id": str(self.user_id), "chat": chat, "text": text}
        told = Told(UUID(event["event_id"]), text, mark, asyncio.create_task(self._deliver(event)))
        self.told.append(told)
        return told

    async def _deliver(self, event: dict[str, str]) -> None:
        while not await self._acknowledged(event):
            await asyncio.sleep(0.05)

    async def _acknowledged(self, event: dict[str, str]) -> bool:
        if not self.gateways:
            return False
        with suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(str(self.gateways[-1].door))
            writer.write(json.dumps(event).encode() + b"\n")
            answer = await reader.read(3)
            writer.close()
            return answer == b"ok\n"
        return False

    @asynccontextmanager
    async def held(self, step: Step) -> AsyncGenerator[Reached]:
        """Let whoever comes to this step next stand there until the context ends."""
        async with AsyncExitStack() as stack:
            if isinstance(step, Gate):
                yield await stack.enter_async_context(closed(self.addresses.superuser_url, step))
            else:
                server, _, place = step.place.partition(": ")
                holds = self.model.holds if server == "model" else self.platform.holds
                yield stack.enter_context(holds.at(place))

    async def time_passes(self) -> None:
        """Let all leases run out, once the server has done with the sessions of who died."""
        await until_so(self._sessions_of_the_dead_are_over)
        await self.rows("update lanes set leased_until = least(leased_until, now() - interval '1 s')")
        await self.rows("update outbox set leased_until = least(leased_until, now() - interval '1 s')")
        await self.rows(
            "update inbox set received_at = received_at - interval '10 s', due_at = now() where state = 'new'"
        )

    async def _sessions_of_the_dead_are_over(self) -> bool:
        alive = [gateway.owner for gateway in self.gateways]
        async with self.database.system() as connection:
            cursor = await connection.execute(
                "select from pg_stat_activity where datname = current_database() "
                "and application_name like 'gateway-%%' and application_name <> all(%s)",
                (alive,),
            )
            return await cursor.fetchone() is None

    async def settled(self, seconds: float = 2 * RECOVERY) -> float:
        """Wait until everything told is acknowledged and answered and everything said is sent."""
        return await until_so(self._is_settled, seconds)

    async def _is_settled(self) -> bool:
        if not all(told.delivery.done() for told in self.told):
            return False
        rows = await self.rows(
            "select (select count(*) from inbox where state = 'new') + "
            "(select count(*) from outbox where state in ('pending', 'sending')) as waiting"
        )
        return rows[0]["waiting"] == 0

    async def rows(self, statement: str, *values: object) -> list[Row]:
        """Look into the ledger as the system."""
        async with self.database.system() as connection:
            cursor = await connection.execute(statement, values)  # type: ignore[arg-type]
            return await cursor.fetchall() if cursor.description else []

    async def reply(self, told: Told) -> Row:
        """Give the one reply to something told: its text, its state, and its inbox row's."""
        found = await self.rows(
            "select inbox_id, inbox.position, inbox.state as inbox_state, inbox.attempts, outbox_id, outbox.seq, "
            "  outbox.conversation_id, outbox.state, idempotency_key, outbox.payload->>'text' as text, "
            "  (select count(*) from messages where message_id = outbox_id and author = 'coach') as stands, "
            "  (select array_agg(seq) from messages "
            "   where text = %s and author = 'person' and messages.conversation_id = inbox.conversation_id) as asked "
            "from inbox join outbox on idempotency_key like 'turn:' || inbox_id || ':%%' "
            "where dedupe_key like '%%' || %s",
            told.text,
            str(told.event_id),
        )
        assert len(found) == 1, f"{told.text} has {len(found)} replies"
        return found[0]

    async def lost_or_said_twice(self) -> list[object]:
        """Find what is wrong with what was told: each is one row with one answer, in order, and sent once."""
        replies = [await self.reply(told) for told in self.told]
        wrong: list[object] = [told for told, reply in zip(self.told, replies, strict=True) if not answers(told, reply)]
        wrong += await self._miscounted(len(self.told))
        for conversation_id in {reply["conversation_id"] for reply in replies}:
            here = sorted((r["position"], r["seq"]) for r in replies if r["conversation_id"] == conversation_id)
            if [seq for _, seq in here] != sorted(seq for _, seq in here):
                wrong.append(("out of order", here))
        return wrong if self.web else wrong + self._misposted(replies)

    async def _miscounted(self, number: int) -> list[Row]:
        rows = await self.rows(
            "select (select count(*) from inbox) as heard, (select count(*) from outbox) as told, "
            "(select count(*) from messages where author = 'person') as asked, "
            "(select count(*) from messages where author = 'coach') as answered"
        )
        return [row for row in rows if set(row.values()) != {number}]

    def _misposted(self, replies: list[Row]) -> list[object]:
        posted = Counter(text for text in self.platform.posts.values() if text != STUB and not text.endswith(MORE))
        sent = Counter(reply["text"] for reply in replies if reply["state"] == "sent")
        unsure = Counter(reply["text"] for reply in replies if reply["state"] == "uncertain")
        wrong: list[object] = [("sent", text, posted[text]) for text in sent if posted[text] != sent[text]]
        wrong += [("uncertain", text, posted[text]) for text in unsure if posted[text] > unsure[text]]
        return wrong if posted.total() <= len(replies) else [*wrong, posted]


def answers(told: Told, reply: Row) -> bool:
    """Whether a reply is the answer to what was told, or the apology for having tried too often."""
    in_place = (
        reply["idempotency_key"] == reply_key(reply["inbox_id"])
        and reply["outbox_id"] == outbox.id_of(reply["idempotency_key"])
        and reply["stands"] == 1
        and bool(reply["asked"])
        and reply["asked"][0] < reply["seq"]
    )
    apologises = reply["text"] == sorry().text
    is_over = reply["inbox_state"] == "done" or (reply["attempts"] > 12 and apologises)
    return in_place and is_over and (told.mark not in told.text or told.mark in reply["text"] or apologises)
