"""Answers the events of Chainlit's browser sockets with our own handlers, so that its second path is never taken.

Chainlit's own handlers would run a callback and store what it says. Ours hand the message to the core and leave
the showing to the thread's events.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary, WeakSet, ref

import structlog

from conversation.speech import Speech
from ui.web.backend import ChatBackend, UploadedFile, WebUser
from ui.web.engine import Engine, Session
from ui.web.errors import LostFile
from ui.web.gate import USER_KEY
from ui.web.kept import kind_of
from ui.web.live import LiveView, Outgoing
from ui.web.recorder import Recording

_log = structlog.get_logger(__name__)
IGNORED = ("message_favorite", "fetch_favorites", "chat_settings_change", "chat_settings_edit")
PING_SECONDS = 10
LARGEST_FRAME = 12_000_000
"""Bytes of one socket message; a text of a million characters must still reach the core, which answers kindly."""


class Sockets:
    """The handlers of all browser tabs of this process."""

    def __init__(self, engine: Engine, backend: ChatBackend, *, voice: bool = False) -> None:
        self.engine = engine
        self.backend = backend
        self.voice = voice
        self.views: WeakKeyDictionary[Session, LiveView] = WeakKeyDictionary()
        self.opening: WeakKeyDictionary[Session, asyncio.Lock] = WeakKeyDictionary()
        self.recordings: WeakKeyDictionary[Session, Recording] = WeakKeyDictionary()
        self.cut_off: WeakSet[Session] = WeakSet()

    def register(self) -> None:
        """Take the place of Chainlit's handlers."""
        server = self.engine.sockets
        server.eio.ping_interval = PING_SECONDS
        server.eio.max_http_buffer_size = LARGEST_FRAME
        server.on("connect", self.connect)
        server.on("connection_successful", self.connected)
        server.on("client_message", self.message)
        server.on("edit_message", self.edit)
        server.on("window_message", self.wish)
        server.on("audio_start", self.audio_start)
        server.on("audio_chunk", self.audio_chunk)
        server.on("audio_end", self.audio_end)
        server.on("stop", self.stop)
        server.on("disconnect", self.disconnect)
        for event in IGNORED:
            server.on(event, _ignore)

    async def connect(self, socket_id: str, environ: dict[str, Any], auth: dict[str, Any]) -> bool:
        """Open or restore a tab for the person whom the gate let through."""
        user = cast(WebUser, environ["asgi.scope"][USER_KEY])
        session_id, thread_id = _uuid(auth.get("sessionId")), _uuid(auth.get("threadId"))
        if session_id is None or auth.get("person", str(user.user_id)) != str(user.user_id):
            return False  # a page that was drawn for somebody else would say their words as this person's
        server = self.engine.sockets

        async def emit(event: str, data: object) -> None:
            await server.emit(event, data, to=socket_id)

        async def call(event: str, data: object, seconds: float) -> object:
            return await server.call(event, data, timeout=seconds, to=socket_id)

        person = self.engine.person(str(user.user_id), user.name)
        if self.engine.restore_session(socket_id, str(session_id), emit, call, environ, person):
            return True
        self.engine.new_session(
            id=str(session_id), socket_id=socket_id, emit=emit, emit_call=call, client_type="webapp", user_env={},
            user=person, token=None, thread_id=str(thread_id) if thread_id else None, environ=environ,
        )  # fmt: skip
        return True

    async def connected(self, socket_id: str) -> None:
        """Draw the thread the tab asks for, or offer a new one."""
        session = self.engine.session_of(socket_id)
        for event in ("task_end", "clear_ask", "clear_call_fn"):
            await session.emit(event, {})
        view = await self.view(session)
        view.follow()
        await session.emit("set_commands", await self._commands(view.user.user_id))
        if session in self.cut_off:
            self.cut_off.discard(session)
            await session.emit("audio_connection", "off")
            said = speech_of(session).say(
                "The connection was lost while you were recording, so the recording is gone. Record it once more."
            )
            await session.emit("toast", {"message": said, "type": "warning"})

    async def view(self, session: Session) -> LiveView:
        """Give what a tab shows; it is opened once, by whatever comes first from the tab."""
        async with self.opening.setdefault(session, asyncio.Lock()):
            if session not in self.views:
                self.views[session] = await self._open_view(session)
            return self.views[session]

    async def message(self, socket_id: str, payload: dict[str, Any]) -> None:
        """Hand a written message to the core; the page's script keeps it, and says it again, until that has it."""
        session = self.engine.session_of(socket_id)
        step = payload["message"]
        message_id = _uuid(step.get("id"))
        if message_id is None:
            return
        session.has_first_interaction = True
        view, again = await self.view(session), payload.get("again") is True
        if again and await view.kept(message_id) is not None:
            return await view.unsent.arrived(message_id)
        if message_id in view.unsent.underway or (again and message_id in view.unsent.refused):
            return  # it is being taken, and the page will hear of that, or waits for the person to try again
        outgoing = _outgoing(session, message_id, payload)
        await (view.speak(outgoing) if again else view.submit(outgoing))

    async def edit(self, socket_id: str, payload: dict[str, Any]) -> None:
        """Hand in the new wording of a message, which the page's script keeps in the same way."""
        session = self.engine.session_of(socket_id)
        step = payload["message"]
        message_id, text = _uuid(step.get("id")), str(step.get("output") or "")
        if message_id is None:
            return
        view = await self.view(session)
        kept = await view.kept(message_id) if payload.get("again") is True else None
        if kept is not None and kept.text == text:
            await view.unsent.taken(message_id, edits=True)
        else:
            await view.edit(message_id, text)

    async def wish(self, socket_id: str, told: Any) -> None:
        """Hear from the page's script: whether somebody looks at it, and which sign was pressed."""
        said = cast(dict[str, object], told) if isinstance(told, dict) else {}
        view, message_id = self.views.get(self.engine.session_of(socket_id)), _uuid(said.get("message"))
        if view is None:
            return  # the tab is still opening, and is asked again once it shows its thread
        match said.get("evermynd"), message_id:
            case "looking", _:
                await view.look(bool(said.get("visible")))
            case "again", UUID():
                await view.again(message_id)
            case "rate", UUID() if (good := said.get("good")) in (True, False, None):
                await view.rate(message_id, cast(bool | None, good))
            case _:
                return  # what the server said itself comes back the same way

    async def audio_start(self, socket_id: str) -> None:
        """Let the page record, if recordings are heard here."""
        session = self.engine.session_of(socket_id)
        held = self.recordings.get(session)
        if self.voice and (held is None or not held.held):
            self.recordings[session] = Recording()
        await session.emit("audio_connection", "on" if self.voice else "off")

    async def audio_chunk(self, socket_id: str, payload: dict[str, Any]) -> None:
        """Take a piece of what is recorded; a recording that is long enough ends."""
        session = self.engine.session_of(socket_id)
        recording, piece = self.recordings.get(session), payload.get("data")
        if recording is None or not isinstance(piece, bytes):
            return
        recording.add(piece)
        if recording.full:
            await session.emit("audio_connection", "off")
            await self.audio_end(socket_id)

    async def audio_end(self, socket_id: str) -> None:
        """Hand in what was recorded as a message."""
        session = self.engine.session_of(socket_id)
        recording = self.recordings.pop(session, None)
        if recording is None:
            return
        if recording.empty:
            said = speech_of(session).say(
                "Nothing was recorded. Hold on until you have spoken, and check the microphone."
            )
            return await session.emit("toast", {"message": said, "type": "warning"})
        try:
            file = await asyncio.to_thread(recording.write, session.files_dir, speech_of(session).say("Voice message"))
        except OSError:
            _log.exception("web recording not written")
            recording.held = True
            self.recordings.setdefault(session, recording)
            said = speech_of(session).say(
                "There is no room for your recording right now. "
                "Record a little more in a moment, and it is sent together with what you said before."
            )
            return await session.emit("toast", {"message": said, "type": "error"})
        session.has_first_interaction = True
        await (await self.view(session)).speak(Outgoing(uuid4(), "", (file,)))

    async def stop(self, socket_id: str) -> None:
        """Stop the running answer."""
        await (await self.view(self.engine.session_of(socket_id))).stop()

    async def disconnect(self, socket_id: str) -> None:
        """Stop following for a tab that went away."""
        session = self.engine.session_of(socket_id)
        view = self.views.get(session)
        if view is not None:
            view.rest()
        if self.recordings.pop(session, None) is not None:
            self.cut_off.add(session)
        await self.engine.forget_socket(socket_id)

    async def press(self, session: Session, name: str, payload: dict[str, str]) -> bool:
        """Hand in a pressed button, try again what was refused, or let it go; False if there is no such button."""
        view = await self.view(session)
        match name, _uuid(payload.get("message_id")):
            case "press", _:
                await view.press(payload.get("label", ""), payload.get("value", ""))
            case "retry", UUID() as message_id:
                await view.retry(message_id)
            case "discard", UUID() as message_id:
                await view.discard(message_id)
            case _:
                return False
        return True

    async def _open_view(self, session: Session) -> LiveView:
        user = user_of(session)
        wanted = session.thread_id_to_resume
        if wanted:
            thread_id = _uuid(wanted)
            found = await self.backend.thread(user.user_id, thread_id) if thread_id else None
            if found is None:
                gone = speech_of(session).say("This chat is not there any more.")
                await session.emit("resume_thread_error", gone)
                await session.emit("window_message", {"evermynd": "gone", "thread": wanted})
                session.thread_id, session.thread_id_to_resume = str(uuid4()), None
            else:
                session.has_first_interaction = True

        tab, language = ref(session), user.language  # the tab lives as long as Chainlit keeps it, whatever it shows

        async def emit(event: str, data: object) -> None:
            if (there := tab()) is not None:
                await there.emit(event, data)

        def speech() -> Speech:
            return speech_of(there) if (there := tab()) is not None else Speech(language)

        return LiveView(self.backend, user, UUID(session.thread_id), emit, speech)

    async def _commands(self, user_id: UUID) -> list[dict[str, object]]:
        return [
            {"id": f"/{command.name}", "description": command.description, "icon": command.icon, "button": False}
            for command in await self.backend.commands(user_id)
        ]


