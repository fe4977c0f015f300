"""Me: what is remembered about the person, with the words it rests on."""

from __future__ import annotations

import re

from conversation import memory
from conversation.memory import Remembered
from conversation.message import Button, Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn

_ASKS = re.compile(
    r"what (?:do|did) you (?:know|remember|learn)(?: about me)|what have you remembered(?: about me)?"
    r"|who am i|what(?:'s| is) my name"
)


class MeSkill(Reading):
    """Answers `/me` and the same in plain words."""

    name = "me"
    commands = (Command("me", "What I remember about you", "user"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and the plain question."""
        return argument(turn, "me") is not None or bool(
            _ASKS.fullmatch(turn.text.lower().strip(" ?!.").replace("’", "'"))
        )

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the facts; in a group, offer to do so in private."""
        if not turn.direct:
            return Outcome((Reply("What I remember about you is between us: ask me in a direct message."),))
        async with services.database.person(turn.person.user_id) as connection:
            known = await memory.known(connection, turn.person.user_id)
        return Outcome((_told(known),))


def _told(known: list[Remembered]) -> Reply:
    if not known:
        return Reply(
            "I remember nothing about you yet. Tell me in your own words, such as “I work as a nurse” or "
            "“I prefer short answers”."
        )
    lines = [f"- {fact.sentence()} *(you said on {fact.said_at:%-d %B %Y}: “{fact.quote}”)*" for fact in known]
    buttons = [Button(f"Forget: {fact.sentence()[:40]}", f"/forget {fact.fact_id}") for fact in known[:8]]
    if len(known) > 1:
        buttons.append(Button("Forget everything", "/forget"))
    return Reply("This is what I remember about you:\n\n" + "\n".join(lines), buttons=tuple(buttons))
