"""Turns messages of the ledger into the values Chainlit's page draws; pure functions only.

A turn is drawn as the person's message, under it an invisible *run* (Chainlit's word) that shows the waiting
cursor, and under that the answers: below the question they are known to answer, otherwise below the last one, so
that a reload draws what was seen live.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID, uuid5

from ui.web.backend import Button, Citation, Progress, ShownCoach, ShownMessage, ShownThread
from ui.web.kept import PICTURES, SOUNDS

Json = dict[str, object]
HOUSE_NAME = "EverMynd"
RUN = "on_message"  # the name by which Chainlit's page knows a run
AVATAR_MARK = "~"
"""Stands between a coach's id and its name in the address of its picture."""
_CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`)", re.DOTALL)
_MARKER = re.compile(r"( ?)(?<!\\)\[(\d{1,3})\](?![(\[:])")
_DIRECTIVE = re.compile(r"(?<!\\):(?=[A-Za-z])")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~:])")


def run_id(message_id: UUID) -> UUID:
    """Name the run of a person's message."""
    return uuid5(message_id, "run")


def run_step(message_id: UUID, thread_id: UUID, ended: datetime | None = None) -> Json:
    """Draw the run of a person's message, open as long as an answer is to come."""
    return {
        "id": str(run_id(message_id)),
        "threadId": str(thread_id),
        "parentId": str(message_id),
        "name": RUN,
        "type": "run",
        "input": "",
        "output": "",
        "end": ended.isoformat() if ended else None,
    }


def message_step(message: ShownMessage, thread_id: UUID, parent: UUID | None = None) -> Json:
    """Draw one message; an answer hangs under the run `parent`."""
    person = message.author == "person"
    step: Json = {
        "id": str(message.message_id),
        "threadId": str(thread_id),
        "name": "You" if person else message.coach_name or HOUSE_NAME,
        "type": "user_message" if person else "assistant_message",
        "output": message.text if person else answer_text(message),
        "createdAt": message.created_at.isoformat(),
        "streaming": False,
        "metadata": {} if person else picture(message.coach, message.avatar, message.coach_name),
    }
    return step | {"parentId": str(parent)} if parent and not person else step


def picture(coach: ShownCoach | None, emoji: str = "", name: str = "") -> Json:
    """Name the picture of a coach by its id, because names are not unique; by its emoji where the id is not known.

    The page puts this into an address as it stands, so it is quoted here.
    """
    if coach is not None:
        return {"avatarName": _avatar_name(str(coach.coach_id), coach.name)}
    return {"avatarName": _avatar_name(emoji, name)} if name else {}


def avatar_address(coach: ShownCoach) -> str:
    """Name the address of a coach's picture, relative to the host."""
    return f"/chat/avatars/{_avatar_name(str(coach.coach_id), coach.name)}"


def _avatar_name(who: str, name: str) -> str:
    return f"{quote(who, safe='')}{AVATAR_MARK}{quote(name, safe='')}"


def thread_steps(messages: Sequence[ShownMessage], thread_id: UUID) -> list[Json]:
    """Draw a whole thread, oldest message first."""
    steps: list[Json] = []
    run: UUID | None = None
    asked = {message.message_id for message in messages if message.author == "person"}
    for message in messages:
        own = run_id(message.answers) if message.answers in asked and message.answers else run
        steps.append(message_step(message, thread_id, own))
        if message.author == "person":
            run = run_id(message.message_id)
            steps.append(run_step(message.message_id, thread_id, None if message.pending else message.created_at))
    return steps


def draft_step(message_id: UUID, thread_id: UUID, parent: UUID | None, coach: ShownCoach | None = None) -> Json:
    """Draw the empty message into which an answer is being written."""
    return {
        "id": str(message_id),
        "threadId": str(thread_id),
        "name": coach.name if coach else HOUSE_NAME,
        "type": "assistant_message",
        "output": "",
        "streaming": True,
        "metadata": picture(coach),
        **({"parentId": str(parent)} if parent else {}),
    }


def refusal_step(message_id: UUID, thread_id: UUID, reason: str) -> Json:
    """Draw the note under a message that was not accepted."""
    return {
        "id": str(uuid5(message_id, "refusal")),
        "threadId": str(thread_id),
        "parentId": str(run_id(message_id)),
        "name": HOUSE_NAME,
        "type": "assistant_message",
        "isError": True,
        "output": plain(reason),
        "metadata": {},
    }


def gone_step(thread_id: UUID, text: str) -> Json:
    """Draw the note that stands where a thread stood."""
    return {
        "id": str(uuid5(thread_id, "gone")),
        "threadId": str(thread_id),
        "name": HOUSE_NAME,
        "type": "assistant_message",
        "output": plain(text),
        "metadata": {},
    }


def button(message_id: UUID, name: str, label: str, payload: dict[str, str]) -> Json:
    """Draw one button under a message; the same button always has the same id."""
    return {
        "id": str(uuid5(message_id, f"{name}\0{label}\0{payload}")),
        "forId": str(message_id),
        "name": name,
        "label": label,
        "payload": payload,
        "tooltip": "",
        "icon": None,
    }


def message_buttons(message: ShownMessage) -> list[Json]:
    """Draw the buttons of a message."""
    pressed = (button for button in message.buttons if not button.url)
    return [button(message.message_id, "press", b.label, {"label": b.label, "value": b.value}) for b in pressed]


def signs(message: ShownMessage) -> Json:
    """Tell the page's script which signs stand under an answer: thumbs, with what was said, and asking again.

    They are not Chainlit's buttons, each of which costs an event and a drawing of the whole thread.
    """
    return {"scored": message.scored, "good": message.good, "again": message.repeatable}


def elements(message: ShownMessage, thread_id: UUID) -> list[Json]:
    """Draw what goes with a message: pictures and recordings as such, other files as cards, and its chart."""
    drawn = [_file(message, thread_id, number) for number in range(len(message.attachments))]
    if message.chart is not None:
        chart = _element(message, thread_id, "chart", "plotly", "Chart", f"/chat/charts/{message.message_id}")
        drawn.append(chart)
    return drawn


def _file(message: ShownMessage, thread_id: UUID, number: int) -> Json:
    attachment = message.attachments[number]
    address = f"/chat/files/{attachment.file_id}" if attachment.file_id else "#"
    kind = "file"
    if attachment.file_id and attachment.media_type in PICTURES:
        kind = "image"
    elif attachment.file_id and attachment.media_type in SOUNDS:
        kind = "audio"
    drawn = _element(message, thread_id, f"file {number}", kind, attachment.name, address)
    return drawn | {"mime": attachment.media_type, "size": "medium"}


def _element(message: ShownMessage, thread_id: UUID, key: str, kind: str, name: str, url: str) -> Json:
    return {
        "id": str(uuid5(message.message_id, key)),
        "threadId": str(thread_id),
        "forId": str(message.message_id),
        "type": kind,
        "display": "inline",
        "name": name,
        "url": url,
    }


def thread_value(thread: ShownThread, user_id: UUID, messages: Sequence[ShownMessage] | None = None) -> Json:
    """Draw a thread for the side bar, or whole when its messages are given."""
    drawn = [element for message in messages or () for element in elements(message, thread.thread_id)]
    return {
        "id": str(thread.thread_id),
        "createdAt": thread.created_at.isoformat(),
        "name": thread.title,
        "userId": str(user_id),
        "userIdentifier": str(user_id),
        "tags": [],
        "metadata": {},
        "steps": thread_steps(messages, thread.thread_id) if messages else [],
        "elements": drawn,
    }


def answer_text(message: ShownMessage) -> str:
    """Write a coach's message as Markdown for the page: numbers become links, progress a bar, sources a list."""
    body = _outside_code(message.text, lambda text: _linked(_literal_colons(text), message.citations))
    parts = [body, _progress_line(message.progress), _source_lines(message.citations), _link_line(message.buttons)]
    return "\n\n".join(part for part in parts if part)


def _link_line(buttons: Sequence[Button]) -> str:
    """Write the buttons that only open something."""
    return " ".join(f"[{plain(b.label)}](<{b.url}>)" for b in buttons if b.url)


def literal(text: str) -> str:
    """Keep `a:b` as it stands: Chainlit's page would read `:b` as a directive and swallow it."""
    return _outside_code(text, _literal_colons)


def plain(text: str) -> str:
    """Escape text in which nothing is Markdown."""
    return _SPECIAL.sub(r"\\\1", text)


def citation_address(citation_id: str) -> str:
    """Name the page of a citation, relative to the host."""
    return f"/chat/citations/{citation_id}"


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    pieces = _CODE.split(text)
    return "".join(piece if index % 2 else change(piece) for index, piece in enumerate(pieces))


def _literal_colons(text: str) -> str:
    return _DIRECTIVE.sub(r"\\:", text)


def _linked(text: str, citations: Sequence[Citation]) -> str:
    addresses = {citation.number: citation_address(citation.citation_id) for citation in citations}

    def link(match: re.Match[str]) -> str:
        address = addresses.get(int(match[2]))
        space = "\N{NO-BREAK SPACE}" if match[1] else ""
        return f"{space}[{match[2]}]({address})" if address else match[0]

    return _MARKER.sub(link, text)


def _progress_line(progress: Progress | None) -> str:
    if progress is None:
        return ""
    percent = max(0, min(100, progress.percent))
    count = f"{progress.done} / {progress.total}" if progress.total else ""
    details = " · ".join(part for part in (plain(progress.step), f"{percent} %", count) if part)
    return f"{details} [{percent} %](#progress-{percent})"


def _source_lines(citations: Sequence[Citation]) -> str:
    def line(citation: Citation) -> str:
        label = " · ".join(plain(part) for part in (citation.title, citation.place) if part)
        return f"[{citation.number} {label}]({citation_address(citation.citation_id)}#source)"

    return "\n".join(line(citation) for citation in citations)
