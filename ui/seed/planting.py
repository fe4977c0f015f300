"""Making the demonstration: what is there already stays as it is, so a second time changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from uuid import UUID

from conversation import coaches
from conversation.people import registration, roles
from conversation.people.errors import NobodyFound
from knowledge import ingest
from knowledge.db import Database
from knowledge.models.embeddings import Embedder, WordLlama
from knowledge.parsers import sandbox
from knowledge.reading import Reader
from ui.seed.errors import HasPeople
from ui.seed.script import PASSWORD, PEOPLE, Actor, Taught

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """What was made, in numbers."""

    people: int = 0
    coaches: int = 0
    documents: int = 0

    def __add__(self, other: Planted) -> Planted:
        return Planted(self.people + other.people, self.coaches + other.coaches, self.documents + other.documents)


async def plant(database: Database, say: Say, *, force: bool = False) -> Planted:
    """Make what is missing of the demonstration; raises HasPeople on a hub that has people of its own.

    An account that is there keeps its password. `force` adds the demonstration beside the people of a hub.
    """
    if not force:
        await _refuse_strangers(database)
    embedder = WordLlama()
    planted = Planted()
    for actor in PEOPLE:
        planted += await _enter(database, actor, embedder, say)
    return planted


async def _refuse_strangers(database: Database) -> None:
    ours = {actor.email for actor in PEOPLE}
    strangers = [each for each in await roles.list_people(database) if each.email and each.email not in ours]
    if strangers:
        raise HasPeople(len(strangers))


async def _enter(database: Database, actor: Actor, embedder: Embedder, say: Say) -> Planted:
    user_id, made = await _account(database, actor)
    planted = Planted(people=int(made))
    say(f"{actor.name} <{actor.email}>" + (" joins" if made else " is here already"))
    for taught in actor.coaches:
        planted += await _coach(database, user_id, taught)
        for name in taught.documents:
            new = await _teach(database, user_id, taught.coach_id, name, embedder)
            say(f"  {taught.name} " + (f"learns {name}" if new else f"knows {name}"))
            planted += Planted(documents=int(new))
    return planted


async def _account(database: Database, actor: Actor) -> tuple[UUID, bool]:
    try:
        return await roles.find(database, actor.email), False
    except NobodyFound:
        person = await registration.sign_up(database, actor.email, PASSWORD, actor.name, policy="open")
        return person.user_id, True


async def _coach(database: Database, user_id: UUID, taught: Taught) -> Planted:
    async with database.person(user_id) as connection:
        if await coaches.find(connection, taught.coach_id):
            return Planted()
        await roles.become_creator(connection, user_id)
        await coaches.create(connection, taught.coach_id, user_id, taught.name, taught.description, taught.persona)
        if taught.published:
            await coaches.change(connection, taught.coach_id, published=True)
    return Planted(coaches=1)


async def _teach(database: Database, user_id: UUID, coach_id: UUID, name: str, embedder: Embedder) -> bool:
    """Let a coach learn a document as if its creator had sent it; False if it knows it."""
    with as_file(files("ui.seed").joinpath("documents", name)) as path:
        content = await asyncio.to_thread(path.read_bytes)
        parsed = await sandbox.parse(path, name)
    learned = await ingest.learn(
        database,
        user_id=user_id,
        coach_id=coach_id,
        origin=f"file:{name}",
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        parsed=parsed,
        embedder=embedder,
        extract=Reader(),
    )
    return learned.outcome != "unchanged"
