"""One browser tab's view of one thread: what it sends goes to the core, what it shows comes from the core."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog

from knowledge.errors import HubError
from ui.web import steps
from ui.web.backend import (
    Attachment,
    ChatBackend,
    Drafted,
    Elsewhere,
    Event,
    Posted,
    Revised,
    Seen,
    Settled,
    ShownMessage,
    UploadedFile,
    WebUser,
)
from ui.web.bell import Bell, Emit
from ui.web.steps import Json

UNEXPECTED = "A fault on our side kept this from being accepted. Nothing is lost: try again in a moment."
RECONNECT_SECONDS = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to the inbox."""

    message_id: UUID
    text: str
    files: Sequence[UploadedFile] = ()


@dataclass(slots=True, eq=False, weakref_slot=True)
class LiveView:
    """Follows a thread and draws its events; hands in what the person writes, and says when that failed."""

    backend: ChatBackend
    user: WebUser
    thread_id: UUID
    emit: Emit
    begun: bool = False
    """The thread stands in the ledger, so the side bar and the address may name it."""
    looking: bool = False
    """The tab said that it is before the person's eyes, so that what it shows counts as seen."""
    run: UUID | None = None
    waiting: set[UUID] = field(default_factory=set[UUID])
    drafts: set[UUID] = field(default_factory=set[UUID])
    asked: set[UUID] = field(default_factory=set[UUID])
    answered: dict[UUID, set[UUID]] = field(default_factory=dict[UUID, set[UUID]])
    buttons: dict[UUID, list[Json]] = field(default_factory=dict[UUID, list[Json]])
    elements: dict[UUID, list[Json]] = field(default_factory=dict[UUID, list[Json]])
    signs: dict[UUID, Json] = field(default_factory=dict[UUID, Json])
    refused: dict[UUID, tuple[Outgoing, str]] = field(default_factory=dict[UUID, tuple[Outgoing, str]])
    underway: dict[UUID, Outgoing] = field(default_factory=dict[UUID, Outgoing])
    bell: Bell = field(init=False)
    _following: asyncio.Task[None] | None = None
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.bell = Bell(self.emit)

    def follow(self) -> None:
        """Begin, or begin again after a lost connection, to show the thread."""
        if self._following is not None:
            self._following.cancel()
        self._following = asyncio.create_task(self._follow())

    def rest(self) -> None:
        """Stop following: nobody looks."""
        self.looking = False
        if self._following is not None:
            self._following.cancel()
            self._following = None

    async def submit(self, outgoing: Outgoing) -> None:
        """Hand a message to the core; it counts as accepted when that returns, otherwise a retry is offered."""
        message_id = outgoing.message_id
        self.underway[message_id] = outgoing
        self.waiting.add(message_id)
        self.run = steps.run_id(message_id)
        self.asked.add(message_id)
        await self.emit("new_message", steps.run_step(message_id, self.thread_id))
        try:
            await self.backend.accept(self.user.user_id, self.thread_id, message_id, outgoing.text, outgoing.files)
        except HubError as error:
            await self._refuse(outgoing, str(error))
        except Exception:
            log.exception("web message not accepted", thread_id=str(self.thread_id))
            await self._refuse(outgoing, UNEXPECTED)
        else:
            await self._accepted(outgoing)

    async def speak(self, outgoing: Outgoing) -> None:
        """Hand in a recording, which the page does not draw by itself as it does a written message."""
        await self.emit("new_message", steps.message_step(_as_shown(outgoing), self.thread_id))
        await self.submit(outgoing)

    async def retry(self, message_id: UUID) -> None:
        """Hand in once more what was refused; the core knows the id, so nothing is said twice."""
        refused = self.refused.pop(message_id, None)
        if refused is None:
            return
        note = steps.refusal_step(message_id, self.thread_id, "")
        await self.emit("remove_action", _retry_button(message_id))
        await self.emit("delete_message", note)
        await self.submit(refused[0])

    async def press(self, label: str, value: str) -> None:
        """Hand in a pressed button; a refusal is said in passing, the button stays to be pressed again."""
        message_id = uuid4()
        self.waiting.add(message_id)
        accepted = self.backend.accept(self.user.user_id, self.thread_id, message_id, label, (), value)
        if not await self._try(accepted):
            self.waiting.discard(message_id)
        await self._show_waiting()

    async def edit(self, message_id: UUID, text: str) -> None:
        """Reword a message; the page has forgotten what stood below it, so the thread is drawn again."""
        if refused := self.refused.get(message_id):
            self.refused[message_id] = (replace(refused[0], text=text), refused[1])
            await self._redraw()
            return await self.retry(message_id)
        await self._try(self.backend.edit(self.user.user_id, self.thread_id, message_id, text, uuid4()))
        await self._redraw()

    async def again(self, answer_id: UUID) -> None:
        """Have the question of an answer answered anew."""
        await self._try(self.backend.again(self.user.user_id, self.thread_id, answer_id))

    async def rate(self, answer_id: UUID, good: bool | None) -> None:
        """Hand in what the person thinks of an answer."""
        await self._try(self.backend.rate(self.user.user_id, answer_id, good))

    async def look(self, looking: bool) -> None:
        """Note whether the tab is before the person's eyes."""
        self.looking = looking
        await self._see()

    async def stop(self) -> None:
        """Ask the core to end the answer that is being written."""
        await self.backend.stop(self.user.user_id, self.thread_id)

    async def _try(self, doing: Awaitable[None]) -> bool:
        """Do something, and say in passing if it could not be done."""
        try:
            await doing
        except Exception as error:
            if not isinstance(error, HubError):
                log.exception("web wish not fulfilled", thread_id=str(self.thread_id))
            reason = str(error) if isinstance(error, HubError) else UNEXPECTED
            await self.emit("toast", {"message": reason, "type": "error"})
            return False
        return True

    async def _redraw(self) -> None:
        """Draw the thread again, now or as soon as it can be read."""
        try:
            await self._show_all()
        except Exception:
            log.exception("web thread not drawn", thread_id=str(self.thread_id))
            self.follow()

    async def _see(self) -> None:
        if self.looking and self.begun:
            await self.backend.see(self.user.user_id, self.thread_id)

    async def _follow(self) -> None:
        while True:
            try:
                async with self._subscribe() as events:
                    await self._show_all()
                    async for event in events:
                        await self._show(event)
            except Exception:
                log.exception("web thread lost", thread_id=str(self.thread_id))
            await asyncio.sleep(RECONNECT_SECONDS)

    def _subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        return self.backend.subscribe(self.user.user_id, self.thread_id, lambda: self.looking)

    async def _show_all(self) -> None:
        async with self._drawing:
            await self._show_thread()
        await self._see()
        await self.bell.know(await self.backend.unread(self.user.user_id), self.thread_id)

    async def _show_thread(self) -> None:
        thread = await self.backend.thread(self.user.user_id, self.thread_id)
        if thread is None:
            return
        messages = await self.backend.messages(self.user.user_id, self.thread_id)
        persons = [message for message in messages if message.author == "person"]
        self.drafts.clear()
        self.run = steps.run_id(persons[-1].message_id) if persons else None
        self.waiting = {message.message_id for message in persons if message.pending} | set(self.underway)
        self._remember(messages)
        shown = steps.thread_value(thread, self.user.user_id, messages)
        shown["steps"] = [*steps.thread_steps(messages, self.thread_id), *self._unsent_steps(persons)]
        await self.emit("resume_thread", shown)
        if not self.begun:
            self.begun = True
            await self.emit("first_interaction", {"interaction": "resume", "thread_id": str(self.thread_id)})
        for message in messages:
            self.elements[message.message_id] = steps.elements(message, self.thread_id)
            await self._show_buttons(message)
        await self._show_signs(messages)
        for message_id in self.refused:
            await self.emit("action", _retry_button(message_id))
        await self._show_waiting()

    def _unsent_steps(self, persons: Sequence[ShownMessage]) -> list[Json]:
        """Draw what the ledger does not know yet, so that a resync never makes a written message vanish."""
        known = {message.message_id for message in persons}
        drawn: list[Json] = []
        for outgoing in [*self.underway.values(), *(kept for kept, _ in self.refused.values())]:
            if outgoing.message_id not in known:
                drawn.append(steps.message_step(_as_shown(outgoing), self.thread_id))
                drawn.append(steps.run_step(outgoing.message_id, self.thread_id))
        for outgoing, reason in self.refused.values():
            drawn.append(steps.refusal_step(outgoing.message_id, self.thread_id, reason))
        return drawn

    async def _show(self, event: Event) -> None:
        async with self._drawing:
            await self._draw(event)
        if isinstance(event, Posted | Revised):
            await self._see()

    async def _draw(self, event: Event) -> None:
        match event:
            case Posted(message) | Revised(message):
                await self._show_message(message)
            case Drafted(message_id, delta, coach_name):
                await self._show_draft(message_id, delta, coach_name)
            case Settled(message_id):
                await self._settle(message_id)
            case Elsewhere():
                await self.bell.ring(event, self.thread_id)
            case Seen(thread_id):
                await self.bell.hush(thread_id)

    def _remember(self, messages: Iterable[ShownMessage]) -> None:
        """Note who asked what and which answers stand, so that a later one finds its place."""
        for message in messages:
            if message.author == "person":
                self.asked.add(message.message_id)
            elif message.answers:
                self.answered.setdefault(message.answers, set()).add(message.message_id)

    async def _show_message(self, message: ShownMessage) -> None:
        self.drafts.discard(message.message_id)
        if message.author == "person" and message.message_id not in self.asked:
            self.run = steps.run_id(message.message_id)
        self._remember([message])
        run = steps.run_id(message.answers) if message.answers and message.answers in self.asked else self.run
        await self.emit("new_message", steps.message_step(message, self.thread_id, run))
        await self._show_elements(message)
        if message.author == "person":
            ended = None if message.pending else message.created_at
            await self.emit("new_message", steps.run_step(message.message_id, self.thread_id, ended))
            if message.pending:
                self.waiting.add(message.message_id)
            else:
                self.waiting.discard(message.message_id)
            await self._show_waiting()
        await self._show_buttons(message)
        if self.signs.get(message.message_id) != steps.signs(message):
            await self._show_signs([message])

    async def _show_draft(self, message_id: UUID, delta: str, coach_name: str) -> None:
        if message_id not in self.drafts:
            self.drafts.add(message_id)
            coach = await self.backend.coach_of(self.user.user_id, self.thread_id)
            drawn = steps.draft_step(message_id, self.thread_id, coach_name, self.run, coach)
            await self.emit("stream_start", drawn)
        token = {"id": str(message_id), "token": steps.literal(delta), "isSequence": False, "isInput": False}
        await self.emit("stream_token", token)

    async def _settle(self, message_id: UUID) -> None:
        stood = set(self.answered.get(message_id, ()))
        await self._end_drafts()
        if stood:
            await self._take_back(message_id, stood)
        if any(element["type"] == "audio" for element in self.elements.get(message_id, ())):
            await self._show_words(message_id)
        self.waiting.discard(message_id)
        await self.emit("new_message", steps.run_step(message_id, self.thread_id, datetime.now(UTC)))
        await self._show_waiting()

    async def _end_drafts(self) -> None:
        """Let what was drafted stand as the ledger has it, or vanish if it came to nothing."""
        for draft in list(self.drafts):
            self.drafts.discard(draft)
            standing = await self.backend.message(self.user.user_id, draft)
            if standing is not None:
                await self._show_message(standing)
            else:
                await self.emit("delete_message", {"id": str(draft)})

    async def _take_back(self, question: UUID, stood: set[UUID]) -> None:
        """Remove the answers that a question had and has no more, now that it was answered anew."""
        standing = {message.message_id for message in await self.backend.messages(self.user.user_id, self.thread_id)}
        for answer in stood - standing:
            self.answered[question].discard(answer)
            await self.emit("delete_message", {"id": str(answer)})

    async def _show_words(self, message_id: UUID) -> None:
        """Show what was understood of a recording."""
        if heard := await self.backend.message(self.user.user_id, message_id):
            await self.emit("new_message", steps.message_step(heard, self.thread_id))

    async def _show_buttons(self, message: ShownMessage) -> None:
        before, now = self.buttons.get(message.message_id, []), steps.message_buttons(message)
        if before == now:
            return
        for button in before:
            await self.emit("remove_action", button)
        for button in now:
            await self.emit("action", button)
        self.buttons[message.message_id] = now

    async def _show_signs(self, messages: Sequence[ShownMessage]) -> None:
        """Tell the page's script, at once, what stands under these answers."""
        signs = {m.message_id: steps.signs(m) for m in messages if m.author == "coach"}
        self.signs |= signs
        told = {str(message_id): drawn for message_id, drawn in signs.items()}
        if told:
            await self.emit("window_message", {"evermynd": "signs", "messages": told})

    async def _show_elements(self, message: ShownMessage) -> None:
        before, now = self.elements.get(message.message_id, []), steps.elements(message, self.thread_id)
        kept = {element["id"] for element in now}
        for element in before:
            if element["id"] not in kept:
                await self.emit("remove_element", element)
        for element in now:
            if element not in before:
                await self.emit("element", element)
        self.elements[message.message_id] = now

    async def _show_waiting(self) -> None:
        await self.emit("task_start" if self.waiting else "task_end", {})

    async def _accepted(self, outgoing: Outgoing) -> None:
        self.underway.pop(outgoing.message_id, None)
        shown = _as_shown(outgoing)
        await self.emit("update_message", steps.message_step(shown, self.thread_id) | {"command": None})
        if outgoing.message_id not in self.elements:
            await self._show_elements(shown)
        for recording in (file for file in outgoing.files if file.kind == "voice"):
            await asyncio.to_thread(recording.path.unlink, missing_ok=True)
        await self._show_waiting()
        if not self.begun:
            self.begun = True
            opened = {"interaction": outgoing.text or "files", "thread_id": str(self.thread_id)}
            await self.emit("first_interaction", opened)
            await self.emit("call_fn", {"name": "evermynd-thread", "args": {"id": str(self.thread_id)}})

    async def _refuse(self, outgoing: Outgoing, reason: str) -> None:
        self.underway.pop(outgoing.message_id, None)
        self.waiting.discard(outgoing.message_id)
        self.refused[outgoing.message_id] = (outgoing, reason)
        await self.emit("new_message", steps.refusal_step(outgoing.message_id, self.thread_id, reason))
        await self.emit("action", _retry_button(outgoing.message_id))
        await self._show_waiting()


def _retry_button(message_id: UUID) -> Json:
    button = steps.button(message_id, "retry", "Try again", {"message_id": str(message_id)})
    return button | {"forId": str(steps.refusal_step(message_id, message_id, "")["id"])}


def _as_shown(outgoing: Outgoing) -> ShownMessage:
    attachments = tuple(Attachment(file.name, file.media_type) for file in outgoing.files)
    return ShownMessage(outgoing.message_id, "person", outgoing.text, datetime.now(UTC), attachments=attachments)
