"""Creator: becoming one, and making a coach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches.store import NAME_LIMIT
from conversation.message import Button, Reply
from conversation.people import roles
from conversation.skills.skill import Command, argument
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
    commands = (Command("creator", "Make a coach of your own: /creator NAME", "graduation-cap"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and plain wishes to become a creator or to make a coach."""
        return argument(turn, "creator") is not None or _wish(turn.text) is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Make the coach, or ask what it should be called."""
        if turn.person.guest:
            return Outcome((Reply(GUESTS, buttons=()),))
        name = _name(turn)
        if not name:
            ask = "What should your coach be called? A name people will recognise, such as “Debian Guide”."
            return Outcome((Reply(ask, expects=self.name),), ({"do": "become"},))
        if len(name) > NAME_LIMIT:
            too_long = f"A coach's name can have {NAME_LIMIT} characters; this one has {len(name)}. Please shorten it."
            return Outcome((Reply(too_long, expects=self.name),))
        async with services.database.person(turn.person.user_id) as connection:
            known = await coaches.named(connection, name)
        if known is not None and (known.own or known.guide):
            taken = f"There is a coach called **{known.name}** already. Talk with it, or choose another name."
            again = (Button(f"Talk with {known.name}", f"/coach {known.name}"),)
            return Outcome((Reply(taken, buttons=again, expects=self.name),))
        return Outcome((_made(name),), ({"do": "create", "coach_id": str(turn.derive("coach")), "name": name},))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Give the role, make the coach, and let it take over the conversation."""
        await roles.become_creator(connection, turn.person.user_id)
        if work["do"] == "create":
            coach_id = UUID(work["coach_id"])
            await coaches.create(connection, coach_id, turn.person.user_id, work["name"])
            await coaches.switch(connection, turn.conversation_id, coach_id)


GUESTS = (
    "As a guest you can talk with every published coach. To make one of your own, please "
    "[create an account](/account/sign-up) first; this conversation stays with you."
)


def _made(name: str) -> Reply:
    text = (
        f"**{name}** is ready, and it is yours alone until you publish it. Drop files into the chat to teach it – PDF, "
        "EPUB, DOCX, PPTX, HTML, Markdown, text, CSV or a zip of these – or send a link to a page."
    )
    return Reply(text, coach_name=name)


def _wish(text: str) -> re.Match[str] | None:
    return _ASKS.fullmatch(text) or _MAKES.fullmatch(text)


def _name(turn: Turn) -> str:
    given = argument(turn, "creator")
    if given is not None:
        return _clean(given)
    wish = _wish(turn.text)
    if wish is None:
        return _clean(turn.text)
    return _clean(wish.groupdict().get("name") or "")


def _clean(name: str) -> str:
    return " ".join(name.split()).strip(" “”\"'.,")
