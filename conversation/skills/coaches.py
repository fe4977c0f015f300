"""Coaches: who there is to talk with, what each is good at, and changing over to one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches import Coach, cards
from conversation.markdown import label, plain, sentence
from conversation.message import Button, Reply
from conversation.skills import card
from conversation.skills.skill import Command, argument, as_uuid
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

PAGE = 5
_ASKS = {"coaches", "which coaches are there", "list coaches", "list the coaches", "show the coaches"}


class CoachesSkill:
    """Answers `/coaches PAGE`, `/coach` and `/coach NAME`, and the button that puts a question to a coach."""

    name = "coaches"
    commands = (
        Command("coaches", "Who you can talk with", "users", of_hub=True),
        Command("coach", "Talk with another coach: /coach NAME", "user-round-check", of_hub=True),
    )

    def matches(self, turn: Turn) -> bool:
        """Take the commands and the plain question for the list."""
        return turn.text.lower().strip(" ?!.") in _ASKS or argument(turn, "coaches", "coach", "ask") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the coaches, show the card of the present one, or change over to another."""
        wanted = argument(turn, "coach")
        asked = argument(turn, "ask")
        async with services.database.person(turn.person.user_id) as connection:
            if asked is not None:
                return await _ask(turn, connection, asked)
            if wanted is None and turn.coach_bound:
                return Outcome((alone(turn),))
            if wanted is None:
                return await _browse(turn, connection)
            if not wanted:
                return await _present(turn, connection)
            return await change_over(turn, connection, wanted)

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change over."""
        await coaches.switch(connection, turn.conversation_id, UUID(work["coach_id"]))


async def change_over(turn: Turn, connection: Connection, wanted: str) -> Outcome:
    """Change over to the coach with this id, name or name in a link; ask which one if several are meant."""
    if turn.coach_bound:
        return Outcome((alone(turn),))
    if not may_choose(turn):
        return Outcome((Reply(only_admins(turn)),))
    found = await meant(connection, wanted)
    if not found:
        return Outcome((await _unheard_of(turn, connection, wanted),))
    if len(found) > 1:
        return Outcome((_which(turn, wanted, found),))
    return Outcome((_hello(turn, found[0]),), (_switch(found[0]),))


async def meant(connection: Connection, wanted: str) -> list[Coach]:
    """List the coaches that an id, a name or a name in a link may mean."""
    coach_id = as_uuid(wanted)
    if coach_id:
        one = await coaches.find(connection, coach_id)
        return [one] if one else []
    named = await coaches.named(connection, wanted)
    if named or not (slug := cards.slug(wanted)):
        return named
    return [coach for coach in await coaches.visible(connection) if cards.slug(coach.name) == slug]


def may_choose(turn: Turn) -> bool:
    """Whether this person may choose the coach here: in a group that is up to its admins."""
    return turn.direct or turn.message.by_admin


def alone(turn: Turn) -> Reply:
    """Say that this bot is one coach, with which there is no other to talk."""
    text = turn.say(
        "This bot is **{coach}** alone: there is nobody else to talk with here. Just ask on.",
        coach=plain(turn.coach.name),
    )
    return Reply(text)


def only_admins(turn: Turn) -> str:
    """Say who chooses the coach of a group."""
    return turn.say(
        "In a group its admins choose the coach, with `/coach NAME`. In a private chat with me you can talk with any."
    )


async def _browse(turn: Turn, connection: Connection) -> Outcome:
    asked = argument(turn, "coaches") or ""
    number = int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) else 1
    found, total = await coaches.page(connection, number, PAGE)
    if not found:
        number = 1
        found, total = await coaches.page(connection, number, PAGE)
    pages = max(1, -(-total // PAGE))
    head = (
        turn.say("These coaches are there for you, page {page} of {pages}:", page=number, pages=pages)
        if pages > 1
        else turn.say("These coaches are there for you:")
    )
    text = "\n\n".join([head, *(card.lines(turn, coach) for coach in found)])
    return Outcome((Reply(text, buttons=(*_to_talk(turn, found), *_turning(turn, number, pages))),))


def _to_talk(turn: Turn, found: Sequence[Coach]) -> list[Button]:
    buttons: list[Button] = []
    for coach in found:
        if coach.coach_id != turn.coach.coach_id:
            buttons.append(Button(turn.say("Talk with {coach}", coach=coach.name), f"/coach {coach.coach_id}"))
        buttons += card.tries(turn, coach, 1)
    return buttons


def _turning(turn: Turn, number: int, pages: int) -> list[Button]:
    back = [Button(turn.say("Back"), f"/coaches {number - 1}")] if number > 1 else []
    return back + ([Button(turn.say("Next"), f"/coaches {number + 1}")] if number < pages else [])


async def _present(turn: Turn, connection: Connection) -> Outcome:
    coach = await coaches.find(connection, turn.coach.coach_id)
    return Outcome((card.shown(turn, coach),)) if coach else await _browse(turn, connection)


async def _ask(turn: Turn, connection: Connection, asked: str) -> Outcome:
    """Put a question to a coach: `/ask COACH QUESTION`; where it is another one, it takes over."""
    name, _, question = asked.partition(" ")
    found = await meant(connection, name)
    if len(found) != 1 or not question.strip():
        return Outcome((await _unheard_of(turn, connection, name),))
    (coach,) = found
    asking = replace(turn, message=replace(turn.message, text=question.strip(), action=None))
    if coach.coach_id == turn.coach.coach_id:
        return Outcome(ask=asking)
    if turn.coach_bound:
        return Outcome((alone(turn),))
    if not may_choose(turn):
        return Outcome((Reply(only_admins(turn)),))
    asking = replace(asking, coach=cards.to_card(coach), history=())
    return Outcome((_hello(turn, coach),), (_switch(coach),), ask=asking)


def _switch(coach: Coach) -> dict[str, str]:
    return {"coach_id": str(coach.coach_id)}


def _hello(turn: Turn, coach: Coach) -> Reply:
    said = [cards.avatar(coach), turn.say("You are talking with **{coach}** now.", coach=plain(coach.name))]
    said += [sentence(about)] if (about := cards.about(turn.speech, coach)) else []
    if coach.own and not coach.documents:
        said.append(turn.say("I have not learned anything yet: send me a file or a link to teach me."))
    return Reply(
        " ".join(said),
        buttons=tuple(card.tries(turn, coach, 2)),
        coach_name=coach.name,
        avatar=cards.avatar(coach),
        suggests=card.suggested(turn, coach),
    )


def _which(turn: Turn, wanted: str, found: Sequence[Coach]) -> Reply:
    head = turn.say("There are several coaches called **{name}**. Which one do you mean?", name=plain(found[0].name))
    shown = [f"{number}. {card.lines(turn, coach)}" for number, coach in enumerate(found, 1)]
    buttons = [
        Button(f"{number}. {label(coach.name)}", f"/coach {coach.coach_id}") for number, coach in enumerate(found, 1)
    ]
    return Reply("\n\n".join([head, *shown]), buttons=tuple(buttons))


async def _unheard_of(turn: Turn, connection: Connection, wanted: str) -> Reply:
    known = {coach.name.lower(): coach for coach in await coaches.visible(connection)}
    near = difflib.get_close_matches(wanted.lower(), known, n=3, cutoff=0.5)
    buttons = [
        Button(turn.say("Talk with {coach}", coach=known[name].name), f"/coach {known[name].coach_id}") for name in near
    ]
    name = wanted if len(wanted) <= coaches.NAME_LIMIT else f"{wanted[: coaches.NAME_LIMIT]}…"
    text = (
        turn.say("That coach is no longer there for you.")
        if as_uuid(wanted)
        else turn.say("I know no coach called “{name}” that you may talk with.", name=plain(name))
    )
    return Reply(text, buttons=(*buttons, Button(turn.say("Show the coaches"), "/coaches")))
