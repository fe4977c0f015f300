"""What a person reads about an ingestion while it waits, runs and ends, as replies; nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from uuid import UUID

from babel.numbers import format_decimal

from conversation.markdown import plain
from conversation.message import Button, Progress, Reply
from conversation.speech import Speech
from knowledge.ingestions import Stage
from knowledge.parsers.archive import Skipped

LISTED = 20  # files of an archive that are named; the rest is counted
_UNITS = {".pdf": "page", ".pptx": "slide", ".epub": "chapter", ".csv": "row", ".tsv": "row"}

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
    passages: int = 0
    coach_id: UUID | None = None


def waiting(speech: Speech, ingestion_id: UUID, name: str, ahead: int) -> Reply:
    """Tell that a file waits its turn."""
    if ahead:
        text = speech.count(
            "**{file}**: waiting, {n} ahead of you", "**{file}**: waiting, {n} ahead of you", ahead, file=plain(name)
        )
    else:
        text = speech.say("**{file}**: next in line", file=plain(name))
    return Reply(text, buttons=(_cancel(speech, ingestion_id),), progress=Progress(speech.say("Waiting"), 0, 0, 0))


def progress(speech: Speech, ingestion_id: UUID, name: str, stage: Stage, member: Member | None = None) -> Reply:
    """Tell how far the work on a file has come."""
    file, percent = plain(name), _percent(stage)
    if member:
        percent = round((member.number - 1 + percent / 100) * 100 / max(member.total, 1))
        file = speech.say(
            "{archive}, file {number} of {total}, {file}",
            archive=file,
            number=member.number,
            total=member.total,
            file=plain(member.name),
        )
    return Reply(
        _sentence(speech, stage, file, member.name if member else name),
        buttons=(_cancel(speech, ingestion_id),),
        progress=Progress(_step(speech, stage), min(percent, 99), stage.done, stage.total),
    )


def learned(speech: Speech, lesson: Lesson) -> Reply:
    """Tell what was learned from one file or page."""
    file = plain(lesson.name)
    if lesson.outcome == "unchanged":
        return Reply(speech.say("I know **{file}** already, and it has not changed. Nothing to do.", file=file))
    lines = [speech.say("**What I learned from {file}**", file=file), _summary(speech, lesson)]
    if lesson.outcome == "replaced":
        lines.append(_replaced(speech, lesson))
    if lesson.without_vectors:
        lines.append(
            speech.say("The embedding model does not answer right now: until it does, I find this by its words alone.")
        )
    return _with_questions(speech, lines, _to_ask(lesson)[:3])


def archive_learned(speech: Speech, name: str, lessons: Sequence[Lesson], skipped: Sequence[Skipped]) -> Reply:
    """Tell what was learned from the files of an archive, and which were skipped and why."""
    total, file = len(lessons) + len(skipped), plain(name)
    if lessons and not skipped and all(lesson.outcome == "unchanged" for lesson in lessons):
        return Reply(
            speech.count(
                "I know the {n} file of **{file}** already. Nothing to do.",
                "I know all {n} files of **{file}** already. Nothing to do.",
                total,
                file=file,
            )
        )
    head = speech.count(
        "**What I learned from {file}**: {learned} of {n} file",
        "**What I learned from {file}**: {learned} of {n} files",
        total,
        file=file,
        learned=len(lessons),
    )
    blocks = [head, _listed(speech, [_item(speech, lesson) for lesson in lessons])]
    if skipped:
        blocks += [speech.say("Skipped:"), _listed(speech, [_reason(each) for each in skipped])]
    first = dict.fromkeys(_to_ask(lesson)[0] for lesson in lessons if lesson.questions)
    return _with_questions(speech, blocks, list(first)[:3])


def nothing_learned(speech: Speech, text: str, skipped: Sequence[Skipped]) -> Reply:
    """Tell why no file of an archive could be learned."""
    blocks = [plain(text), _listed(speech, [_reason(each) for each in skipped])]
    return Reply("\n\n".join(filter(None, blocks)))


def failed(speech: Speech, ingestion_id: UUID, text: str, *, may_pass: bool = True) -> Reply:
    """Tell why a file was not learned; another try is offered where it may end otherwise with the same file."""
    return Reply(plain(text), buttons=(_retry(speech, ingestion_id),) if may_pass else ())


def cancelled(speech: Speech, ingestion_id: UUID, name: str) -> Reply:
    """Tell that the work on a file ended because the person wished so."""
    text = speech.say("**{file}**: cancelled.", file=plain(name))
    return Reply(text, buttons=(_retry(speech, ingestion_id),))


def _sentence(speech: Speech, stage: Stage, file: str, name: str) -> str:
    done, total = _number(speech, stage.done), _number(speech, stage.total)
    if stage.step == "reading" and stage.total:
        return _reading(speech, stage, file, _UNITS.get(PurePosixPath(name.lower().removesuffix(".gz")).suffix, ""))
    if stage.step == "understanding" and stage.total:
        return speech.say("**{file}**: understanding passage {done} of {total}", file=file, done=done, total=total)
    match stage.step:
        case "fetching":
            return speech.say("**{file}**: fetching the page", file=file)
        case "reading":
            return speech.say("**{file}**: reading", file=file)
        case "understanding":
            return speech.say("**{file}**: understanding", file=file)
        case "linking":
            return speech.say("**{file}**: linking what belongs together", file=file)
        case "remembering":
            return speech.say("**{file}**: remembering", file=file)
        case _:
            return speech.say("**{file}**: starting", file=file)


def _reading(speech: Speech, stage: Stage, file: str, unit: str) -> str:
    done, total = _number(speech, stage.done), _number(speech, stage.total)
    match unit:
        case "page":
            return speech.say("**{file}**: reading page {done} of {total}", file=file, done=done, total=total)
        case "slide":
            return speech.say("**{file}**: reading slide {done} of {total}", file=file, done=done, total=total)
        case "chapter":
            return speech.say("**{file}**: reading chapter {done} of {total}", file=file, done=done, total=total)
        case "row":
            return speech.say("**{file}**: reading row {done} of {total}", file=file, done=done, total=total)
        case _:
            percent = stage.done * 100 // stage.total
            return speech.say("**{file}**: reading, {percent} %", file=file, percent=percent)


def _step(speech: Speech, stage: Stage) -> str:
    match stage.step:
        case "fetching":
            return speech.say("Fetching")
        case "reading":
            return speech.say("Reading")
        case "understanding":
            return speech.say("Understanding")
        case "linking":
            return speech.say("Linking")
        case "remembering":
            return speech.say("Remembering")
        case _:
            return speech.say("Starting")


def _percent(stage: Stage) -> int:
    start, end = _SPANS.get(stage.step, (0, 0))
    share = min(stage.done / stage.total, 1.0) if stage.total else 0.0
    return round(start + (end - start) * share)


def _summary(speech: Speech, lesson: Lesson) -> str:
    """Say what a document is and what it is about."""
    parts = [f"“{plain(lesson.title)}”"] if lesson.title and lesson.title != lesson.name else []
    parts += [_counted(speech, lesson)] if lesson.pages and lesson.unit else []
    if lesson.passages:
        parts.append(
            speech.count(
                "{number} passage",
                "{number} passages",
                lesson.passages,
                number=_number(speech, lesson.passages),
            )
        )
    about = (
        speech.say("Main topics: {topics}.", topics=", ".join(plain(topic) for topic in lesson.topics))
        if lesson.topics
        else speech.say("It has no headings that I could name topics by; just ask.")
    )
    return " ".join(filter(None, (f"{', '.join(parts)}." if parts else "", about)))


def _counted(speech: Speech, lesson: Lesson) -> str:
    n, number = lesson.pages, _number(speech, lesson.pages)
    match lesson.unit:
        case "slide":
            return speech.count("{number} slide", "{number} slides", n, number=number)
        case "chapter":
            return speech.count("{number} chapter", "{number} chapters", n, number=number)
        case "row":
            return speech.count("{number} row", "{number} rows", n, number=number)
        case _:
            return speech.count("{number} page", "{number} pages", n, number=number)


def _replaced(speech: Speech, lesson: Lesson) -> str:
    if lesson.changed is None:
        return speech.say("It replaced the earlier version.")
    new, gone = lesson.changed
    if not new and not gone:
        return speech.say("It replaced the earlier version; its passages are the same.")
    return speech.count(
        "It replaced the earlier version: {number} passage new, {gone} gone.",
        "It replaced the earlier version: {number} passages new, {gone} gone.",
        new,
        number=_number(speech, new),
        gone=_number(speech, gone),
    )


def _item(speech: Speech, lesson: Lesson) -> str:
    if lesson.outcome == "unchanged":
        return speech.say("{file}: known already", file=plain(lesson.name))
    parts = [f"“{plain(lesson.title)}”"] if lesson.title and lesson.title != lesson.name else []
    parts += [_counted(speech, lesson)] if lesson.pages and lesson.unit else []
    text = ": ".join(filter(None, (plain(lesson.name), ", ".join(parts))))
    return speech.say("{file} (replaced the earlier version)", file=text) if lesson.outcome == "replaced" else text


def _reason(each: Skipped) -> str:
    return plain(each.reason if each.name in each.reason else f"{each.name}: {each.reason}")


def _listed(speech: Speech, items: Sequence[str]) -> str:
    lines = [f"- {item}" for item in items[:LISTED]]
    left = len(items) - LISTED
    if left > 0:
        lines.append("- " + speech.count("and {n} more file", "and {n} more files", left))
    return "\n".join(lines)


def _to_ask(lesson: Lesson) -> list[Button]:
    """Put the questions of a document to the coach that learned it, whoever the person talks with by then."""
    to = f"/ask {lesson.coach_id} " if lesson.coach_id else ""
    return [Button(question, f"{to}{question}") for question in lesson.questions]


def _with_questions(speech: Speech, blocks: Sequence[str], asked: Sequence[Button]) -> Reply:
    last = [speech.say("Try asking me:")] if asked else []
    return Reply("\n\n".join(filter(None, [*blocks, *last])), buttons=tuple(asked))


def _number(speech: Speech, number: int) -> str:
    return format_decimal(number, locale=speech.locale)


def _cancel(speech: Speech, ingestion_id: UUID) -> Button:
    return Button(speech.say("Cancel"), f"/cancel {ingestion_id}")


def _retry(speech: Speech, ingestion_id: UUID) -> Button:
    return Button(speech.say("Try again"), f"/retry {ingestion_id}")
