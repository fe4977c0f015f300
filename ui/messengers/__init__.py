"""The messengers of the hub: one module each, one line in `MESSENGERS`; opened with the gateway, then connected."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.routing import Route

from conversation.channel import Channel
from conversation.installations import Installations
from ui.messengers import slack, teams, telegram
from ui.messengers.messenger import Hub, Loop, Messenger, Opener
from ui.settings import Settings

MESSENGERS: tuple[Opener, ...] = (telegram.open_messenger, slack.open_messenger, teams.open_messenger)


@dataclass(slots=True)
class Messengers:
    """The opened messengers; what `connect` fills in is run and mounted by the gateway."""

    opened: Sequence[Messenger] = ()
    loops: dict[str, Loop] = field(default_factory=dict[str, Loop])
    routes: list[Route] = field(default_factory=list[Route])

    @property
    def channels(self) -> dict[str, Channel]:
        """The channels by name."""
        return {messenger.channel.name: messenger.channel for messenger in self.opened}

    def connect(self, hub: Hub) -> None:
        """Let in what the messengers tell."""
        for messenger in self.opened:
            running = messenger.connect(hub)
            self.loops |= running.loops
            self.routes += running.routes


@asynccontextmanager
async def open_messengers(settings: Settings, installations: Installations | None = None) -> AsyncGenerator[Messengers]:
    """Open the messengers that the settings ask for; raises when one of them refuses its own."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(opener(settings, installations)) for opener in MESSENGERS]
        yield Messengers([messenger for messenger in opened if messenger is not None])


def mount(app: FastAPI, messengers: Messengers) -> None:
    """Add the addresses that platforms call."""
    app.router.routes.extend(messengers.routes)
