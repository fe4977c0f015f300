"""Lessons: what of a message can be learned, what to say about the rest, and the wishes that go into the queue."""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from conversation.coaches import NAME_LIMIT, Coach, cards, guide
from conversation.markdown import label, plain
from conversation.message import Attachment, Button, Message, Progress, Reply
from conversation.skills.links import link_of
from conversation.turn import Outcome, Turn
from knowledge import files, ingestions
from knowledge.db import Connection
from knowledge.files import FileGone

MOST_AT_ONCE = 20
_OFFERED = 6
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """What a message brings: files and a link to learn from, and what to say about all else."""

    files: tuple[Attachment, ...] = ()
    url: str | None = None
    told: tuple[Reply, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to learn from."""
        return not self.files and not self.url


def sort_out(turn: Turn, message: Message, *, quietly: bool = False) -> Sent:
    """Tell what can be learned from what cannot; `quietly` if the person was told of the latter before."""
    taken = tuple(file for file in message.attachments if file.kind == "document" and not file.problem)
    if turn.direct:
        taken = tuple(file for file in taken if file.file_id)
    left = [file for file in message.attachments if file not in taken]
    told = () if quietly else tuple(dict.fromkeys(_refused(turn, file) for file in left))
    return Sent(taken, link_of(message), tuple(Reply(text) for text in told))


async def still_there(connection: Connection, sent: Sent) -> bool:
    """Tell whether the files of an earlier message are kept yet; one that was read is let go."""
    try:
        for file in sent.files:
            if file.file_id is not None:
                await files.name_of(connection, file.file_id)
    except FileGone:
        return False
    return True


def _refused(turn: Turn, file: Attachment) -> str:
    """Say why a file is not learned, and what works instead."""
    if file.problem and file.kind == "voice":  # its name is the platform's, or ours
        return plain(file.problem)
    if file.problem:
        return turn.say("**{file}**: {problem}", file=plain(file.name), problem=plain(file.problem))
    match file.kind:
        case "document":
            return turn.say("**{file}** did not come through. Please send it again.", file=plain(file.name))
        case "photo":
            return turn.say(
                "I cannot look at pictures yet. What works: PDF, EPUB, DOCX, PPTX, HTML, Markdown, text, CSV, a zip of "
                "these, and links. If the picture shows text, please type it or send it as such a file."
            )
        case "voice" | "audio":
            return turn.say(
                "I cannot listen to recordings yet. Please write to me; for teaching, a transcript as a text file "
                "works."
            )
        case "video":
            return turn.say(
                "I cannot watch videos yet. A transcript as a text file works, and so do PDF, EPUB, DOCX, PPTX, HTML, "
                "Markdown, CSV, a zip of these, and links."
            )
        case _:
            return turn.say("I can only read words and documents. What would you like to know?")


@dataclass(frozen=True, slots=True)
class Learner:
    """The coach that learns, as the messages about it show it."""

    coach_id: UUID
    name: str
    avatar: str

    def says(self, reply: Reply) -> Reply:
        """Let it be the one that says this."""
        return replace(reply, coach_name=self.name, avatar=self.avatar)


def to_learner(coach: Coach) -> Learner:
    """Show a coach as the one that learns."""
    return Learner(coach.coach_id, coach.name, cards.avatar(coach))


def begin(
    turn: Turn,
    sent: Sent,
    learner: Learner,
    before: tuple[dict[str, Any], ...],
    *,
    takes_over: bool = False,
    thanks: Reply | None = None,
) -> Outcome:
    """Wish for each file, and the link, with one progress message each; a coach that takes over says so."""
    wanted: list[tuple[str, str | None, str | None]] = [
        (file.name, str(file.file_id), None) for file in sent.files[:MOST_AT_ONCE]
    ]
    wanted += [(sent.url, None, sent.url)] if sent.url else []
    replies = [*sent.told, *([thanks] if thanks else [])]
    if takes_over:
        hello = turn.say("You are talking with **{coach}** now. I begin to read.", coach=plain(learner.name))
        replies.append(learner.says(Reply(hello)))
    keys = ["" for _ in replies]
    work = list(before)
    for number, (name, file_id, link) in enumerate(wanted):
        ingestion_id = turn.derive(f"ingestion:{number}")
        fields = {"ingestion_id": str(ingestion_id), "coach_id": str(learner.coach_id), "name": name}
        work.append({"do": "request", **fields, "file_id": file_id, "url": link})
        replies.append(learner.says(_waiting(turn, ingestion_id, name)))
        keys.append(f"ingestion:{ingestion_id}")
    left = len(sent.files) - MOST_AT_ONCE
    if left > 0:
        replies.append(Reply(_too_many(turn, left)))
    return Outcome(tuple(replies), tuple(work), tuple(keys))


def begin_note(turn: Turn, learner: Learner, question: str, thanks: Reply, taught: dict[str, Any]) -> Outcome:
    """Wish for a note: what a creator writes in answer to a question."""
    ingestion_id = turn.derive("ingestion:0")
    name = _note_name(question)
    fields = {"ingestion_id": str(ingestion_id), "coach_id": str(learner.coach_id), "name": name, "url": None}
    note = {"do": "note", **fields, "content": _note(question, turn.message.text)}
    waits = learner.says(_waiting(turn, ingestion_id, name))
    return Outcome((thanks, waits), (taught, note), ("", f"ingestion:{ingestion_id}"))


async def keep_note(connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
    """Keep a note as a file and put the wish to learn it in the queue."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.md"
        await asyncio.to_thread(path.write_text, work["content"], encoding="utf-8")
        kept = await files.keep(connection, turn.person.user_id, path, work["name"], "text/markdown")
    await ingestions.request(connection, wish(turn, {**work, "file_id": str(kept.file_id)}))


def wish(turn: Turn, work: Mapping[str, Any]) -> ingestions.Wish:
    """Read a wish out of a turn's work."""
    return ingestions.Wish(
        ingestion_id=UUID(work["ingestion_id"]),
        user_id=turn.person.user_id,
        coach_id=UUID(work["coach_id"]),
        name=work["name"],
        conversation_id=turn.conversation_id,
        file_id=UUID(work["file_id"]) if work["file_id"] else None,
        url=work["url"],
    )


def whom(turn: Turn, sent: Sent, own: Sequence[Coach], unknown: str = "") -> Reply:
    """Ask which coach should learn, when the one of this conversation may not, or nobody has the name in a caption."""
    name = unused(unknown or coach_name(sent), own)
    new = Button(turn.say("Make a coach: {coach}", coach=name), f"/teach {turn.inbox_id} new {name}")
    known = tuple(
        Button(turn.say("Teach {coach}", coach=coach.name), f"/teach {turn.inbox_id} {coach.coach_id}")
        for coach in own[:_OFFERED]
    )
    if unknown:
        text = turn.say("You have no coach called “{name}”. Who should learn this?", name=plain(unknown))
    elif turn.coach.guide:
        text = turn.say("I am the guide here and learn only from my makers. Who should learn this?")
    else:
        text = turn.say(
            "**{coach}** is not yours and learns only from its creator. Who should learn this?",
            coach=plain(turn.coach.name),
        )
    return Reply(text, buttons=(*known, new))


def coach_name(sent: Sent) -> str:
    """Propose a name for a coach that learns from this."""
    if sent.files:
        stem = PurePath(sent.files[0].name.removesuffix(".gz")).stem
        name = cards.to_name(re.sub(r"[_\-.]+", " ", stem))
    else:
        name = re.sub(r"^https?://(www\.)?|[/?#].*$", "", sent.url or "")
    return name[:1].upper() + name[1:]


def unused(name: str, own: Sequence[Coach]) -> str:
    """Give the name, with a number if the person has a coach of that name."""
    name = cards.to_name(name)[: NAME_LIMIT - 4] or "My coach"
    taken = {coach.name.lower() for coach in own} | {guide.NAME.lower()}
    candidates = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate.lower() not in taken)


def _too_many(turn: Turn, left: int) -> str:
    return turn.count(
        "I take {most} files at once. Please send the other one again, or all in one zip.",
        "I take {most} files at once. Please send the other {n} again, or all in one zip.",
        left,
        most=MOST_AT_ONCE,
    )


def _waiting(turn: Turn, ingestion_id: UUID, name: str) -> Reply:
    return Reply(
        turn.say("**{file}**: waiting", file=plain(name)),
        buttons=(Button(turn.say("Cancel"), f"/cancel {ingestion_id}"),),
        progress=Progress(turn.say("Waiting"), 0),
    )


def _note_name(question: str) -> str:
    """Name a note by its question, so that another answer to the same one replaces it."""
    if len(question) <= _LONGEST_NAME:
        return f"{question}.md"
    return f"{label(question, _LONGEST_NAME)} {hashlib.sha256(question.encode()).hexdigest()[:6]}.md"


def _note(question: str, answer: str) -> str:
    title = question.replace('"', "'")
    return f'---\ntitle: "{title}"\n---\n\n# {question}\n\n{answer.strip()}\n'
