"""What a messenger is to the gateway: a channel to send through, and, once connected, loops to run and routes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.webhooks import Answer
from conversation.channel import Channel
from conversation.errors import SpoolFull
from conversation.installations import Installations
from conversation.intake import Intake
from conversation.spool import Spool
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.vault import Vault
from ui.settings import Settings

Loop = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Running:
    """What the gateway does for a messenger: loops by name, each run until cancelled or done, and addresses served."""

    loops: Mapping[str, Loop] = field(default_factory=dict[str, Loop])
    routes: Sequence[Route] = ()


class Messenger(Protocol):
    """An opened messenger."""

    @property
    def channel(self) -> Channel:
        """What the core sends through."""
        ...

    def connect(self, hub: Hub) -> Running:
        """Let in what people write there."""
        ...


Opener = Callable[[Settings, "Installations | None"], AbstractAsyncContextManager["Messenger | None"]]
"""Opens a messenger, or gives None where the settings ask for none; there are installations if there are keys."""


@dataclass(frozen=True, slots=True)
class Hub:
    """The core as a messenger meets it; `owner` names this process, `folder` keeps what the ledger cannot take now.

    `vault` seals what is kept there.
    """

    settings: Settings
    intake: Intake
    database: Database
    owner: str
    folder: Path
    vault: Vault
    installations: Installations | None = None

    def door(self, name: str, *, waits: bool) -> Door:
        """Give the way into the ledger for one messenger's events."""
        return Door(self.intake, Spool(self.folder / name, self.vault), waits=waits)


class Door:
    """An intake with a disk behind it: what cannot be taken is put aside, and, where it `waits`, what cannot be
    committed now is kept until it can."""

    def __init__(self, intake: Intake, spool: Spool, *, waits: bool) -> None:
        self._intake = intake
        self._spool = spool
        self._waits = waits

    async def take(self, channel: Channel, event: object, /) -> None:
        """Commit an event or keep it; raises `DatabaseUnavailable` when neither is possible."""
        if not self._waits:
            await self._intake.take(channel, event)
            return
        try:
            await self._spool.take(partial(self._intake.take, channel), event)
        except SpoolFull as error:
            raise DatabaseUnavailable from error

    async def put_aside(self, event: object, /) -> None:
        """Keep an event that cannot be taken for a person to look at, with the error that is being handled."""
        await self._spool.put_aside(event, sys.exception())

    async def drain(self, channel: Channel) -> None:
        """Bring what waits on the disk into the ledger, until cancelled."""
        await self._spool.drain(partial(self._intake.take, channel))


def route(path: str, handle: Callable[[Request], Coroutine[Any, Any, Answer]], *methods: str) -> Route:
    """Serve what a room answers under an address."""

    async def endpoint(request: Request) -> Response:
        answer = await handle(request)
        return Response(answer.body, answer.status, dict(answer.headers), answer.media_type)

    return Route(path, endpoint, methods=list(methods or ("POST",)))
