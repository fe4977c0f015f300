"""What the page draws with a message besides its text: buttons, files and charts, and the signs under an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from ui.web import steps
from ui.web.backend import ShownMessage
from ui.web.bell import Emit
from ui.web.steps import Json


@dataclass(slots=True)
class Extras:
    """What one tab shows with its messages by now, so that only what is new is drawn."""

    thread_id: UUID
    emit: Emit
    buttons: dict[UUID, list[Json]] = field(default_factory=dict[UUID, list[Json]])
    elements: dict[UUID, list[Json]] = field(default_factory=dict[UUID, list[Json]])
    signs: dict[UUID, Json] = field(default_factory=dict[UUID, Json])

    def forget(self) -> None:
        """Begin anew with an empty page."""
        for shown in (self.buttons, self.elements, self.signs):
            shown.clear()

    async def drawn(self, messages: Sequence[ShownMessage]) -> None:
        """Draw what is missing of a thread that was drawn whole, with its files and charts."""
        for message in messages:
            self.elements[message.message_id] = steps.elements(message, self.thread_id)
            if message.message_id not in self.buttons:
                # A page that was open while the hub began anew has them already, and would add them once more.
                for button in steps.message_buttons(message):
                    await self.emit("remove_action", button)
            await self.show_buttons(message)
        await self.show_signs(messages)

    def heard(self, message_id: UUID) -> bool:
        """Tell whether a message is a recording."""
        return any(element["type"] == "audio" for element in self.elements.get(message_id, ()))

    async def show_buttons(self, message: ShownMessage) -> None:
        """Bring the buttons of a message up to date."""
        before, now = self.buttons.get(message.message_id, []), steps.message_buttons(message)
        if before == now:
            return
        for button in before:
            await self.emit("remove_action", button)
        for button in now:
            await self.emit("action", button)
        self.buttons[message.message_id] = now

    async def show_signs(self, messages: Sequence[ShownMessage]) -> None:
        """Tell the page's script, at once, what stands under these answers."""
        signs = {m.message_id: steps.signs(m) for m in messages if m.author == "coach"}
        self.signs |= signs
        told = {str(message_id): drawn for message_id, drawn in signs.items()}
        if told:
            await self.emit("window_message", {"evermynd": "signs", "messages": told})

    async def show_elements(self, message: ShownMessage) -> None:
        """Bring the files and the chart of a message up to date."""
        before, now = self.elements.get(message.message_id, []), steps.elements(message, self.thread_id)
        kept = {element["id"] for element in now}
        for element in before:
            if element["id"] not in kept:
                await self.emit("remove_element", element)
        for element in now:
            if element not in before:
                await self.emit("element", element)
        self.elements[message.message_id] = now
