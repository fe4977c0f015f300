"""Turns the ledger's messages into what the web chat shows."""

from __future__ import annotations

from uuid import UUID

from conversation import message as said
from conversation import payloads
from conversation.threads import Line
from ui.web.backend import Attachment, Button, Citation, Progress, ShownMessage


def to_shown(line: Line) -> ShownMessage:
    """Turn one message of a thread into what is shown of it."""
    if line.author == "person":
        files = tuple(Attachment(file["name"], file["media_type"]) for file in line.payload.get("files", []))
        return ShownMessage(
            line.message_id, "person", line.text, line.created_at, attachments=files, pending=line.pending
        )
    reply = payloads.to_reply(line.payload)
    return ShownMessage(
        message_id=line.message_id,
        author="coach",
        text=reply.text,
        created_at=line.created_at,
        coach_name=reply.coach_name,
        citations=tuple(_citation(line, citation) for citation in reply.citations),
        buttons=tuple(Button(button.label, button.value) for button in reply.buttons),
        progress=_progress(reply.progress),
    )


def to_posted(message_id: UUID, message: said.Message) -> ShownMessage:
    """Show what a person has just written or pressed, before its turn begins."""
    files = tuple(Attachment(file.name, file.media_type) for file in message.attachments)
    text = message.text.replace("\x00", "")
    return ShownMessage(message_id, "person", text, message.sent_at, attachments=files, pending=True)


def _citation(line: Line, citation: said.Citation) -> Citation:
    citation_id = f"{line.message_id}.{citation.number}"
    return Citation(citation.number, citation_id, citation.title, citation.place, citation.quote)


def _progress(progress: said.Progress | None) -> Progress | None:
    """Give the bar; the step and the items are said in the text above it."""
    return Progress("", progress.percent, 0, 0) if progress else None