def user_of(session: Session) -> WebUser:
    """Tell whose tab it is; the gate reads them anew with every frame of the tab's socket."""
    return cast(WebUser, session.environ["asgi.scope"][USER_KEY])


def speech_of(session: Session) -> Speech:
    """Speak the language that a tab's person has chosen by now."""
    return user_of(session).speech


async def _ignore(*_: object) -> None:
    """Leave an event of a feature we do not offer without effect."""


def _outgoing(session: Session, message_id: UUID, payload: dict[str, Any]) -> Outgoing:
    """Read a written message with its files; one that names a file which is not there will be refused."""
    step, references = payload["message"], cast(Sequence[dict[str, str]], payload.get("fileReferences") or ())
    text = " ".join(part for part in (step.get("command"), step.get("output")) if part)
    found = [session.files[reference["id"]] for reference in references if reference.get("id") in session.files]
    files = [
        UploadedFile(file["path"], file["name"], file["type"], file["size"], kind_of(file["type"])) for file in found
    ]
    lost = [reference for reference in references if reference.get("id") not in session.files]
    return Outgoing(message_id, text, files, _loss(str(lost[0].get("name") or "")) if lost else None)


def _loss(name: str) -> LostFile:
    if name:
        return LostFile("{name} was lost when the connection broke. Attach it again.", name=name)
    return LostFile("A file was lost when the connection broke. Attach it again.")


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
