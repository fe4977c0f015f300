"""What a tab has written and the ledger does not know yet: on its way there, or refused and kept for another try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from knowledge.errors import HubError
from ui.web import steps
from ui.web.backend import Attachment, ShownMessage, UploadedFile
from ui.web.steps import Json


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to the inbox; with `edits`, it is the new wording of one that stands there."""

    message_id: UUID
    text: str
    files: Sequence[UploadedFile] = ()
    fault: HubError | None = None
    """Why it cannot be handed in as it is."""
    edits: bool = False


Refused = Mapping[UUID, tuple[Outgoing, str]]
"""What was not taken, with the reason."""


def reworded(messages: Iterable[ShownMessage], refused: Refused) -> list[ShownMessage]:
    """Show what stands in the ledger with the new wordings that it did not take."""
    words = {message_id: kept.text for message_id, (kept, _) in refused.items() if kept.edits}
    return [replace(message, text=words.get(message.message_id, message.text)) for message in messages]


def unsent_steps(thread_id: UUID, underway: Iterable[Outgoing], refused: Refused, known: Iterable[UUID]) -> list[Json]:
    """Draw what the ledger does not know, so that a resync never makes a written message vanish."""
    drawn: list[Json] = []
    for outgoing in [*underway, *(kept for kept, _ in refused.values())]:
        if outgoing.message_id not in known:
            drawn.append(steps.message_step(as_shown(outgoing), thread_id))
            drawn.append(steps.run_step(outgoing.message_id, thread_id))
    for outgoing, reason in refused.values():
        drawn.append(steps.refusal_step(outgoing.message_id, thread_id, reason))
    return drawn


def as_shown(outgoing: Outgoing) -> ShownMessage:
    """Show a message before the ledger has it."""
    attachments = tuple(Attachment(file.name, file.media_type) for file in outgoing.files)
    return ShownMessage(outgoing.message_id, "person", outgoing.text, datetime.now(UTC), attachments=attachments)
