"""Form: a button that should have opened a form and did not: it was pressed too long ago, or the form is gone."""

from __future__ import annotations

from conversation import forms
from conversation.message import Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn


class FormSkill(Reading):
    """Answers the button of a form that could not be opened."""

    name = "form"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take what such a button stands for."""
        return argument(turn, forms.OPEN.removeprefix("/")) is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Offer the form once more, or say that it is gone."""
        outbox_id = forms.meant(turn.message)
        form = None
        if outbox_id is not None:
            async with services.database.person(turn.person.user_id) as connection:
                form = await forms.find(connection, turn.conversation_id, outbox_id)
        if form is None:
            return Outcome((Reply(turn.say("That form is no longer there. Please ask me again.")),))
        return Outcome((Reply(turn.say("The form did not open in time. Please press once more."), form=form),))
