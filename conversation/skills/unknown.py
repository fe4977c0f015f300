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
        if word == "stop":
            return Outcome((Reply(turn.say("There is nothing to stop.")),))
        known = [command.name for command in commands(creator=turn.person.creator, bound=turn.coach_bound)]
        near = difflib.get_close_matches(word, known, n=1)
        if near:
            text = turn.say(
                "I do not know the command `/{word}`. Did you mean `/{near}`?", word=word[:40], near=near[0]
            )
            return Outcome((Reply(text, buttons=(Button(f"/{near[0]}", f"/{near[0]}"),)),))
        text = turn.say("I do not know the command `/{word}`.", word=word[:40])
        return Outcome((Reply(text, buttons=(Button(turn.say("What can I do here?"), "/help"),)),))
