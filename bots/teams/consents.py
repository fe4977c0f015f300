"""Files that people agreed to get: what a consent card offered is put where their answer says.

Nothing is kept for it: the card carries the file's id, and the ledger tells whether that file was offered in this
conversation. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

import structlog

from bots.fields import Fields, part, text
from bots.teams.api import Api
from bots.teams.files import Files
from bots.teams.places import address_of, conversation_of, way_to
from bots.teams.posting import FILE, to_info
from bots.teams.settings import TeamsSettings
from conversation import offered_files
from conversation.errors import ChannelError
from conversation.message import Address
from knowledge.db import Database
from knowledge.files import FileGone

INVOKE = "fileConsent/invoke"

_log = structlog.get_logger(__name__)


class Consents:
    """Hands out files whose offer was accepted."""

    def __init__(self, settings: TeamsSettings, api: Api, database: Database) -> None:
        self._settings = settings
        self._api = api
        self._files = Files(api, settings.upload_limit_mb)
        self._database = database

    async def heed(self, activity: Fields) -> int:
        """Do what an answer to an offer asks for, and tell the status that answers it."""
        value = part(activity, "value")
        address = address_of(activity, self._settings.account)
        if address is None:
            return 200
        try:
            file_id = UUID(text(part(value, "context"), FILE))
        except ValueError:
            return 400
        card = text(activity, "replyToId")
        if text(value, "action") != "accept":
            await self._take_back(address, card)
            return 200
        try:
            await self._hand_out(address, file_id, part(value, "uploadInfo"), card)
        except FileGone:
            return 404
        except ChannelError as error:
            _log.warning("teams.file_not_put", reason=type(error).__name__)
            return 503
        return 200

    async def _take_back(self, address: Address, card: str) -> None:
        """Remove the card of an offer that was declined: by itself it would go on asking."""
        try:
            if card:
                await self._api.delete(way_to(address).service, conversation_of(address), card)
        except ChannelError as error:
            _log.info("teams.card_not_changed", reason=type(error).__name__)

    async def _hand_out(self, address: Address, file_id: UUID, upload: Fields, card: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            await offered_files.restore(self._database, address, file_id, path)
            await self._files.write(text(upload, "uploadUrl"), path)
        if card:
            try:
                await self._api.update(
                    way_to(address).service, conversation_of(address), card, to_info(address, upload)
                )
            except ChannelError as error:  # the file is there; only its card still asks
                _log.info("teams.card_not_changed", reason=type(error).__name__)
