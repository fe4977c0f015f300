"""Stale: what can no longer be read, such as a button whose meaning is gone."""

from __future__ import annotations

from conversation.inbox import LONGEST
from conversation.message import Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn


class StaleSkill(Reading):
    """Answers a button of a message that was deleted, and a message longer than is kept."""

    name = "stale"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take what the intake puts in the place of such a message."""
        return argument(turn, "expired", "too_long") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Say what to do instead."""
        if argument(turn, "expired") is not None:
            text = turn.say("That button belongs to a message that is gone. Please ask me again.")
        else:
            text = turn.say(
                "This message is longer than the {limit} characters I can take at once. "
                "Send it as a text file instead, and I will read all of it.",
                limit=f"{LONGEST:,}",
            )
        return Outcome((Reply(text),))
