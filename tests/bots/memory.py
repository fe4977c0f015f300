"""A core that remembers, for the tests of the messengers."""

from __future__ import annotations

from conversation.channel import Channel
from conversation.message import Feedback, Message, Notice


class Memory:
    """A core that keeps what it is told once, by its key; `failures` are raised before that, one a call."""

    def __init__(self) -> None:
        self.kept: dict[str, Message | Notice | Feedback] = {}
        self.taken = 0
        self.failures: list[Exception] = []
        self.aside: list[object] = []

    async def take(self, channel: Channel, event: object, /) -> object:
        self.taken += 1
        if self.failures:
            raise self.failures.pop(0)
        found = channel.parse(event)
        if found is not None:
            self.kept.setdefault(f"{found.address.account}:{found.dedupe_key}", found)
        return None

    async def put_aside(self, event: object, /) -> None:
        self.aside.append(event)

    @property
    def messages(self) -> list[Message]:
        return [each for each in self.kept.values() if isinstance(each, Message)]

    @property
    def texts(self) -> list[str]:
        return [each.action or each.text for each in self.messages]

    @property
    def last(self) -> Message:
        return self.messages[-1]
