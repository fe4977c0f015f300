"""Invitation: on a private hub, strangers are told how to be let in, and an invitation lets them in."""

from __future__ import annotations

import re

from conversation.message import Button, Reply
from conversation.people import registration
from conversation.people.errors import CodeExpired
from conversation.skills.reading import Reading
from conversation.skills.skill import Command
from conversation.state import Services
from conversation.turn import Outcome, Turn

_CODE = re.compile(r"(?:/start )?(?:invite_)?([A-Za-z0-9_-]{43})")


class InvitationSkill(Reading):
    """Answers everybody who was not let in yet, whatever they say; see `route`."""

    name = "invitation"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take everything of somebody who holds no role."""
        return not turn.person.roles

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Let in who brings an invitation, and tell the others how to get one."""
        if turn.person.group:
            return Outcome(
                (Reply(turn.say("This is a private bot. Somebody it knows has to speak to it here first.")),)
            )
        found = _CODE.fullmatch(turn.text)
        if found is None:
            return Outcome((Reply(_how(turn)),))
        try:
            await registration.let_in(services.database, turn.person.user_id, found[1])
        except CodeExpired:
            return Outcome((Reply(turn.say("This invitation was used, or it is too old. Please ask for a new one.")),))
        welcome = turn.say("Welcome! You have been let in.")
        return Outcome((Reply(welcome, buttons=(Button(turn.say("Let us begin"), "/start"),)),))


def _how(turn: Turn) -> str:
    return turn.say(
        "This is a private bot: it talks with people who were invited. Ask the person who runs it for an invitation, "
        "and send me its code here."
    )
