"""Coaches: who there is to talk with, and changing over to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches import Coach
from conversation.message import Button, Reply
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

SHOWN = 20


class CoachesSkill:
    """Answers `/coaches` and `/coach NAME`."""

    name = "coaches"
    commands = (
        Command("coaches", "Who you can talk with", "users"),
        Command("coach", "Talk with another coach: /coach NAME", "user-round-check"),
    )

    def matches(self, turn: Turn) -> bool:
        """Take the two commands and the plain question for the list."""
        plain = turn.text.lower().strip(" ?!.")
        asked = plain in {"coaches", "which coaches are there", "list coaches", "list the coaches", "show the coaches"}
        return asked or argument(turn, "coaches", "coach") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the coaches, or change over to the named one."""
        wanted = argument(turn, "coach")
        async with services.database.person(turn.person.user_id) as connection:
            if not wanted:
                return Outcome((_listing(await coaches.visible(connection), turn),))
            coach = await coaches.named(connection, wanted)
        if coach is None:
            there_is_none = f"I know no coach called “{wanted}” that you may talk with."
            return Outcome((Reply(there_is_none, buttons=(Button("Show the coaches", "/coaches"),)),))
        return Outcome((_hello(coach),), ({"coach_id": str(coach.coach_id)},))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change over."""
        await coaches.switch(connection, turn.conversation_id, UUID(work["coach_id"]))


def _hello(coach: Coach) -> Reply:
    about = f" {coach.description}" if coach.description else ""
    nothing_yet = "" if coach.documents else " I have not learned anything yet: drop a file into the chat to teach me."
    return Reply(
        f"You are talking with **{coach.name}** now.{about}{nothing_yet if coach.own else ''}", coach_name=coach.name
    )


def _listing(found: list[Coach], turn: Turn) -> Reply:
    lines = [_line(coach, turn) for coach in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"… and {len(found) - SHOWN} more: `/coach NAME` brings any of them.")
    buttons = [
        Button(f"Talk with {coach.name}", f"/coach {coach.name}")
        for coach in found[:SHOWN]
        if coach.coach_id != turn.coach.coach_id
    ]
    return Reply("These coaches are there for you:\n\n" + "\n".join(lines), buttons=tuple(buttons[:8]))


def _line(coach: Coach, turn: Turn) -> str:
    marks = ["yours, " + ("published" if coach.published else "private")] if coach.own else []
    marks += [f"{coach.documents} source" + ("" if coach.documents == 1 else "s")]
    here = " ← you are talking with this one" if coach.coach_id == turn.coach.coach_id else ""
    about = f" – {coach.description}" if coach.description else ""
    return f"- **{coach.name}**{about} ({', '.join(marks)}){here}"
