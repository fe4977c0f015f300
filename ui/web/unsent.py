"""What a tab has written and the ledger does not know yet: on its way there, or refused and kept for another try."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from conversation.speech import Speech
from knowledge.errors import HubError
from ui.web import steps
from ui.web.backend import Attachment, ShownMessage, UploadedFile
from ui.web.bell import Emit
from ui.web.steps import Json


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to the inbox; with `edits`, it is the new wording of one that stands there."""

    message_id: UUID
    text: str
    files: Sequence[UploadedFile] = ()
    fault: HubError | None = None
    """Why it cannot be handed in as it is."""
    edits: bool = False
    reworded: bool = False
    """Its words were changed after it was refused."""


@dataclass(slots=True)
class Unsent:
    """What one tab has written and the ledger does not know; the page's script keeps it too, until it is taken."""

    thread_id: UUID
    emit: Emit
    speech: Callable[[], Speech]
    underway: dict[UUID, Outgoing] = field(default_factory=dict[UUID, Outgoing])
    refused: dict[UUID, tuple[Outgoing, str]] = field(default_factory=dict[UUID, tuple[Outgoing, str]])
    """What was not taken, with the reason."""
    _offering: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refuse(self, outgoing: Outgoing, reason: str) -> None:
        """Keep what was not taken, and say why below it."""
        message_id = outgoing.message_id
        self.underway.pop(message_id, None)
        self.refused[message_id] = (outgoing, reason)
        await self.emit("new_message", steps.refusal_step(message_id, self.thread_id, reason))
        await self._offer(message_id)

    async def lift(self, message_id: UUID) -> Outgoing | None:
        """Take a refusal off the page, and give what was refused."""
        refused, _ = self.refused.pop(message_id, (None, ""))
        if refused is not None:
            for button in self._buttons(message_id):
                await self.emit("remove_action", button)
            await self.emit("delete_message", steps.refusal_step(message_id, self.thread_id, ""))
        return refused

    def reword(self, message_id: UUID, text: str) -> bool:
        """Change the words of what was refused, if it was; a file that it lost is given up."""
        refused, reason = self.refused.get(message_id, (None, ""))
        if refused is None:
            return False
        self.refused[message_id] = (replace(refused, text=text, fault=None, reworded=True), reason)
        return True

    async def arrived(self, message_id: UUID) -> None:
        """Let go of the refusal of what the ledger has after all; words that it was given since are kept refused."""
        refused, reason = self.refused.get(message_id, (None, ""))
        if refused is not None and refused.reworded:
            self.refused[message_id] = (replace(refused, edits=True), reason)
        elif refused is not None and not refused.edits:
            await self.lift(message_id)
        await self.taken(message_id)

    async def taken(self, message_id: UUID, *, edits: bool = False) -> None:
        """Tell the page's script that it need not keep a message, or its new wording, unless that was refused."""
        refused, _ = self.refused.get(message_id, (None, ""))
        if refused is None or (refused.edits and not edits):
            event = "edit_message" if edits else "client_message"
            await self.emit("window_message", {"evermynd": "taken", "event": event, "id": str(message_id)})

    async def forget(self, lifted: Outgoing) -> None:
        """Have the page's script forget what the person let go, with whatever they made of it."""
        await self.taken(lifted.message_id, edits=True)
        if not lifted.edits:
            await self.taken(lifted.message_id)

    async def show_buttons(self) -> None:
        """Draw the buttons under each refusal of a thread that was drawn anew."""
        for message_id in list(self.refused):
            await self._offer(message_id)

    async def _offer(self, message_id: UUID) -> None:
        async with self._offering:  # a page that was given a button twice never quite loses it
            for button in self._buttons(message_id):
                await self.emit("remove_action", button)  # the page keeps those of before
                await self.emit("action", button)

    def _buttons(self, message_id: UUID) -> list[Json]:
        """Draw the buttons under a refusal: it can be tried again, or let go."""
        note, payload = steps.refusal_step(message_id, self.thread_id, "")["id"], {"message_id": str(message_id)}
        speech = self.speech()
        offered = {"retry": speech.say("Try again"), "discard": speech.say("Discard")}
        return [
            steps.button(message_id, name, "", payload) | {"label": label, "forId": note}
            for name, label in offered.items()
        ]

    async def standing(self, messages: Sequence[ShownMessage]) -> list[ShownMessage]:
        """Show what stands in the ledger, which is refused no more, with the new wordings that it did not take."""
        unsaid = {message_id for message_id, (kept, _) in self.refused.items() if not kept.edits}
        for message_id in unsaid.intersection(message.message_id for message in messages):
            await self.arrived(message_id)
        words = {message_id: kept.text for message_id, (kept, _) in self.refused.items() if kept.edits}
        return [replace(message, text=words.get(message.message_id, message.text)) for message in messages]

    def drawn(self, known: Iterable[UUID]) -> list[Json]:
        """Draw what the ledger does not know, so that a resync never makes a written message vanish."""
        shown: list[Json] = []
        for outgoing in [*self.underway.values(), *(kept for kept, _ in self.refused.values())]:
            if outgoing.message_id not in known:
                shown.append(steps.message_step(as_shown(outgoing), self.thread_id))
                shown.append(steps.run_step(outgoing.message_id, self.thread_id))
        for outgoing, reason in self.refused.values():
            shown.append(steps.refusal_step(outgoing.message_id, self.thread_id, reason))
        return shown


def as_shown(outgoing: Outgoing) -> ShownMessage:
    """Show a message before the ledger has it."""
    attachments = tuple(Attachment(file.name, file.media_type) for file in outgoing.files)
    return ShownMessage(outgoing.message_id, "person", outgoing.text, datetime.now(UTC), attachments=attachments)
