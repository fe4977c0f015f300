"""What a person reads about an ingestion while it waits, runs and ends, as replies; nothing here reads or writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from uuid import UUID

from conversation.message import Button, Progress, Reply
from knowledge.ingestions import Stage
from knowledge.parsers.archive import Skipped

LISTED = 20  # files of an archive that are named; the rest is counted
_UNITS = {".pdf": "page", ".pptx": "slide", ".epub": "chapter", ".csv": "row", ".tsv": "row"}
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")

# Where each step lies on the way from 0 to 100 percent.
_SPANS = {
    "fetching": (0, 5),
    "reading": (5, 35),
    "understanding": (35, 60),
    "linking": (60, 88),
    "remembering": (88, 100),
}


@dataclass(frozen=True, slots=True)
class Member:
    """Where in an archive the work is: file `number` of `total`, called `name`."""

    name: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What became of one file or page; `changed` counts the passages that are new and gone since the version before."""

    name: str
    title: str
    outcome: Literal["new", "unchanged", "replaced"]
    pages: int = 0
    unit: str = ""
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    changed: tuple[int, int] | None = None
    without_vectors: int = 0


def waiting(ingestion_id: UUID, name: str, ahead: int) -> Reply:
    """Tell that a file waits its turn."""
    place = f"waiting, {ahead} ahead of you" if ahead else "next in line"
    return Reply(f"**{plain(name)}**: {place}", buttons=(_cancel(ingestion_id),), progress=Progress("Waiting", 0, 0, 0))


def progress(ingestion_id: UUID, name: str, stage: Stage, member: Member | None = None) -> Reply:
    """Tell how far the work on a file has come."""
    what = _sentence(stage, member.name if member else name)
    percent = _percent(stage)
    if member:
        where = f"file {member.number} of {member.total}, {plain(member.name)}: "
        percent = round((member.number - 1 + percent / 100) * 100 / max(member.total, 1))
        what = where + what[0].lower() + what[1:]
    return Reply(
        f"**{plain(name)}**: {what if member else what[0].lower() + what[1:]}",
        buttons=(_cancel(ingestion_id),),
        progress=Progress(stage.step.capitalize(), min(percent, 99), stage.done, stage.total),
    )


def learned(lesson: Lesson) -> Reply:
    """Tell what was learned from one file or page."""
    if lesson.outcome == "unchanged":
        return Reply(f"I know **{plain(lesson.name)}** already, and it has not changed. Nothing to do.")
    summary = _summary(lesson) or "It has no headings that I could name topics by; just ask."
    lines = [f"**What I learned from {plain(lesson.name)}**", summary]
    if lesson.outcome == "replaced":
        lines.append(_replaced(lesson))
    if lesson.without_vectors:
        lines.append("The embedding model does not answer right now: until it does, I find this by its words alone.")
    return _with_questions(lines, lesson.questions)


def archive_learned(name: str, lessons: Sequence[Lesson], skipped: Sequence[Skipped]) -> Reply:
    """Tell what was learned from the files of an archive, and which were skipped and why."""
    total = len(lessons) + len(skipped)
    if lessons and not skipped and all(lesson.outcome == "unchanged" for lesson in lessons):
        return Reply(f"I know all {_count(total, 'file')} of **{plain(name)}** already. Nothing to do.")
    head = f"**What I learned from {plain(name)}**: {len(lessons)} of {_count(total, 'file')}"
    blocks = [head, _listed([_item(lesson) for lesson in lessons])]
    if skipped:
        blocks += ["Skipped:", _listed([_reason(each) for each in skipped])]
    questions = dict.fromkeys(lesson.questions[0] for lesson in lessons if lesson.questions)
    return _with_questions(blocks, list(questions)[:3])


def nothing_learned(text: str, skipped: Sequence[Skipped]) -> Reply:
    """Tell why no file of an archive could be learned."""
    blocks = [plain(text), _listed([_reason(each) for each in skipped])]
    return Reply("\n\n".join(filter(None, blocks)))


