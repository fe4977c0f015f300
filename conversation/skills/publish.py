"""Publish: let everyone talk with a coach, or take it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches import Coach
from conversation.markdown import label, plain
from conversation.message import Button, Reply
from conversation.skills import private
from conversation.skills.skill import Command, argument, as_uuid
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

_ASKS = re.compile(r"(?:please )?(?P<back>un)?publish (?:my|this|the) coach", re.IGNORECASE)
_OFF = {"off", "private", "no"}
_OFFERED = 6


class PublishSkill:
    """Answers `/publish`, `/publish off` and `/unpublish` for a creator's own coach, named by its id or present."""

    name = "publish"
    commands = (Command("publish", "Let everyone talk with your coach, or take it back", "globe", creators=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the commands and the same in plain words."""
        return argument(turn, "publish", "unpublish") is not None or _asked(turn) is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Publish the coach, or make it private again."""
        if not turn.direct or private.is_anothers_bot(turn):
            return await private.offer(turn, services)
        named, published = _wanted(turn)
        async with services.database.person(turn.person.user_id) as connection:
            own = await coaches.own(connection)
        coach = next((each for each in own if _is_meant(turn, each, named)), None)
        if coach is None:
            return Outcome((_not_yours(turn, own, named, published=published),))
        said = _published(turn, coach) if published else _private(turn, coach)
        return Outcome((said,), ({"coach_id": str(coach.coach_id), "published": published},))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change the coach."""
        await coaches.change(connection, UUID(work["coach_id"]), published=work["published"])


def _asked(turn: Turn) -> bool | None:
    """Tell whether a plain message wishes for publishing (True) or the contrary (False); None for neither."""
    found = _ASKS.fullmatch(turn.text.rstrip(" .!"))
    return not found["back"] if found else None


def _wanted(turn: Turn) -> tuple[str, bool]:
    """Tell which coach is named, "" for the present one, and whether it shall be published."""
    given = argument(turn, "publish", "unpublish") or ""
    first, _, rest = given.partition(" ")
    off = given.lower() in _OFF or first.lower() == "off"
    taken_back = argument(turn, "unpublish") is not None or off or _asked(turn) is False
    return rest.strip() if off else given, not taken_back


def _is_meant(turn: Turn, coach: Coach, named: str) -> bool:
    if not named:
        return coach.coach_id == turn.coach.coach_id
    return as_uuid(named) == coach.coach_id or named.lower() == coach.name.lower()


def _published(turn: Turn, coach: Coach) -> Reply:
    said = [
        turn.say(
            "**{coach}** is published: everyone here can talk with it and open its passages. `/stats` shows you which "
            "questions it could not answer, without names.",
            coach=plain(coach.name),
        )
    ]
    if not coach.documents:
        said.append(turn.say("It has not learned anything yet, and says so when somebody asks."))
    button = Button(turn.say("Make it private again"), f"/unpublish {coach.coach_id}")
    return Reply(" ".join(said), buttons=(button,))


def _private(turn: Turn, coach: Coach) -> Reply:
    text = turn.say("**{coach}** is private again: only you can talk with it.", coach=plain(coach.name))
    return Reply(text, buttons=(Button(turn.say("Publish"), f"/publish {coach.coach_id}"),))


def _not_yours(turn: Turn, own: list[Coach], named: str, *, published: bool) -> Reply:
    text = turn.say("**{coach}** is not yours. Which coach do you mean?", coach=plain(turn.coach.name))
    if named and as_uuid(named):
        text = turn.say("That coach is no longer there for you.")
    elif named:
        text = turn.say("You have no coach called “{name}”. Which one do you mean?", name=plain(label(named)))
    if not own:
        text = turn.say("You have no coach of your own yet.")
        return Reply(text, buttons=(Button(turn.say("Make a coach"), "/creator"),))
    buttons = [
        Button(turn.say("Publish {coach}", coach=coach.name), f"/publish {coach.coach_id}")
        if published
        else Button(turn.say("Make {coach} private", coach=coach.name), f"/unpublish {coach.coach_id}")
        for coach in own[:_OFFERED]
        if coach.published != published
    ]
    return Reply(text, buttons=(*buttons, Button(turn.say("Show the coaches"), "/coaches")))
