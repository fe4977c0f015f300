"""New: begin a new thread in the same chat; what was said before stays, and is no longer part of the talk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conversation import coaches, inbox
from conversation.message import Reply
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

_ASKS = re.compile(r"(?:please )?(?:start|begin) (?:a new (?:thread|chat|conversation)|over|anew)", re.IGNORECASE)


class NewSkill:
    """Answers `/new`."""

    name = "new"
    commands = (Command("new", "Begin a new thread", "message-square-plus"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and the same in plain words."""
        return argument(turn, "new") is not None or bool(_ASKS.fullmatch(turn.text.rstrip(" .!")))

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Say that a new thread begins."""
        text = turn.say("A new thread begins here. What we said before is kept, and I no longer take it into account.")
        return Outcome((Reply(text),), ({},))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Let the talk begin after this message."""
        await coaches.begin_anew(connection, turn.conversation_id, inbox.message_id_of(turn.message))
