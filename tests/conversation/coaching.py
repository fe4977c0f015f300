"""What tests of coaches share: messages of anybody anywhere, coaches that know something, buttons by their words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID, uuid4

from conversation import coaches, inbox
from conversation.message import Address, Attachment, Author, Message, Reply
from knowledge.db import Database
from tests.conftest import coach_of
from tests.conversation.rig import Rig

Kind = Literal["direct", "group"]


async def send(
    rig: Rig,
    text: str = "",
    *,
    user_id: UUID | None = None,
    kind: Kind = "direct",
    attachments: tuple[Attachment, ...] = (),
    action: str | None = None,
    by_admin: bool = False,
) -> list[Reply]:
    """Send any message and give the replies to it; each person and each kind has a chat of its own."""
    who = user_id or rig.user_id
    message = Message(
        Address("memory", "", f"{kind} of {who}", kind),
        f"sent-{uuid4()}",
        Author("somebody"),
        text,
        datetime.now(UTC),
        attachments=attachments,
        action=action,
        by_admin=by_admin,
    )
    accepted = await inbox.accept(rig.database, who, message)
    rig.dispatcher.wake(accepted.conversation_id, who)
    return await rig.replies(message)


def file(name: str = "tea.md", kind: str = "document", problem: str = "", file_id: UUID | None = None) -> Attachment:
    """A file as a message brings it."""
    return Attachment(file_id, name, "", 10, kind=kind, problem=problem)  # type: ignore[arg-type]


async def kept(database: Database, user_id: UUID, name: str = "tea.md") -> Attachment:
    """A file that has been fetched."""
    file_id = uuid4()
    async with database.person(user_id) as connection:
        await connection.execute(
            "insert into files (file_id, user_id, name, size, sha256) values (%s, %s, %s, 0, '')",
            (file_id, user_id, name),
        )
    return file(name, file_id=file_id)


async def taught(
    database: Database, creator: UUID, name: str, *, published: bool = False, questions: tuple[str, ...] = ()
) -> UUID:
    """A coach with one document, which suggests these questions."""
    coach_id = await coach_of(database, creator, name)
    async with database.person(creator) as connection:
        await connection.execute(
            "insert into documents (document_id, coach_id, user_id, origin, name, title, media_type, sha256, "
            "topics, questions) "
            "values (gen_random_uuid(), %s, %s, 'note:x', 'n', 'On it', 'text/plain', '', '{tea,water}', %s)",
            (coach_id, creator, list(questions)),
        )
        await coaches.change(connection, coach_id, published=published)
    return coach_id


def value_of(reply: Reply, words: str) -> str:
    """What the first button with these words stands for."""
    return next(button.value for button in reply.buttons if words in button.label)


def labels(reply: Reply) -> list[str]:
    """What stands on the buttons."""
    return [button.label for button in reply.buttons]
