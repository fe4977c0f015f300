"""Merging: two people become one, in one transaction, and for a day they can become two again.

Who has an account on the web stays, else who is no guest, else who made the code; the other's rows go over, all of
them, by a function of the ledger that reads from its catalogue which tables have any. What was moved is noted by key.

A turn of the one who goes may be running. Its lane's fence is raised first, so that it cannot commit any more; its
message goes over like everything else, and its turn is done again as the one who stays. Locks are taken in the order
in which turns and arriving messages take them: lanes, conversations, people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from conversation.memory.hearing import SINGLE_VALUED
from knowledge.db import Connection, load_queries

_SQL = load_queries("conversation.people", "merging.sql")

Keep = Literal["both", "here", "there"]
UNDO = timedelta(days=1)
"""How long joining can be undone."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two people of whom one stays; `dropped` is whose memory is not kept."""

    gone: UUID
    keeper: UUID
    before: dict[str, Any]
    leaving: dict[str, Any]
    dropped: UUID | None

    @property
    def values(self) -> dict[str, UUID]:
        """The two, as statements name them."""
        return {"gone": self.gone, "keeper": self.keeper}


async def join(connection: Connection, join_id: UUID, here: UUID, there: UUID, keep: Keep) -> bool:
    """Make two people one, in a system transaction; False if both have an account, or one of them is gone by now."""
    pair = await _pair(connection, here, there, keep)
    if pair is None:
        return False
    await connection.execute(_SQL["settle"], {"join_id": join_id, "keeper": pair.keeper})
    record: dict[str, Any] = {"gone": pair.leaving, "before": pair.before}
    record |= await _join_memory(connection, pair)
    record["after"] = await _one(connection, "unite", pair.values, "content")
    renamed = await (await connection.execute(_SQL["rename_coaches"], pair.values)).fetchall()
    record["renamed"] = [{name: str(value) for name, value in row.items()} for row in renamed]
    await connection.execute(_SQL["add_usage"], pair.values)
    record |= await _one(connection, "hand_over", pair.values, "record")
    await connection.execute(_SQL["remove"], pair.values)
    await connection.execute(_SQL["record"], {"join_id": join_id, "record": Jsonb(record)})
    await _project(connection, [pair.gone, pair.keeper])
    return True


async def undo(connection: Connection, join_id: UUID, user_id: UUID) -> bool:
    """Make them two again, with all that was moved or dropped; False after a day, or if it is not theirs.

    What came up since in the conversations that go back goes with them; what was learned since stays.
    """
    row = await (await connection.execute(_SQL["joined"], {"join_id": join_id, "undo": UNDO})).fetchone()
    if row is None or row["user_id"] != user_id or not row["undoable"]:
        return False
    record: dict[str, Any] = row["record"]
    gone = UUID(record["gone"]["user_id"])
    values = {"keeper": user_id, "gone": gone}
    keys = Jsonb(record["moved"].get("conversations.user_id", []))
    await connection.execute(_SQL["lanes_of"], {"keys": keys})
    await connection.execute(_SQL["lock_conversations"], {"people": [user_id]})
    await connection.execute(_SQL["lock_people"], {"people": [user_id]})
    await connection.execute(
        _SQL["bring_back"], values | {"content": Jsonb(record["gone"]), "after": Jsonb(record["after"])}
    )
    if record["before"]["user_id"] == str(user_id):
        await connection.execute(_SQL["separate"], values | {name: Jsonb(record[name]) for name in ("before", "after")})
    await connection.execute(_SQL["hand_back"], values | {"record": Jsonb(record)})
    await connection.execute(_SQL["documents_follow"], values)
    await _part_memory(connection, record, user_id)
    usage = Jsonb(record["clashed"].get("model_usage.user_id", []))
    await connection.execute(_SQL["take_usage"], values | {"rows": usage})
    for coach in record["renamed"]:
        await connection.execute(_SQL["name_back"], coach)
    await connection.execute(_SQL["undone"], {"join_id": join_id, "gone": gone})
    await _project(connection, [gone, user_id])
    return True


async def scrub(connection: Connection, user_id: UUID, facts: Sequence[tuple[str, str]]) -> None:
    """Forget facts (predicate, object) also in what is kept to undo a joining."""
    values = {"predicates": [fact[0] for fact in facts], "objects": [fact[1].lower() for fact in facts]}
    await connection.execute(_SQL["scrub"], {"user_id": user_id, **values})


async def notify(connection: Connection) -> None:
    """Wake who shows facts in the graph, and who sends."""
    await connection.execute(_SQL["notify"])


async def _pair(connection: Connection, here: UUID, there: UUID, keep: Keep) -> _Pair | None:
    """Choose who stays, and lock everything of both."""
    people = {"people": [here, there]}
    found = await (await connection.execute(_SQL["people"], people)).fetchall()
    if len(found) < 2 or all(row["account"] for row in found):
        return None
    keeper, gone = (
        row["user_id"]
        for row in sorted(found, key=lambda row: (not row["account"], row["guest"], row["user_id"] != here))
    )
    await connection.execute(_SQL["lock_lanes"], {"user_id": gone})
    await connection.execute(_SQL["lock_conversations"], people)
    locked = {row["user_id"]: row for row in await (await connection.execute(_SQL["lock_people"], people)).fetchall()}
    if len(locked) < 2 or locked[gone]["account"] or any(row["kind"] != "person" for row in locked.values()):
        return None
    await connection.execute(_SQL["lock_lanes"], {"user_id": gone})
    dropped = {"both": None, "here": there, "there": here}[keep]
    return _Pair(gone, keeper, locked[keeper]["content"], locked[gone]["content"], dropped)


async def _join_memory(connection: Connection, pair: _Pair) -> dict[str, Any]:
    """Bring two memories together, or drop one; tells what to bring back."""
    if pair.dropped is not None:
        rows = await (await connection.execute(_SQL["drop_facts"], {"user_id": pair.dropped})).fetchall()
        return {"dropped": rows, "ended": []}
    ended = await (await connection.execute(_SQL["same_facts"], pair.values)).fetchall()
    values = pair.values | {"single_valued": sorted(SINGLE_VALUED)}
    ended += await (await connection.execute(_SQL["older_facts"], values)).fetchall()
    return {"dropped": [], "ended": [{name: str(value) for name, value in row.items()} for row in ended]}


async def _part_memory(connection: Connection, record: dict[str, Any], keeper: UUID) -> None:
    """Bring back what was dropped or ended; who kept it then may be another by now."""
    now = {record["before"]["user_id"]: str(keeper)}
    dropped = [(each["fact"], each["supports"]) for each in record["dropped"]]
    facts = [fact | {"user_id": now.get(fact["user_id"], fact["user_id"])} for fact, _ in dropped]
    supports = [row | {"user_id": now.get(row["user_id"], row["user_id"])} for _, rows in dropped for row in rows]
    await connection.execute(_SQL["return_facts"], {"rows": Jsonb(facts)})
    await connection.execute(_SQL["return_supports"], {"rows": Jsonb(supports)})
    await connection.execute(_SQL["revive_facts"], {"rows": Jsonb(record["ended"])})


async def _project(connection: Connection, people: Sequence[UUID]) -> None:
    """Let the graph show both people's facts as they are now."""
    await connection.execute(_SQL["project"], {"people": list(people)})
    await notify(connection)


async def _one(connection: Connection, statement: str, values: dict[str, UUID], column: str) -> Any:
    row = await (await connection.execute(_SQL[statement], values)).fetchone()
    return row[column] if row else {}