def failed(ingestion_id: UUID, text: str, *, may_pass: bool = True) -> Reply:
    """Tell why a file was not learned; another try is offered where it may end otherwise with the same file."""
    return Reply(plain(text), buttons=(_retry(ingestion_id),) if may_pass else ())


def cancelled(ingestion_id: UUID, name: str) -> Reply:
    """Tell that the work on a file ended because the person wished so."""
    return Reply(f"**{plain(name)}**: cancelled.", buttons=(_retry(ingestion_id),))


def plain(text: str) -> str:
    """Write text that is not ours, such as a file's name, so that Markdown shows it as it is, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _sentence(stage: Stage, name: str) -> str:
    counted = f"{stage.done:,} of {stage.total:,}"
    if stage.step == "reading" and stage.total:
        unit = _UNITS.get(PurePosixPath(name.lower().removesuffix(".gz")).suffix)
        return f"Reading {unit} {counted}" if unit else f"Reading, {stage.done * 100 // stage.total} %"
    if stage.step == "understanding" and stage.total:
        return f"Understanding passage {counted}"
    return {
        "fetching": "Fetching the page",
        "reading": "Reading",
        "understanding": "Understanding",
        "linking": "Linking what belongs together",
        "remembering": "Remembering",
    }.get(stage.step, "Starting")


def _percent(stage: Stage) -> int:
    start, end = _SPANS.get(stage.step, (0, 0))
    share = min(stage.done / stage.total, 1.0) if stage.total else 0.0
    return round(start + (end - start) * share)


def _summary(lesson: Lesson) -> str:
    parts = [f"“{plain(lesson.title)}”"] if lesson.title and lesson.title != lesson.name else []
    if lesson.pages and lesson.unit:
        parts.append(_count(lesson.pages, lesson.unit))
    text = ", ".join(parts)
    topics = ", ".join(plain(topic) for topic in lesson.topics)
    if topics:
        text = f"{text}. Main topics: {topics}" if text else f"Main topics: {topics}"
    return f"{text}." if text else ""


def _replaced(lesson: Lesson) -> str:
    if lesson.changed is None:
        return "It replaced the earlier version."
    new, gone = lesson.changed
    if not new and not gone:
        return "It replaced the earlier version; its passages are the same."
    return f"It replaced the earlier version: {_count(new, 'passage')} new, {gone:,} gone."


def _item(lesson: Lesson) -> str:
    if lesson.outcome == "unchanged":
        return f"{plain(lesson.name)}: known already"
    again = " (replaced the earlier version)" if lesson.outcome == "replaced" else ""
    parts = [f"“{plain(lesson.title)}”"] if lesson.title and lesson.title != lesson.name else []
    if lesson.pages and lesson.unit:
        parts.append(_count(lesson.pages, lesson.unit))
    return ": ".join(filter(None, (plain(lesson.name), ", ".join(parts)))) + again


def _reason(each: Skipped) -> str:
    return plain(each.reason if each.name in each.reason else f"{each.name}: {each.reason}")


def _listed(items: Sequence[str]) -> str:
    lines = [f"- {item}" for item in items[:LISTED]]
    if len(items) > LISTED:
        lines.append(f"- and {_count(len(items) - LISTED, 'more file')}")
    return "\n".join(lines)


def _with_questions(blocks: Sequence[str], questions: Sequence[str]) -> Reply:
    asked = tuple(Button(question, question) for question in questions)
    last = ["Try asking me:"] if asked else []
    return Reply("\n\n".join(filter(None, [*blocks, *last])), buttons=asked)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _cancel(ingestion_id: UUID) -> Button:
    return Button("Cancel", f"/cancel {ingestion_id}")


def _retry(ingestion_id: UUID) -> Button:
    return Button("Try again", f"/retry {ingestion_id}")
