"""Unknown commands get a kind word and the nearest one that exists."""

from __future__ import annotations

import difflib

from conversation.message import Button, Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command
from conversation.state import Services
from conversation.turn import Outcome, Turn


class UnknownCommandSkill(Reading):
    """Takes what starts with a slash and is nobody's."""

    name = "unknown"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take a word with a slash in front; a path such as /etc/passwd in a question is none."""
        word = turn.text.split(" ", 1)[0]
        return word.startswith("/") and "/" not in word[1:] and word[1:].replace("_", "").isalnum()

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Name the nearest command."""
        from conversation.skills import commands

        word = turn.text.split(" ", 1)[0][1:].lower()
        known = [command.name for command in commands(creator=turn.person.creator)]
        near = difflib.get_close_matches(word, known, n=1)
        hint = f" Did you mean `/{near[0]}`?" if near else ""
        buttons = (Button(f"/{near[0]}", f"/{near[0]}"),) if near else (Button("What can I do here?", "/help"),)
        return Outcome((Reply(f"I do not know the command `/{word[:40]}`.{hint}", buttons=buttons),))
