"""Start: the first minute with somebody, and the links that lead to one coach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches import cards
from conversation.markdown import BREAK, plain, sentence
from conversation.message import Button, Reply
from conversation.skills import card
from conversation.skills.coaches import change_over, may_choose, meant
from conversation.skills.link import deep_link_code
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

_TO_COACH = "coach_"


class StartSkill:
    """Answers `/start` and `/start coach_NAME`, which a link carries."""

    name = "start"
    commands = (Command("start", "Begin here", "rocket"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command, unless it hands in a code that links two channels."""
        return argument(turn, "start") is not None and not deep_link_code(turn.text)

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Open the coach of a link, greet somebody new warmly, and somebody known briefly."""
        wanted = argument(turn, "start") or ""
        async with services.database.person(turn.person.user_id) as connection:
            if wanted.startswith(_TO_COACH):
                return await _open(turn, connection, wanted.removeprefix(_TO_COACH))
            present = await coaches.find(connection, turn.coach.coach_id)
        tries = card.tries(turn, present, 1) if present else []
        browse = [] if turn.coach_bound else [Button(turn.say("Browse the coaches"), "/coaches")]
        known = any(said.author == "coach" for said in turn.history)
        if not turn.direct:
            return _in_group(turn, (*tries, *browse), known=known)
        suggests = card.suggested(turn, present) if present else ()
        if known:
            return Outcome((Reply(_again(turn), buttons=(*tries, *browse), suggests=suggests),))
        make = [] if turn.coach_bound else [Button(turn.say("Make a coach of my own"), "/creator")]
        first = tries or [card.first_question(turn, guide=turn.coach.guide)]
        return Outcome((Reply(_welcome(turn), buttons=(*first, *browse, *make), suggests=suggests),))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change over to the coach of the link."""
        await coaches.switch(connection, turn.conversation_id, UUID(work["coach_id"]))


async def _open(turn: Turn, connection: Connection, wanted: str) -> Outcome:
    """Change over to the coach of a link, and show its card."""
    outcome = await change_over(turn, connection, wanted)
    found = await meant(connection, wanted)
    if len(found) != 1 or not may_choose(turn):
        return outcome
    (hello,) = outcome.replies
    buttons = card.shown(turn, found[0]).buttons
    return Outcome((replace(hello, buttons=buttons),), outcome.work)


def _in_group(turn: Turn, buttons: tuple[Button, ...], *, known: bool) -> Outcome:
    """Introduce oneself to a group, once: a platform may tell twice that we were added to it, as a button press."""
    if known and turn.message.action:
        return Outcome()
    return Outcome((Reply(_to_group_again(turn) if known else _to_group(turn), buttons=() if known else buttons),))


def _welcome(turn: Turn) -> str:
    coach = plain(turn.coach.name)
    name = turn.message.author.name if turn.coach_bound else turn.person.name  # a creator's bot knows its platform's
    who = (
        turn.say("Hello {name}! I am **{coach}**.", name=plain(name), coach=coach)
        if name
        else turn.say("Hello! I am **{coach}**.", coach=coach)
    )
    about = sentence(cards.about(turn.speech, turn.coach))
    about = f" {about}" if about else ""
    if turn.coach_bound:
        ask = turn.say(
            "Ask me in your own words: I answer from my sources and show you the passage behind each number."
        )
        return f"{who}{about}{BREAK}{ask}"
    how = turn.say(
        "Ask me in your own words: I answer from my sources and show you the passage behind each number.\n\n"
        "Tap to begin. Or send me a file, and it becomes a coach of your own."
    )
    return f"{who}{about}{BREAK}{how}"


def _again(turn: Turn) -> str:
    return turn.say(
        "Welcome back! You are talking with **{coach}**. Just ask on; `/help` shows what else there is.",
        coach=plain(turn.coach.name),
    )


def _to_group(turn: Turn) -> str:
    coach = plain(turn.coach.name)
    if turn.coach_bound:
        return turn.say(
            "Hello everyone! I am **{coach}**. Mention me or reply to me, and I answer from my sources.", coach=coach
        )
    return turn.say(
        "Hello everyone! I am **{coach}**. Mention me or reply to me, and I answer from my sources. The admins here "
        "choose who answers, with `/coach NAME`; to ask another coach once, begin with `@NAME`.",
        coach=coach,
    )


def _to_group_again(turn: Turn) -> str:
    return turn.say("I am **{coach}**. Mention me or reply to me, and I answer.", coach=plain(turn.coach.name))
