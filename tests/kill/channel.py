"""The channel of the test's platform, as a real one is written: pure parsing and rendering, thin HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from bots import markup
from conversation.channel import Capabilities, Part
from conversation.delivery import STUB
from conversation.errors import Unknown
from conversation.message import Address, Author, Message, Reply


@dataclass(frozen=True, slots=True)
class Event:
    """What a person did, as the platform tells it; told again, it has the same id."""

    event_id: str
    user_id: str
    chat: str
    text: str


class HttpChannel:
    """Talks to `tests.kill.servers.Platform`."""

    name = "platform"

    def __init__(
        self,
        client: httpx.AsyncClient,
        edit: bool,
        idempotent: bool,
        interval: float | None = None,
        drafts: bool = False,
    ) -> None:
        self._client = client
        self._capabilities = Capabilities(
            text_limit=4000,
            dialect="plain",
            buttons=10,
            button_value_limit=100,
            edit=edit,
            idempotent=idempotent,
            stream_interval=interval,
            citations=True,
            drafts=drafts,
        )

    def capabilities(self, address: Address) -> Capabilities:
        """Tell the limits."""
        return self._capabilities

    def parse(self, event: object) -> Message | None:
        """Read an event."""
        if not isinstance(event, Event):
            return None
        address = Address(self.name, "", event.chat)
        return Message(address, event.event_id, Author(event.user_id), event.text, datetime.now(UTC))

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Cut the text to the limit."""
        return tuple(Part(text) for text in markup.cut(reply.text, capabilities.text_limit, capabilities.text_unit))

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part."""
        return await self._call("/send", {"chat": to.external_id, "text": part.text, "key": key})

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Post a draft, or bring one up to date."""
        if receipt:
            return await self._call("/edit", {"id": receipt, "text": part.text, "draft": True})
        return await self._call("/send", {"chat": to.external_id, "text": STUB.text, "key": key, "draft": True})

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Change what was posted."""
        await self._call("/edit", {"id": receipt, "text": part.text})

    async def _call(self, path: str, body: dict[str, str | bool]) -> str:
        try:
            answer = await self._client.post(path, json=body)
        except httpx.HTTPError as error:
            raise Unknown("the platform did not answer") from error
        return str(answer.json()["id"])
