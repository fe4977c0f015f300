"""Files of both directions: private downloads with the workspace's token, uploads in three steps.

https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import structlog

from bots.fields import part as within
from bots.fields import text, true, whole
from bots.slack.api import Api
from bots.slack.attachments import NOT_HERE, place_of
from bots.slack.errors import FileGone, FileLate, FileTooLarge, Unmended
from bots.slack.faults import PAUSE
from bots.slack.posting import channel_of, speaker, thread_of
from conversation.channel import Part
from conversation.errors import ChannelError, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment

UPLOAD_PATIENCE = 45.0
DOWNLOAD_PATIENCE = 90.0
TRIES = 3
"""How often a file is asked for."""
LONGEST_WAIT = 10.0
"""Seconds of a pause Slack asks for that are waited while somebody's file is fetched."""
RECEIPT = "file:"
"""How the receipt of a file begins: Slack tells the file's id, not that of the message which shows it."""

_log = structlog.get_logger(__name__)


class Files:
    """Fetches and sends files."""

    def __init__(self, api: Api, limit_mb: int) -> None:
        self._api = api
        self._limit_mb = limit_mb

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path; raises `FileTooLarge`, `FileGone`, or `FileLate`, which may pass."""
        if attachment.size > self._limit_mb << 20:
            raise FileTooLarge(attachment.size, self._limit_mb)
        for attempt in range(1, TRIES + 1):
            try:
                return await self._fetch(attachment, to)
            except (RetryLater, Unknown) as error:
                pause = error.retry_after if isinstance(error, RetryLater) else PAUSE
                if attempt == TRIES or pause > LONGEST_WAIT:
                    raise FileLate(pause) from error
                await asyncio.sleep(pause)

    async def _fetch(self, attachment: Attachment, to: Path) -> None:
        account, file_id = place_of(attachment.remote)
        file = within(await self._api.call(account, "files.info", {"file": file_id}), "file")
        if (whole(file, "size") or 0) > self._limit_mb << 20:
            raise FileTooLarge(whole(file, "size") or 0, self._limit_mb)
        if text(file, "mode") in NOT_HERE or true(file, "is_external"):
            raise FileGone
        url = text(file, "url_private_download") or text(file, "url_private")
        await self._api.download(account, url, to, DOWNLOAD_PATIENCE)

    async def send(self, to: Address, file: Path, part: Part) -> str:
        """Upload a file and show it with the text of its part; gives a receipt that names the file."""
        name = part.file.name if part.file else file.name
        try:
            file_id = await self._upload(to, file, name)
        except Unmended as error:  # what is said next does not wait until somebody mends it
            raise Rejected(str(error)) from error
        except Unknown as error:  # nobody sees a file before it is shown
            raise RetryLater(PAUSE) from error
        await self._show(to, file_id, name, part)
        return RECEIPT + file_id

    async def _upload(self, to: Address, file: Path, name: str) -> str:
        """Bring the bytes to Slack, and give the file's id."""
        size = await asyncio.to_thread(lambda: file.stat().st_size)
        asked = {"filename": name, "length": str(size)}
        place = await self._api.call(to.account, "files.getUploadURLExternal", asked)
        await self._api.upload(text(place, "upload_url"), file, UPLOAD_PATIENCE)
        return text(place, "file_id")

    async def _show(self, to: Address, file_id: str, name: str, part: Part) -> None:
        """Show an uploaded file; where the answer got lost, the file tells whether it is shown."""
        given: dict[str, Any] = {
            "files": [{"id": file_id, "title": name}],
            "channel_id": channel_of(to),
            "thread_ts": thread_of(to) or None,
            "initial_comment": part.text or None,
            **speaker(part),
        }
        try:
            await self._api.call(to.account, "files.completeUploadExternal", given)
        except Unknown:
            if not await self._comes_to_be_shown(to, file_id):
                raise

    async def _comes_to_be_shown(self, to: Address, file_id: str) -> bool:
        """Look a few times whether a file is shown, which Slack may do late; False proves nothing."""
        for attempt in range(TRIES):
            await asyncio.sleep(PAUSE if attempt else 0.0)
            try:
                found = within(await self._api.call(to.account, "files.info", {"file": file_id}), "file")
            except ChannelError as error:
                _log.info("slack.file_not_told", reason=type(error).__name__)
                continue
            if channel_of(to) in json.dumps(dict(within(found, "shares"))):
                return True
        return False

    async def delete(self, to: Address, receipt: str) -> None:
        """Take a file back; one that is gone stays so."""
        try:
            await self._api.call(to.account, "files.delete", {"file": receipt.removeprefix(RECEIPT)})
        except FileGone:
            return
        except ChannelError as error:
            if isinstance(error, Unknown):
                raise RetryLater(PAUSE) from error
            raise
