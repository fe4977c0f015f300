"""A turn: one message, and everything about its conversation that answering it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from conversation.message import Message, Reply
from conversation.speech import Speech


@dataclass(frozen=True, slots=True)
class Speaker:
    """The person whose message it is; in a group, the group itself, which nobody's memory belongs to.

    `zone_known`: they said, or their browser did, which time zone they live in.
    """

    user_id: UUID
    name: str
    roles: frozenset[str]
    guest: bool = False
    language: str = "en"
    time_zone: str = "UTC"
    zone_known: bool = False
    group: bool = False

    @property
    def creator(self) -> bool:
        """Whether they may teach coaches of their own."""
        return "creator" in self.roles


@dataclass(frozen=True, slots=True)
class CoachCard:
    """The coach they talk with; `documents` is how many sources it has, `topics` what these are about, `avatar` the
    emoji it is shown with."""

    coach_id: UUID
    name: str
    description: str
    persona: str
    own: bool
    guide: bool
    published: bool
    documents: int = 0
    topics: tuple[str, ...] = ()
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier message of the conversation; `about` is the question it answered, made to stand alone."""

    author: Literal["person", "coach"]
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """A fact that the person told about themselves."""

    fact_id: UUID
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn knows when it starts. `tokens_today` is what the person has spent on models since midnight UTC.

    `withdrawn`: the coach of this conversation is no longer there for this person, so the guide stands in for it.
    `quoted` is an earlier message that this one replies to. `coach_bound`: the bot they talk to is this coach and no
    other. `called`: they began with the name of the coach that answers this message; if several have that name, these
    are the `namesakes`. `nearly` holds the coach they may have meant, with its name and the question.
    """

    inbox_id: UUID
    conversation_id: UUID
    message: Message
    person: Speaker
    coach: CoachCard
    history: tuple[Said, ...] = ()
    memory: tuple[Memory, ...] = ()
    expects: str = ""
    tokens_today: int = 0
    withdrawn: bool = False
    quoted: str = ""
    coach_bound: bool = False
    called: bool = False
    namesakes: tuple[UUID, ...] = ()
    nearly: tuple[UUID, str, str] | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def text(self) -> str:
        """What the person said, or what the button they pressed stands for."""
        return (self.message.action or self.message.text).strip()

    @property
    def direct(self) -> bool:
        """Whether nobody else reads along, so that personal memory may be used."""
        return self.message.address.kind == "direct"

    @property
    def speech(self) -> Speech:
        """The person's language."""
        return Speech(self.person.language)

    def say(self, message: str, /, **values: object) -> str:
        """Say something in the person's language; see `Speech.say`."""
        return self.speech.say(message, **values)

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Say something that depends on a number; see `Speech.count`."""
        return self.speech.count(one, many, n, **values)

    def derive(self, name: str) -> UUID:
        """Derive an id from this turn's, so that doing the turn again gives the same one."""
        return uuid5(self.inbox_id, name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a skill wants: things to say, and work to do in the same transaction.

    `work` is plain JSON (it may wait in a checkpoint); the skill's own `apply` does it. A reply with a key in `keys`
    (by position) can be revised later under that key. `ask` is a turn to be answered from sources below these replies:
    another question, or another coach's.
    """

    replies: tuple[Reply, ...] = ()
    work: tuple[dict[str, Any], ...] = ()
    keys: tuple[str, ...] = ()
    ask: Turn | None = None
