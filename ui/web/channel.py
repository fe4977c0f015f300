"""The web chat as a channel: a reply is sent when it stands in its thread; `NOTIFY` tells who holds the socket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from conversation import inbox, outbox
from conversation.channel import Capabilities, Part
from conversation.message import Address, Attachment, Author, Feedback, Message, Reply
from knowledge.db import Database, load_queries
from ui.web.events import Draft, Events
from ui.web.places import NAME, address_of

CAPABILITIES = Capabilities(
    text_limit=200_000,
    buttons=30,
    button_value_limit=200,
    idempotent=True,
    stream_interval=0.0,
    files=True,
    threads=True,
    citations=True,
    identity=True,
    feedback=True,
    charts=True,
)


@dataclass(frozen=True, slots=True)
class Written:
    """The web chat's native event: what a browser sent, with the files already kept.

    With an `edit_id` it is a later wording of the message with this id.
    """

    user_id: UUID
    thread_id: UUID
    message_id: UUID
    text: str
    files: tuple[Attachment, ...] = ()
    action: str | None = None
    edit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The other native event: somebody said what they think of an answer; None takes it back."""

    user_id: UUID
    thread_id: UUID
    message_id: UUID
    good: bool | None


_QUERIES = load_queries("ui.web", "channel.sql")


class WebChannel:
    """Implements the Channel port, and `Streaming`."""

    name = NAME

    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what the web chat can do, which is the same everywhere in it."""
        return CAPABILITIES

    def parse(self, event: object) -> Message | Feedback | None:
        """Read what a browser sent; anything else is not for us."""
        if isinstance(event, Judged):
            key, author = f"{event.user_id}:{event.message_id}:{event.good}", Author(str(event.user_id))
            return Feedback(address_of(event.thread_id), key, author, str(event.message_id), event.good)
        if not isinstance(event, Written):
            return None
        return Message(
            address=address_of(event.thread_id),
            dedupe_key=":".join(str(part) for part in (event.user_id, event.message_id, event.edit_id) if part),
            author=Author(str(event.user_id)),
            text=event.text,
            sent_at=datetime.now(UTC),
            attachments=event.files,
            action=event.action,
            message_id=event.message_id,
            native_id=str(event.message_id),
            edits=event.edit_id is not None,
        )

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Show the whole reply as one message: the web has no limit that a reply's text reaches."""
        buttons = reply.buttons[: capabilities.buttons]
        return (Part(reply.text, buttons, reply.citations, reply.progress, chart=reply.chart),)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Tell every replica that the message stands; its text is in the ledger already."""
        message_id = outbox.id_of(key.rpartition(":")[0])
        given = {"conversation_id": inbox.conversation_of(to), "message_id": message_id}
        async with self._database.system() as connection:
            await connection.execute(_QUERIES["said"], given)
        return str(message_id)

    def stream(self, to: Address, key: str, answers: UUID) -> WebStream:
        """Animate the answer for the sockets of this replica, under the id it will stand with."""
        return WebStream(self._events, Draft(inbox.conversation_of(to), UUID(key), answers))


class WebStream:
    """An answer on its way to the browsers that look at its thread."""

    def __init__(self, events: Events, draft: Draft) -> None:
        self._events = events
        self._draft = draft
        events.begin(draft)

    async def push(self, delta: str) -> None:
        """Show more text."""
        self._events.draft(self._draft, delta)

    async def close(self) -> None:
        """Let go of the draft; the finished message takes its place."""
        self._events.end(self._draft)
