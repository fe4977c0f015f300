"""Creator: becoming one, and making a coach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches import cards
from conversation.coaches.store import NAME_LIMIT
from conversation.markdown import plain
from conversation.message import Button, Field, Form, Reply
from conversation.people import roles
from conversation.skills import card, private
from conversation.skills.coaches import alone
from conversation.skills.skill import Command, argument, expected
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

_ASKS = re.compile(
    r"(?:please |can i |i want to |i would like to |i'd like to |let me )?"
    r"(?:become|be|make me) a creator[.!?]?",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"(?:please |can you |let's |let us |i want to |i'd like to )?(?:create|make|start|build) a(?: new)? coach"
    r"(?: (?:called|named|with the name) (?P<name>.+?))?[.!?]?",
    re.IGNORECASE,
)


class CreatorSkill:
    """Answers `/creator NAME`, and the same in plain words; asks for the name if it is missing."""

    name = "creator"
    commands = (Command("creator", "Make a coach of your own: /creator NAME", "graduation-cap", of_hub=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and plain wishes to become a creator or to make a coach."""
        return argument(turn, "creator") is not None or _wish(turn.text) is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Make the coach, or ask what it should be called."""
        if not turn.direct:
            return await private.offer(turn, services)
        if turn.person.guest:
            return Outcome((guests(turn),))
        if turn.coach_bound:
            return Outcome((alone(turn),))
        name = _name(turn)
        if not name:
            ask = turn.say("What should your coach be called? A name people will recognise, such as “Debian Guide”.")
            return Outcome((Reply(ask, expects=self.name, form=_form(turn)),), ({"do": "become"},))
        if len(name) > NAME_LIMIT:
            return Outcome((Reply(_too_long(turn, name), expects=self.name),))
        async with services.database.person(turn.person.user_id) as connection:
            known = next((each for each in await coaches.named(connection, name) if each.own or each.guide), None)
        if known is not None:
            return Outcome((_taken(turn, known),))
        coach_id = turn.derive("coach")
        asked = expected(turn, self.name) is not None
        made = _made(turn, coach_id, name, describe=asked)
        create = {"do": "create", "coach_id": str(coach_id), "name": name}
        filled = {line: " ".join(turn.message.fields.get(line, "").split()) for line in ("description", "persona")}
        return Outcome(made, (create | filled,))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Give the role, make the coach, and let it take over the conversation."""
        await roles.become_creator(connection, turn.person.user_id)
        if work["do"] == "create":
            coach_id = UUID(work["coach_id"])
            lines = (work.get("description", ""), work.get("persona", ""))
            await coaches.create(connection, coach_id, turn.person.user_id, work["name"], *lines)
            await coaches.switch(connection, turn.conversation_id, coach_id)


def _form(turn: Turn) -> Form:
    """Ask for the name and the first lines of the card at once."""
    limits = card.LIMITS
    return Form(
        turn.say("A new coach"),
        "/creator",
        (
            Field("name", turn.say("Name"), hint=turn.say("Such as: Debian Guide"), limit=limits["name"]),
            Field("description", turn.say("What it is good at"), limit=limits["about"], long=True, required=False),
            Field("persona", turn.say("How it speaks"), limit=limits["tone"], long=True, required=False),
        ),
        opens=turn.say("Fill in a form"),
        submit=turn.say("Make the coach"),
    )


def guests(turn: Turn) -> Reply:
    """Tell a guest how to become somebody who can make coaches."""
    return Reply(
        turn.say(
            "As a guest you can talk with every published coach. To make one of your own, please "
            "[create an account](/account/sign-up) first; this conversation stays with you."
        )
    )


def _too_long(turn: Turn, name: str) -> str:
    return turn.say(
        "A coach's name can have {limit} characters; this one has {n}. Please shorten it.",
        limit=NAME_LIMIT,
        n=len(name),
    )


def _taken(turn: Turn, known: coaches.Coach) -> Reply:
    text = turn.say(
        "There is a coach called **{coach}** already. Talk with it, or choose another name.", coach=plain(known.name)
    )
    again = Button(turn.say("Talk with {coach}", coach=known.name), f"/coach {known.coach_id}")
    return Reply(text, buttons=(again,), expects=CreatorSkill.name)


def _made(turn: Turn, coach_id: UUID, name: str, *, describe: bool) -> tuple[Reply, ...]:
    """Present the new coach; who makes it in conversation is asked on, who named it in a command may press."""
    ready = turn.say(
        "**{coach}** is ready, and it is yours alone until you publish it. Send me files to teach it – PDF, EPUB, "
        "DOCX, PPTX, HTML, Markdown, text, CSV or a zip of these – or a link to a page.",
        coach=plain(name),
    )
    if not describe:
        button = Button(turn.say("Describe it"), f"/card about {coach_id}")
        return (Reply(ready, buttons=(button,), coach_name=name),)
    asked = card.asking(turn, "about", coach_id, name)
    return (Reply(f"{ready}\n\n{asked.text}", buttons=asked.buttons, coach_name=name, expects=asked.expects),)


def _wish(text: str) -> re.Match[str] | None:
    return _ASKS.fullmatch(text) or _MAKES.fullmatch(text)


def _name(turn: Turn) -> str:
    given = argument(turn, "creator")
    if given is not None:
        return cards.to_name(turn.message.fields.get("name", "") or given)
    wish = _wish(turn.text)
    if wish is None:
        return cards.to_name(turn.text)
    return cards.to_name(wish.groupdict().get("name") or "")
