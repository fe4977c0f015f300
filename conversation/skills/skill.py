"""What a skill is: something a coach can do besides answering from its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from conversation.message import Reply
from conversation.speech import Speech
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection


@dataclass(frozen=True, slots=True)
class Command:
    """A chat command as menus show it: its name without the slash, what it does, and a name of the Lucide icon set.

    `creators`: only people who make coaches are offered it. `of_hub`: it is not offered in a creator's own bot, which
    is one coach, and whose creator can read what is said there.
    """

    name: str
    description: str
    icon: str = "slash"
    creators: bool = False
    of_hub: bool = False

    def described(self, speech: Speech) -> str:
        """Say what it does in somebody's language; the catalogues hold the descriptions of all commands."""
        return speech.say(self.description)


class Skill(Protocol):
    """One thing a coach can do. Add one as a module of this package and a line in its `SKILLS`."""

    name: str
    commands: tuple[Command, ...]

    def matches(self, turn: Turn) -> bool:
        """Tell whether this message is meant for the skill: its command, its button, or the same in plain words."""
        ...

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Say what to reply and what to do; change nothing yet."""
        ...

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Do one piece of the outcome's work, in the transaction that commits the turn."""
        ...


@runtime_checkable
class Consenting(Protocol):
    """A skill with an effect that cannot be taken back: it asks first."""

    async def question(self, turn: Turn, services: Services) -> Reply | None:
        """Give what to ask, its first button naming the effect; None if this use of the skill needs no consent."""
        ...


def argument(turn: Turn, *commands: str) -> str | None:
    """Give what follows one of these commands, "" for nothing; None if the message is none of them."""
    word, _, rest = turn.text.partition(" ")
    return rest.strip() if word.lower() in {f"/{command}" for command in commands} else None


def as_uuid(text: str) -> UUID | None:
    """Read an id that a button carries; None for anything else."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def expected(turn: Turn, skill: str) -> str | None:
    """Give what a skill noted when it asked for this message (`expects="card:tone"` gives "tone"); None if it did not.

    A command, or a button, is no answer.
    """
    name, _, rest = turn.expects.partition(":")
    answers = name == skill and turn.message.action is None and not turn.text.startswith("/")
    return rest if answers else None
