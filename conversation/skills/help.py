"""Help: what the person can do here, by commands and in plain words."""

from __future__ import annotations

from conversation.message import Button, Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn


class HelpSkill(Reading):
    """Answers `/start` and `/help`."""

    name = "help"
    commands = (Command("help", "What you can do here", "circle-help"),)

    def matches(self, turn: Turn) -> bool:
        """Take `/start`, `/help` and the bare word."""
        return argument(turn, "start", "help") is not None or turn.text.lower().strip(" ?!.") == "help"

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Introduce the coach and list what can be done."""
        from conversation.skills import commands

        listed = "\n".join(f"- `/{c.name}` – {c.description}" for c in commands(creator=turn.person.creator))
        text = (
            f"Hello, I am **{turn.coach.name}**. {turn.coach.description}\n\n"
            "Ask me anything in your own words; I answer from my sources and show you the exact passage behind each "
            "numbered mark. To make a coach of your own, send `/creator` and a name, then drop files into the chat.\n\n"
            f"{listed}"
        )
        offline = "\n\nThis hub runs in offline mode: no language model is connected, so answers quote the sources."
        return Outcome((Reply(text + (offline if services.chat.offline else ""), buttons=_buttons(turn)),))


def _buttons(turn: Turn) -> tuple[Button, ...]:
    second = Button("My coach's sources", "/sources") if turn.coach.own else Button("Make a coach", "/creator")
    return (Button("Show the coaches", "/coaches"), second)
