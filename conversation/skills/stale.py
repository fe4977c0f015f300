"""Stale: what can no longer be answered, such as a button whose meaning is gone, or a bot that lost its coach."""

from __future__ import annotations

from conversation.inbox import LONGEST
from conversation.message import Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn


class StaleSkill(Reading):
    """Answers a button of a message that was deleted, a message longer than is kept, and talk with a bot whose coach
    is not there for this person."""

    name = "stale"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take what the intake puts in the place of such a message, and all but commands where the coach is gone."""
        return argument(turn, "expired", "too_long") is not None or _is_without_coach(turn)

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Say what to do instead."""
        if argument(turn, "expired") is not None:
            text = turn.say("That button belongs to a message that is gone. Please ask me again.")
        elif _is_without_coach(turn):
            text = turn.say(
                "The coach of this bot is not there for you at the moment. Please ask who gave you this bot."
            )
        else:
            text = turn.say(
                "This message is longer than the {limit} characters I can take at once. "
                "Send it as a text file instead, and I will read all of it.",
                limit=f"{LONGEST:,}",
            )
        return Outcome((Reply(text),))


def _is_without_coach(turn: Turn) -> bool:
    about_the_coach = argument(turn, "start", "coach", "coaches", "help", "ask") is not None
    return turn.coach_bound and turn.withdrawn and (about_the_coach or not turn.text.startswith("/"))
