"""Publish: let everyone talk with a coach, or take it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.message import Button, Reply
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection


class PublishSkill:
    """Answers `/publish` and `/publish off` for the creator's own coach."""

    name = "publish"
    commands = (Command("publish", "Let everyone talk with your coach, or take it back", "globe", creators=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command."""
        return argument(turn, "publish") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Publish the coach of this conversation, or make it private again."""
        if not turn.coach.own:
            return Outcome(
                (
                    Reply(
                        f"**{turn.coach.name}** is not yours. Change over to your own coach first.",
                        buttons=(Button("Show the coaches", "/coaches"),),
                    ),
                )
            )
        published = argument(turn, "publish") not in {"off", "private", "no"}
        said = (
            Reply(
                f"**{turn.coach.name}** is published: everyone here can talk with it and open its passages.",
                buttons=(Button("Make it private again", "/publish off"),),
            )
            if published
            else Reply(f"**{turn.coach.name}** is private again: only you can talk with it.")
        )
        return Outcome((said,), ({"coach_id": str(turn.coach.coach_id), "published": published},))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change the coach."""
        await coaches.change(connection, UUID(work["coach_id"]), published=work["published"])
