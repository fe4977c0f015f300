"""Files that people sent, voice messages too, which stay with Telegram until they are wanted."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiogram.methods import GetFile

from bots.fields import fields_of, text
from bots.telegram.api import Api
from bots.telegram.errors import FileGone, FileLate, FileTooLarge, TooBig
from bots.telegram.faults import PAUSE
from bots.telegram.settings import TelegramSettings
from conversation.errors import Rejected, RetryLater, Unknown
from conversation.message import Attachment

DOWNLOAD_LIMIT = 20 << 20
"""Bytes of a file that Telegram's own server hands to a bot. https://core.telegram.org/bots/api#getfile"""
PATIENCE = 90.0
TRIES = 3
"""How often a file is asked for."""
LONGEST_WAIT = 10.0
"""Seconds of a pause Telegram asks for that are waited while somebody's file is fetched."""


class Downloads:
    """Fetches the files of one bot."""

    def __init__(self, settings: TelegramSettings, api: Api) -> None:
        self._settings = settings
        self._api = api

    @property
    def largest(self) -> int:
        """Bytes of a file that are asked for; another server than Telegram's says itself what it hands out."""
        return DOWNLOAD_LIMIT if self._settings.official else self._settings.upload_limit_mb << 20

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path; raises `FileTooLarge`, `FileGone`, or `FileLate`, which may pass."""
        if attachment.size > self.largest:
            raise self._too_large(attachment)
        for attempt in range(1, TRIES + 1):
            try:
                return await self._fetch(attachment, to)
            except TooBig as error:
                raise self._too_large(attachment) from error
            except (RetryLater, Unknown) as error:
                pause = error.retry_after if isinstance(error, RetryLater) else PAUSE
                if attempt == TRIES or pause > LONGEST_WAIT:
                    raise FileLate(pause) from error
                await asyncio.sleep(pause)

    async def _fetch(self, attachment: Attachment, to: Path) -> None:
        try:
            file = fields_of(await self._api.call(GetFile(file_id=attachment.remote.rpartition(":")[2])))
        except TooBig:
            raise
        except Rejected as error:  # Telegram has many sentences for ids that it knows no file by
            raise FileGone from error
        if not (path := text(file, "file_path")):
            raise FileGone
        await self._api.download(path, to, self.largest, PATIENCE)

    def _too_large(self, attachment: Attachment) -> FileTooLarge:
        limit = self.largest if attachment.size > self.largest else DOWNLOAD_LIMIT
        return FileTooLarge(attachment.size, limit, self._settings.web_chat)
