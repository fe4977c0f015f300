"""The gateway: one process with the pages, the web chat, the turns and the outbox loop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversation import checkpoints
from conversation.channel import Channel
from conversation.dispatcher import Dispatcher
from conversation.graph import build
from conversation.installations import Installations
from conversation.intake import Intake
from conversation.load import Load
from conversation.sender import Sender
from conversation.state import Services
from conversation.turns import Assistant
from knowledge.db import Database, open_database
from ui import guide, health, messengers, models, spools
from ui.account.authentication import authenticate
from ui.account.routes import router as account_router
from ui.account.settings import AccountSettings
from ui.messengers import Messengers, open_messengers
from ui.messengers.messenger import Hub
from ui.messengers.telegram import own_bots
from ui.settings import Settings
from ui.web import app as web
from ui.web.backend import WebUser
from ui.web.channel import WebChannel
from ui.web.core import Core
from ui.web.events import Events
from ui.web.workspace import Uploads

GRACE = 25  # seconds that running turns get when the process is asked to end

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """The running parts of a gateway."""

    database: Database
    services: Services
    dispatcher: Dispatcher
    sender: Sender
    events: Events
    core: Core
    messengers: Messengers


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with open_parts(settings) as parts:
        config = uvicorn.Config(
            build_app(settings, parts),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            proxy_headers=False,
        )
        await uvicorn.Server(config).serve()


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncGenerator[Parts]:
    """Build what the gateway runs, and run it until the context ends; running turns are let finish."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database_url or "", size=16))
        saver = await stack.enter_async_context(checkpoints.open_checkpointer(settings.database_url or ""))
        services = await stack.enter_async_context(models.open_services(settings, database))
        events = Events(database)
        channel = WebChannel(database, events)
        vault = settings.vault
        installations = Installations(database, vault) if vault else None
        services = replace(services, bots=own_bots(settings, installations))
        opened = await stack.enter_async_context(open_messengers(settings, installations))
        channels: dict[str, Channel] = {channel.name: channel, **opened.channels}
        load = Load()
        dispatcher = Dispatcher(Assistant(services, build(), build(saver)), channels, owner, load=load)
        sender = Sender(database, channels, owner, load)
        core = Core(database, dispatcher, channel, events)
        # What messengers tell is acknowledged over connections of its own, so that it never waits behind turns.
        ledger = await stack.enter_async_context(open_database(settings.database_url or "", size=4))
        intake = Intake(ledger, dispatcher, settings.signup, load)
        folder, sealing = spools.folder_in(settings), spools.vault_of(settings)
        opened.connect(Hub(settings, intake, database, owner, folder, sealing, installations))
        parts = Parts(database, services, dispatcher, sender, events, core, opened)
        loops = [
            lasting("events", events.run),
            lasting("sender", sender.run),
            lasting("guide", partial(guide.teach, database, models.endpoint_in(settings), settings.embedding_model)),
            *(lasting(part, work) for part, work in opened.loops.items()),
        ]
        sweeping = lasting("dispatcher", dispatcher.run)
        try:
            yield parts
        finally:
            await _end([sweeping], GRACE)
            await _end(loops, 5)


def lasting(part: str, work: Callable[[], Coroutine[Any, Any, None]], pause: float = 1.0) -> asyncio.Task[None]:
    """Start a part of the gateway that is begun again, after `pause` seconds, when a fault ends it."""

    async def keep() -> None:
        while True:
            try:
                return await work()
            except Exception:
                _log.exception("gateway.part_failed", part=part)
            await asyncio.sleep(pause)

    return asyncio.create_task(keep())


async def _end(tasks: list[asyncio.Task[None]], patience: float) -> None:
    """Ask tasks to end and wait for them."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=patience)


def build_app(settings: Settings, parts: Parts) -> FastAPI:
    """Put the pages, the chat and the health checks together."""
    app = FastAPI(title="EverMynd", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route("/", _to_chat, methods=["GET", "HEAD"])
    health.mount(app, parts.database)
    account = AccountSettings(
        signup=settings.signup,
        public_url=settings.address,
        secure=(settings.public_url or "").startswith("https://"),
        data_dir=settings.data_dir.resolve(),
        smtp_url=settings.smtp_url,
        behind_proxy=settings.public_url is not None,
    )
    app.include_router(account_router(parts.database, account))
    messengers.mount(app, parts.messengers)
    _mount_chat(app, settings, parts)
    return app


def _mount_chat(app: FastAPI, settings: Settings, parts: Parts) -> None:
    async def who(scope: Any) -> WebUser | None:
        found = await authenticate(scope, parts.database)
        return WebUser(found.user_id, found.name, found.guest, found.language) if found else None

    web.mount(
        app,
        parts.core,
        who,
        _sign_out(parts.database),
        settings.data_dir.resolve() / "web",
        uploads=Uploads(max_mb=settings.upload_limit_mb, voice=parts.services.transcriber is not None),
        public_url=settings.public_url or "",
    )


def _sign_out(database: Database) -> Any:
    from conversation.people import sessions
    from ui.account.authentication import COOKIE, cookie

    async def end(scope: Any) -> None:
        await sessions.sign_out(database, cookie(scope, COOKIE))

    return end


async def _to_chat(_: Request) -> Response:
    return RedirectResponse("/chat/", 307)
