"""Messages that grow while they are written.

https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux: in personal chats only; typing activities with a
`streaminfo` entity numbered from 1, the id of the first answer in all later ones, each text containing what was
streamed before, one request a second, two minutes at most; a message activity of type final ends it. The person can
stop it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .backend import Backend
from .errors import ApiError, bad_argument, stream_refused
from .outgoing import objects, refusal_for_streams
from .world import Chat, Message

Json = dict[str, Any]
LATE = "PreCondition failed exception when processing streaming activity."


@dataclass(slots=True)
class Stream:
    """One message on its way."""

    id: str
    chat_id: str
    started: float
    last_at: float
    sequence: int = 1
    phase: str = "informative"
    """informative, streaming, final, stopped or expired."""
    text: str = ""
    """What was streamed of the message itself."""


@dataclass(frozen=True, slots=True)
class _Info:
    stream_id: str
    kind: str
    sequence: int | None


def info_of(activity: Json) -> Json | None:
    """The entity that makes an activity part of a stream."""
    for entity in objects(activity, "entities"):
        if str(entity.get("type", "")).lower() == "streaminfo":
            return entity
    return None


def _read(entity: Json) -> _Info:
    kind, sequence = str(entity.get("streamType") or "streaming"), entity.get("streamSequence")
    if kind not in {"informative", "streaming", "final"}:
        raise ApiError(400, "BadRequest", f"Invalid stream type {kind}")
    if sequence is not None and (not isinstance(sequence, int) or isinstance(sequence, bool)):
        raise ApiError(400, "BadRequest", "streamSequence should be an integer")
    return _Info(str(entity.get("streamId") or ""), kind, sequence)


def _wrong_end(activity: Json, info: _Info) -> str:
    if activity.get("type") != "message":
        return "End streaming activities should be of type message"
    if info.sequence is not None:
        return "End streaming activities should not include streamSequence"
    return "" if info.stream_id else "End streaming activities should include streamId"


def _wrong_start(activity: Json, info: _Info) -> str:
    if activity.get("type") != "typing":
        return "Streaming activities should be of type typing"
    if not str(activity.get("text") or "").strip():
        return "Start streaming activities should include text"
    if info.sequence is None:
        return "Streaming activities should include streamSequence"
    if not info.stream_id and info.sequence != 1:
        return "Start streaming activities should have streamSequence 1"
    return "Attachments are allowed in the final activity only" if objects(activity, "attachments") else ""


@dataclass(slots=True)
class Streams:
    """Every stream there was."""

    backend: Backend
    known: dict[tuple[str, str], Stream] = field(default_factory=dict[tuple[str, str], Stream])

    def post(self, chat: Chat, activity: Json, entity: Json) -> tuple[int, Json]:
        """Take one request of a stream: the status and body it is answered with."""
        info = _read(entity)
        if chat.kind != "personal":
            raise stream_refused("Content stream is not allowed")
        self._demand(activity, info)
        if not info.stream_id:
            return self._start(chat, activity, info)
        stream = self.known.get((chat.id, info.stream_id))
        if stream is None:
            raise ApiError(400, "BadRequest", "The stream id is not known in this conversation")
        self._refuse_over(stream)
        self._refuse_early(stream)
        if info.kind == "final":
            return self._finish(chat, stream, activity)
        return self._go_on(stream, activity, info)

    def _demand(self, activity: Json, info: _Info) -> None:
        wrong = _wrong_end(activity, info) if info.kind == "final" else _wrong_start(activity, info)
        if wrong:
            raise ApiError(400, "BadRequest", wrong)
        if info.kind != "final":
            try:
                self.backend.checker.size(activity)
            except ApiError as error:
                raise refusal_for_streams(error) from error

    def _start(self, chat: Chat, activity: Json, info: _Info) -> tuple[int, Json]:
        message = self.backend.world.post(chat, self.backend.world.bot.id, activity)
        now = self.backend.pace.now()
        stream = Stream(message.id, chat.id, now, now)
        self.known[chat.id, message.id] = stream
        self._show(stream, activity, info)
        return 201, {"id": message.id}

    def _go_on(self, stream: Stream, activity: Json, info: _Info) -> tuple[int, Json]:
        sequence = info.sequence or 0
        if sequence <= stream.sequence:
            self.backend.report(f"a stream's request {sequence} came after {stream.sequence} and was dropped")
            return 202, {"error": {"code": "ContentStreamSequenceOrderPreConditionFailed", "message": LATE}}
        if info.kind == "informative" and stream.phase == "streaming":
            self.backend.report("an informative update after text was streamed")
        self._refuse_rewriting(stream, str(activity["text"]), info)
        stream.sequence = sequence
        self._message(stream).activity = activity
        self._show(stream, activity, info)
        return 202, {}

    def _finish(self, chat: Chat, stream: Stream, activity: Json) -> tuple[int, Json]:
        try:
            self.backend.checker.check(activity, chat)
        except ApiError as error:
            raise refusal_for_streams(error) from error
        self._refuse_rewriting(stream, str(activity.get("text") or ""), _Info(stream.id, "final", None))
        stream.phase, stream.last_at = "final", self.backend.pace.now()
        self._message(stream).activity = activity
        return 202, {}

    def _show(self, stream: Stream, activity: Json, info: _Info) -> None:
        stream.last_at, stream.phase = self.backend.pace.now(), info.kind
        if info.kind == "streaming":
            stream.text = str(activity["text"])

    def _message(self, stream: Stream) -> Message:
        return self.backend.world.messages[stream.chat_id, stream.id]

    def _refuse_over(self, stream: Stream) -> None:
        late = self.backend.pace.now() - stream.started > self.backend.pace.limits.stream_lifetime
        if late and stream.phase in {"informative", "streaming"}:
            stream.phase = "expired"
        sentences = {
            "final": "Content stream is not allowed on an already completed streamed message",
            "stopped": "Content stream was canceled by user.",
            "expired": "Content stream finished due to exceeded streaming time.",
        }
        if stream.phase in sentences:
            raise stream_refused(sentences[stream.phase])

    def _refuse_early(self, stream: Stream) -> None:
        limits = self.backend.pace.limits
        wait = stream.last_at + limits.stream_gap - limits.gap_tolerance - self.backend.pace.now()
        if limits.enforced and wait > 0:
            self.backend.pace.refuse(stream.chat_id, wait)
            raise ApiError(429, "", "API calls quota exceeded", retry_after=1)

    def _refuse_rewriting(self, stream: Stream, text: str, info: _Info) -> None:
        if info.kind != "informative" and stream.text.strip() not in text:
            raise stream_refused("Request streamed content should contain the previously streamed content")

    # From the person's side

    def of(self, message: Message) -> Stream | None:
        """The stream that a message is made of."""
        return self.known.get((message.chat_id, message.id))

    def stop(self, message: Message) -> None:
        """Let the person stop it; what was streamed stays as it is."""
        stream = self.of(message)
        if stream is None or stream.phase not in {"informative", "streaming"}:
            raise ValueError("there is nothing to stop")
        stream.phase = "stopped"

    def refuse_change(self, message: Message) -> None:
        """A message that is still being streamed, or was stopped, cannot be updated."""
        stream = self.of(message)
        if stream is None or stream.phase in {"final", "expired"}:
            return
        if stream.phase == "stopped":
            raise stream_refused("Content stream was canceled by user.")
        raise bad_argument("A message that is being streamed cannot be updated.")

    def unfinished(self) -> list[Stream]:
        """Streams that nobody stopped and that never became an ordinary message, were not updated late nor deleted."""
        return [stream for stream in self.known.values() if not self._over(stream)]

    def _over(self, stream: Stream) -> bool:
        message = self._message(stream)
        replaced = stream.phase == "expired" and message.edits > 0
        return message.deleted or replaced or stream.phase in {"final", "stopped"}
