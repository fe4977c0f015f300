"""Forget: remove what is remembered about the person, one fact, those with certain words, or all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import memory
from conversation.memory import Remembered
from conversation.message import Button, Reply
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

_ASKS = re.compile(
    r"(?:please )?forget (?:everything|all|what you know)(?: (?:you know )?about me)?[.!]?|(?:please )?forget me[.!]?"
)


class ForgetSkill:
    """Answers `/forget`, `/forget WORDS` and `/forget FACT`, asking first."""

    name = "forget"
    commands = (Command("forget", "Forget what I remember about you", "eraser"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and plain wishes to be forgotten."""
        return argument(turn, "forget") is not None or bool(_ASKS.fullmatch(turn.text.lower()))

    async def question(self, turn: Turn, services: Services) -> Reply | None:
        """Ask before anything is forgotten; None if there is nothing to forget."""
        meant = await self._meant(turn, services)
        if not meant:
            return None
        if len(meant) == 1:
            return Reply(f"Shall I forget this: {meant[0].sentence()}?", buttons=(Button("Yes, forget it", ""),))
        lines = "\n".join(f"- {fact.sentence()}" for fact in meant)
        return Reply(
            f"Shall I forget these {len(meant)} things about you?\n\n{lines}", buttons=(Button("Yes, forget them", ""),)
        )

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Forget what was meant; in a group, offer to do so in private."""
        if not turn.direct:
            return Outcome((Reply("What I remember about you is between us: ask me in a direct message."),))
        meant = await self._meant(turn, services)
        if not meant:
            return Outcome((Reply("I remember nothing like that about you."),))
        said = "Forgotten." if len(meant) == 1 else f"Forgotten, all {len(meant)}."
        return Outcome((Reply(said),), ({"facts": [str(fact.fact_id) for fact in meant]},))

    async def _meant(self, turn: Turn, services: Services) -> list[Remembered]:
        if not turn.direct:
            return []
        words = (argument(turn, "forget") or "").lower()
        async with services.database.person(turn.person.user_id) as connection:
            known = await memory.known(connection, turn.person.user_id)
        if not words or words in {"everything", "all", "me"}:
            return known
        return [fact for fact in known if words == str(fact.fact_id) or words in fact.sentence().lower()]

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Delete the facts and what they rest on."""
        for fact_id in work["facts"]:
            await memory.forget(connection, turn.person.user_id, UUID(fact_id))
