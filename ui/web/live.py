"""One browser tab's view of one thread: what it sends goes to the core, what it shows comes from the core."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog

from conversation.speech import Speech
from knowledge.errors import HubError
from knowledge.phrases import Phrase
from ui.web import steps
from ui.web.backend import (
    ChatBackend,
    Drafted,
    Elsewhere,
    Event,
    Posted,
    Redrawn,
    Relisted,
    Revised,
    Seen,
    Settled,
    ShownMessage,
    ShownThread,
    WebUser,
)
from ui.web.bell import Bell, Emit
from ui.web.extras import Extras
from ui.web.unsent import Outgoing, Unsent, as_shown

UNEXPECTED = Phrase("A fault on our side kept this from being accepted. Nothing is lost: try again in a moment.")
RECONNECT_SECONDS = 2.0
log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False, weakref_slot=True)
class LiveView:
    """Follows a thread and draws its events; hands in what the person writes, and says when that failed."""

    backend: ChatBackend
    user: WebUser
    thread_id: UUID
    emit: Emit
    speech: Callable[[], Speech] = Speech
    """Speaks the language that the person has chosen by now."""
    begun: bool = False
    """The thread stands in the ledger, so the side bar and the address may name it."""
    looking: bool = False
    """The tab said that it is before the person's eyes, so that what it shows counts as seen."""
    run: UUID | None = None
    waiting: set[UUID] = field(default_factory=set[UUID])
    drafts: dict[UUID, Drafted] = field(default_factory=dict[UUID, Drafted])
    """What is shown by now of the answers that are being written."""
    asked: set[UUID] = field(default_factory=set[UUID])
    answered: dict[UUID, set[UUID]] = field(default_factory=dict[UUID, set[UUID]])
    unsent: Unsent = field(init=False)
    extras: Extras = field(init=False)
    bell: Bell = field(init=False)
    _following: asyncio.Task[None] | None = None
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.unsent = Unsent(self.thread_id, self.emit, self.speech)
        self.extras = Extras(self.thread_id, self.emit)
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
        self.unsent.underway[message_id] = outgoing
        self.waiting.add(message_id)
        self.run = steps.run_id(message_id)
        self.asked.add(message_id)
        await self.emit("new_message", steps.run_step(message_id, self.thread_id))
        try:
            if outgoing.fault is not None:
                raise outgoing.fault
            await self.backend.accept(self.user.user_id, self.thread_id, message_id, outgoing.text, outgoing.files)
        except Exception as error:
            await self._refuse(outgoing, self._reason(error))
        else:
            await self._accepted(outgoing)

    async def speak(self, outgoing: Outgoing) -> None:
        """Hand in a recording, which the page does not draw by itself as it does a written message."""
        await self.emit("new_message", steps.message_step(as_shown(outgoing), self.thread_id))
        await self.submit(outgoing)

    async def retry(self, message_id: UUID) -> None:
        """Hand in once more what was refused; the core knows the id, so nothing is said twice."""
        if refused := await self.unsent.lift(message_id):
            await (self.edit(message_id, refused.text) if refused.edits else self.submit(refused))

    async def discard(self, message_id: UUID) -> None:
        """Let go of what was refused; a new wording gives way to the one that stands."""
        if refused := await self.unsent.lift(message_id):
            await self.unsent.forget(refused)
            if not refused.edits:
                await self.emit("delete_message", {"id": str(message_id)})
            await self._redraw()

    async def press(self, label: str, value: str) -> None:
        """Hand in a pressed button; a refusal is said in passing, the button stays to be pressed again."""
        message_id = uuid4()
        self.waiting.add(message_id)
        if not await self._try(self.backend.accept(self.user.user_id, self.thread_id, message_id, label, (), value)):
            self.waiting.discard(message_id)
        await self._show_waiting()

    async def edit(self, message_id: UUID, text: str) -> None:
        """Reword a message; the page has forgotten what stood below it, so the thread is drawn again."""
        if self.unsent.reword(message_id, text):
            await self._redraw()
            await self.retry(message_id)
            return await self.unsent.taken(message_id, edits=True)
        editing = self.backend.edit(self.user.user_id, self.thread_id, message_id, text, uuid4())
        if not text.strip():
            await self._try(editing)
        else:
            try:
                await editing
            except Exception as error:
                self.unsent.refused[message_id] = (Outgoing(message_id, text, edits=True), self._reason(error))
        await self.unsent.taken(message_id, edits=True)
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

    async def kept(self, message_id: UUID) -> ShownMessage | None:
        """Give a message as the ledger has it; if that cannot be asked, handing the message in will say why."""
        try:
            return await self.backend.message(self.user.user_id, message_id)
        except Exception:
            log.exception("web message not looked up")
            return None

    async def _try(self, doing: Awaitable[None]) -> bool:
        """Do something, and say in passing if it could not be done."""
        try:
            await doing
        except Exception as error:
            await self.emit("toast", {"message": self._reason(error), "type": "error"})
            return False
        return True

    def _reason(self, error: Exception) -> str:
        """Say why something was not done; what was not foreseen is logged."""
        if isinstance(error, HubError):
            return self.speech().explain(error)
        log.error("web wish not fulfilled", thread_id=str(self.thread_id), exc_info=error)
        return self.speech().restate(UNEXPECTED)

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
                    self.drafts.clear()  # the stream begins with what is drafted
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
        await self._show_unread()

    async def _show_unread(self) -> None:
        await self.bell.know(await self.backend.unread(self.user.user_id), self.thread_id)

    async def _show_list(self, *, drawn: bool) -> None:
        """Have the side bar list the threads as they are now, and draw this one anew."""
        await (self._show_all() if drawn else self._show_unread())
        await self.bell.relist(self.thread_id)

    async def _show_thread(self) -> None:
        thread = await self.backend.thread(self.user.user_id, self.thread_id)
        if thread is None:
            return await self._show_gone() if self.begun else None
        messages = await self.unsent.standing(await self.backend.messages(self.user.user_id, self.thread_id))
        persons = {message.message_id: message for message in messages if message.author == "person"}
        self.run = steps.run_id(list(persons)[-1]) if persons else None
        pending = {message_id for message_id, message in persons.items() if message.pending}
        self.waiting = pending | self.unsent.underway.keys() - persons.keys()
        self._remember(messages)
        shown = steps.thread_value(thread, self.user.user_id, messages)
        shown["steps"] = [*steps.thread_steps(messages, self.thread_id), *self.unsent.drawn(persons)]
        await self.emit("resume_thread", shown)
        if not self.begun:
            self.begun = True
            await self.emit("first_interaction", {"interaction": "resume", "thread_id": str(self.thread_id)})
        await self._name()  # the page may have lost it on the way
        await self.extras.drawn(messages)
        await self.unsent.show_buttons()
        await self._show_drafts()
        await self._show_waiting()

    async def _show_gone(self) -> None:
        """Leave a thread that was deleted elsewhere; what is written here from now on begins a new one."""
        self.begun, self.run, self.waiting = False, None, set(self.unsent.underway)
        for known in (self.drafts, self.asked, self.answered):
            known.clear()
        self.extras.forget()
        shown = steps.thread_value(ShownThread(self.thread_id, "", datetime.now(UTC)), self.user.user_id)
        text = self.speech().say("This chat was deleted. What you write now begins a new one.")
        shown["steps"] = [steps.gone_step(self.thread_id, text), *self.unsent.drawn(())]
        await self.emit("resume_thread", shown)
        await self.unsent.show_buttons()
        await self._show_waiting()

    async def _show(self, event: Event) -> None:
        if isinstance(event, Redrawn | Relisted):
            return await self._show_list(drawn=isinstance(event, Redrawn))
        async with self._drawing:
            await self._draw(event)
        if isinstance(event, Posted | Revised):
            await self._see()

    async def _draw(self, event: Event) -> None:
        match event:
            case Posted(message) | Revised(message):
                await self._show_message(message)
            case Drafted():
                await self._show_draft(event)
            case Settled(message_id):
                await self._settle(message_id)
            case Elsewhere():
                await self.bell.ring(event, self.thread_id)
            case Seen(thread_id):
                await self.bell.hush(thread_id)
            case Redrawn() | Relisted():
                pass  # read anew, outside the lock

    def _remember(self, messages: Iterable[ShownMessage]) -> None:
        """Note who asked what and which answers stand, so that a later one finds its place."""
        for message in messages:
            if message.author == "person":
                self.asked.add(message.message_id)
            elif message.answers:
                self.answered.setdefault(message.answers, set()).add(message.message_id)

    async def _show_message(self, message: ShownMessage) -> None:
        [message] = await self.unsent.standing([message])
        self.drafts.pop(message.message_id, None)
        if message.author == "person" and message.message_id not in self.asked:
            self.run = steps.run_id(message.message_id)
        self._remember([message])
        await self.emit("new_message", steps.message_step(message, self.thread_id, self._run_of(message.answers)))
        await self.extras.show_elements(message)
        if message.author == "person":
            ended = None if message.pending else message.created_at
            await self.emit("new_message", steps.run_step(message.message_id, self.thread_id, ended))
            (self.waiting.add if message.pending else self.waiting.discard)(message.message_id)
            await self._show_waiting()
        await self.extras.show_buttons(message)
        if self.extras.signs.get(message.message_id) != steps.signs(message):
            await self.extras.show_signs([message])

    def _run_of(self, question: UUID | None) -> UUID | None:
        """Tell below what an answer hangs: its question, if that is known, or else the last one."""
        return steps.run_id(question) if question and question in self.asked else self.run

    async def _show_draft(self, more: Drafted) -> None:
        before = self.drafts.get(more.message_id)
        if before is None and not more.whole:
            return  # the rest of what is void by now
        if before is None or more.whole:
            coach = await self.backend.coach_of(self.user.user_id, self.thread_id)
            drawn = steps.draft_step(more.message_id, self.thread_id, self._run_of(more.answers), coach)
            await self.emit("stream_start", drawn)
        text = more.text if before is None or more.whole else before.text + more.text
        self.drafts[more.message_id] = replace(more, text=text, whole=True)
        token = {"id": str(more.message_id), "token": steps.literal(more.text)}
        await self.emit("stream_token", token | {"isSequence": False, "isInput": False})

    async def _show_drafts(self) -> None:
        """Show what is drafted in a thread that was drawn anew; what nobody waits for any more is void."""
        self.drafts = {key: draft for key, draft in self.drafts.items() if draft.answers in self.waiting}
        for draft in list(self.drafts.values()):
            await self._show_draft(draft)

    async def _settle(self, message_id: UUID) -> None:
        stood = set(self.answered.get(message_id, ()))
        await self._end_drafts(message_id)
        if stood:
            await self._take_back(message_id, stood)
        if self.extras.heard(message_id):
            await self._show_words(message_id)
        self.waiting.discard(message_id)
        await self.emit("new_message", steps.run_step(message_id, self.thread_id, datetime.now(UTC)))
        await self._show_waiting()
        await self.bell.speak(await self.backend.language(self.user.user_id), self.user.language)

    async def _end_drafts(self, question: UUID) -> None:
        """Let what was drafted for a question stand as the ledger has it, or vanish if it came to nothing."""
        for draft in [key for key, draft in self.drafts.items() if draft.answers == question]:
            self.drafts.pop(draft, None)
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

    async def _show_waiting(self) -> None:
        await self.emit("task_start" if self.waiting else "task_end", {})

    async def _accepted(self, outgoing: Outgoing) -> None:
        self.unsent.underway.pop(outgoing.message_id, None)
        await self.unsent.taken(outgoing.message_id)
        shown = as_shown(outgoing)
        await self.emit("update_message", steps.message_step(shown, self.thread_id) | {"command": None})
        async with self._drawing:  # the ledger's own files, which can be opened, are never drawn over
            if outgoing.message_id not in self.extras.elements:
                await self.extras.show_elements(shown)
        for recording in (file for file in outgoing.files if file.kind == "voice"):
            await asyncio.to_thread(recording.path.unlink, missing_ok=True)
        await self._show_waiting()
        if not self.begun:
            self.begun = True
            said = outgoing.text or "files"
            await self.emit("first_interaction", {"interaction": said, "thread_id": str(self.thread_id)})
            await self._name()

    async def _name(self) -> None:
        """Have the page's address name the thread, now that a reload would find it."""
        await self.emit("call_fn", {"name": "evermynd-thread", "args": {"id": str(self.thread_id)}})

    async def _refuse(self, outgoing: Outgoing, reason: str) -> None:
        """Offer another try, unless the ledger has it nevertheless: here, or said in another thread before."""
        message_id = outgoing.message_id
        self.waiting.discard(message_id)
        await self.unsent.refuse(outgoing, reason)
        if await self.kept(message_id) is not None:
            await self.unsent.arrived(message_id)
            await self.emit("delete_message", {"id": str(message_id)})
            await self._redraw()
        await self._show_waiting()
