"""Turns the ledger's messages into what the web chat shows."""

from __future__ import annotations

from uuid import UUID

from conversation import message as said
from conversation import payloads
from conversation.coaches import Coach, cards
from conversation.threads import Line
from ui.web.backend import Attachment, Button, Citation, Progress, ShownCoach, ShownMessage


def to_shown(line: Line) -> ShownMessage:
    """Turn one message of a thread into what is shown of it."""
    if line.author == "person":
        files = tuple(_file(file) for file in line.payload.get("files", []))
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
        buttons=tuple(Button(button.label, button.value, button.url) for button in reply.buttons),
        progress=_progress(reply.progress),
        attachments=tuple(Attachment(file.name, file.media_type, file.file_id) for file in reply.files),
        coach=ShownCoach(line.coach_id, reply.coach_name, reply.avatar) if line.coach_id else None,
        avatar=reply.avatar,
        answers=line.answers,
        repeatable=line.answers is not None and (reply.feedback or line.failed),
        scored=reply.feedback,
        good=line.good,
        chart=reply.chart,
    )


def to_coach(coach: Coach) -> ShownCoach:
    """Show a coach with its card."""
    return ShownCoach(
        coach_id=coach.coach_id,
        name=coach.name,
        avatar=cards.avatar(coach),
        about=coach.description,
        topics=coach.topics,
        questions=coach.questions,
        documents=coach.documents,
        own=coach.own,
    )


def _file(file: dict[str, str]) -> Attachment:
    kept = file.get("file_id")
    return Attachment(file["name"], file["media_type"], UUID(kept) if kept else None)


def _citation(line: Line, citation: said.Citation) -> Citation:
    citation_id = f"{line.message_id}.{citation.number}"
    return Citation(citation.number, citation_id, citation.title, citation.place, citation.quote)


def _progress(progress: said.Progress | None) -> Progress | None:
    """Give the bar; the step and the items are said in the text above it."""
    return Progress("", progress.percent, 0, 0) if progress else None
