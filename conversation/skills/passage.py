"""Passage: what stands behind a numbered mark of an answer."""

from __future__ import annotations

from conversation.markdown import plain
from conversation.message import Reply
from conversation.passages import Opened, open_cited
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument, as_uuid
from conversation.state import Services
from conversation.turn import Outcome, Turn

AROUND = 240
"""Characters shown before and after the quote."""


class PassageSkill(Reading):
    """Answers `/passage MESSAGE NUMBER`, the button of a footnote."""

    name = "passage"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take the button."""
        return argument(turn, "passage") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Show the quote among the words around it, with its document and place."""
        message, _, number = (argument(turn, "passage") or "").partition(" ")
        message_id = as_uuid(message)
        if message_id is None or not (number.isdecimal() and len(number) <= 4):
            return Outcome((Reply(turn.say("Press a number under an answer to see the passage it rests on.")),))
        async with services.database.person(turn.person.user_id) as connection:
            found = await open_cited(connection, message_id, int(number), AROUND)
        if found is None:
            gone = turn.say("That passage can no longer be opened: its source was changed or taken away meanwhile.")
            return Outcome((Reply(gone),))
        return Outcome((Reply(_shown(found)),))


def _shown(found: Opened) -> str:
    head = f"**{plain(found.title)}**" + (f", {plain(found.place)}" if found.place else "")
    words = (plain(found.before), f"**{plain(found.quote)}**", plain(found.after))
    return f"{head}\n\n" + " ".join(filter(None, words))
