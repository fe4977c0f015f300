"""The Bot API: calls with timeouts, in aiogram's words going out and in ours coming back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramAPIError, TelegramEntityTooLarge
from aiogram.methods import (
    DeleteWebhook,
    EditMessageText,
    GetMe,
    GetUpdates,
    Response,
    SendMessage,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout

from bots.fields import Fields, fields_of, true
from bots.telegram.errors import TokenRevoked, TokenUnknown, TooBig
from bots.telegram.faults import PAUSE, NoServer, translated
from bots.telegram.settings import TelegramSettings
from conversation.errors import RetryLater

PATIENCE = 2.8
"""Seconds a call may take; less than the outbox loop waits, so that it hears what became of the call."""
REACH = 1.5
"""Seconds to get a connection: as long as there is none, nothing can have been sent."""

_NEEDED = (GetMe, GetUpdates, SetWebhook, DeleteWebhook, SendMessage, EditMessageText)
"""What there is no bot without; a server that does not find these is not the one that is meant."""
MISSES = 5
"""Pages in a row, while other calls are answered, after which a server is taken not to have what was called."""

_log = structlog.get_logger(__name__)

_PAGES: dict[int, type[TelegramAPIError]] = {404: NoServer, 413: TelegramEntityTooLarge}
"""What a gateway's page of this status says for sure: nothing has been done."""


class _Session(AiohttpSession):
    """Leaves results as they came: a field that aiogram expects otherwise must not undo what Telegram has done."""

    async def close(self) -> None:
        """Close at once: aiogram waits a quarter of a second for connections that aiohttp waits for by itself."""
        if self._session is not None and not self._session.closed:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Take a success as it is, and leave it to aiogram to name a failure."""
        answer = _read(content)
        if status_code == 200 and true(answer, "ok"):
            return Response[TelegramType].model_construct(ok=True, result=cast(Any, answer.get("result")))
        if "ok" not in answer and (refusal := _PAGES.get(status_code)) is not None:
            raise refusal(method=method, message="refused before it came to a Bot API server")
        return super().check_response(bot, method, status_code, content)


def _read(content: str) -> Fields:
    try:
        return fields_of(json.loads(content))
    except ValueError:
        return {}


class Api:
    """One bot's access to the Bot API; every call raises a `ChannelError`."""

    def __init__(self, bot: Bot, patience: float = PATIENCE) -> None:
        self._bot = bot
        self._patience = patience
        self._answers = 0
        self._missed: dict[type[TelegramMethod[Any]], tuple[int, int]] = {}
        self.revoked = asyncio.Event()
        """Set when Telegram says that the token counts no more."""

    async def call(self, method: TelegramMethod[Any], patience: float = 0) -> object:
        """Make a call and give its result as it came."""
        timeout = ClientTimeout(total=patience or self._patience, sock_connect=REACH, connect=REACH)
        try:
            result = await self._bot(method, request_timeout=cast(int, timeout))  # aiogram hands it on as it is
        except AiogramError as error:
            meant = translated(error, known=self._answers > 0, lacking=self._may_lack(method, error))
            if isinstance(meant, TokenUnknown):
                _log.error("telegram.token_refused", account=str(self._bot.id), says=getattr(error, "message", ""))
            if isinstance(meant, TokenRevoked):
                self.revoked.set()
            raise meant from error
        self._answers += 1
        self._missed.pop(type(method), None)
        return result

    def _may_lack(self, method: TelegramMethod[Any], error: AiogramError) -> bool:
        """Tell whether "not found" may mean the method: the server's own word does, a gateway's page if it persists.

        One that comes to every call tells that the server is away.
        """
        if isinstance(method, _NEEDED):
            return False
        if not isinstance(error, NoServer):
            self._missed.pop(type(method), None)
            return True
        misses, answers = self._missed.get(type(method), (0, -1))
        if answers != self._answers:
            misses += 1
        self._missed[type(method)] = misses, self._answers
        return misses >= MISSES

    async def download(self, path: str, to: Path, limit: int, patience: float) -> None:
        """Write a file the server has to a path; one it shares a disk with us, or one that has to be fetched."""
        if path.startswith("/") and await asyncio.to_thread(Path(path).is_file):
            return await asyncio.to_thread(_copy, Path(path), to, limit)
        session = cast(AiohttpSession, self._bot.session)
        url = session.api.file_url(self._bot.token, path)
        try:
            async with asyncio.timeout(patience):
                await self._write(session, url, to, limit)
        except (ClientError, TimeoutError) as error:
            raise RetryLater(PAUSE) from error  # fetching again does no harm

    async def _write(self, session: AiohttpSession, url: str, to: Path, limit: int) -> None:
        written = 0
        with await asyncio.to_thread(to.open, "wb") as file:
            async for piece in session.stream_content(url):
                written += len(piece)
                if written > limit:
                    raise TooBig("more came than was announced")
                await asyncio.to_thread(file.write, piece)


def _copy(source: Path, to: Path, limit: int) -> None:
    if source.stat().st_size > limit:
        raise TooBig("larger than what is read")
    to.write_bytes(source.read_bytes())


@asynccontextmanager
async def open_api(settings: TelegramSettings, patience: float = PATIENCE) -> AsyncGenerator[Api]:
    """Open the access to the server that the settings name."""
    session = _Session(api=TelegramAPIServer.from_base(settings.api_base))
    bot = Bot(settings.token, session=session)
    try:
        yield Api(bot, patience)
    finally:
        await session.close()
