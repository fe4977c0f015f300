"""Updates that Telegram brings: its secret is checked, the update committed, and only then the 200 given."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterable, Mapping

import structlog
from aiogram.methods import SetWebhook

from bots.telegram.api import Api
from bots.telegram.channel import TelegramChannel
from bots.telegram.intake import Door
from bots.telegram.parse import ALLOWED
from bots.telegram.settings import TelegramSettings
from bots.webhooks import read
from conversation.errors import ChannelError, Rejected, RetryLater
from knowledge.db.errors import DatabaseUnavailable

HEADER = "x-telegram-bot-api-secret-token"
LIMIT = 4 << 20
"""Bytes of an update that are read: far more than Telegram sends."""
PATIENCE = 10.0
"""Seconds for an update to arrive."""
PAUSE = 5.0

_log = structlog.get_logger(__name__)


class Webhook:
    """Answers Telegram's calls with an HTTP status."""

    def __init__(self, settings: TelegramSettings, channel: TelegramChannel, door: Door) -> None:
        self._secret = settings.webhook_secret.encode()
        self._channel = channel
        self._door = door

    def is_from_telegram(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a call carries the secret; nothing of its body needs to be read before."""
        given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
        return bool(self._secret) and hmac.compare_digest(given.encode("utf-8", "replace"), self._secret)

    async def handle(self, headers: Mapping[str, str], body: AsyncIterable[bytes]) -> int:
        """Take one update and tell the status that answers it.

        200: committed, or not for us; 400: no JSON; 401: not Telegram; 408 and 413: too slow or too large; 503: not
        committed, so that Telegram brings it again.
        """
        if not self.is_from_telegram(headers):
            _log.warning("telegram.webhook_refused")
            return 401
        try:
            async with asyncio.timeout(PATIENCE):
                text = await read(body, LIMIT)
        except TimeoutError:
            return 408
        if text is None:
            return 413
        try:
            update: object = json.loads(text)
        except (ValueError, RecursionError):
            return 400
        return await self._take(update)

    async def _take(self, update: object) -> int:
        if not self._channel.username:  # whom a group means, only our name tells
            return 503
        try:
            return 200 if await self._door.take(update) else 503
        except DatabaseUnavailable:
            _log.warning("telegram.no_database")
            return 503


async def register(settings: TelegramSettings, api: Api, pause: float = PAUSE) -> None:
    """Have Telegram bring its updates, what waits there included; tries until Telegram takes it or never will.

    This is said at every start, because Telegram does not tell which secret it was given before.
    """
    asking = SetWebhook(
        url=settings.webhook_url,
        secret_token=settings.webhook_secret,
        allowed_updates=list(ALLOWED),
        drop_pending_updates=False,
    )
    while True:
        try:
            await api.call(asking)
            return _log.info("telegram.webhook_set")
        except Rejected as error:
            _log.error("telegram.webhook_not_set", says=str(error))
            await asyncio.sleep(pause * 12)
        except ChannelError as error:
            _log.warning("telegram.away", reason=type(error).__name__)
            await asyncio.sleep(error.retry_after if isinstance(error, RetryLater) else pause)
