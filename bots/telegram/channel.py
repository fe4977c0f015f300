"""Telegram as a channel, with all that the port makes optional but streaming: the core animates by edits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from aiogram.methods import DeleteMessage, GetChatMember, GetFile, SendChatAction

from bots.telegram.addressing import Me
from bots.telegram.api import Api
from bots.telegram.errors import FileGone, FileLate, FileTooLarge, NotModified, TooBig, Unparsable
from bots.telegram.faults import PAUSE
from bots.telegram.fields import fields_of, text, whole
from bots.telegram.parse import CHANNEL, parse
from bots.telegram.posting import chat_of, to_document, to_edit, to_message, topic_of
from bots.telegram.render import render
from bots.telegram.settings import TelegramSettings
from conversation.channel import Capabilities, Part, Rate
from conversation.errors import Forbidden, Gone, RetryLater, Unknown
from conversation.message import Address, Attachment, Author, Message, Notice, Reply

DOWNLOAD_LIMIT = 20 << 20
"""Bytes of a file that Telegram's own server hands to a bot. https://core.telegram.org/bots/api#getfile"""
UPLOAD_PATIENCE = 60.0
DOWNLOAD_PATIENCE = 90.0
TRIES = 3
"""How often a file is asked for."""
LONGEST_WAIT = 10.0
"""Seconds of a pause Telegram asks for that are waited while somebody's file is fetched."""
GOVERNING = 60.0
"""Seconds for which the answer holds whether somebody runs a group."""

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one message a second in a chat, with
# short bursts; 20 a minute in a group; 30 a second over all. Edits count like messages. A bucket lets through its
# whole content and what flows in meanwhile, so each pair of numbers stays within the limit in any stretch of time,
# with some room for calls that bunch on their way.
_ACCOUNT = Rate("account", 5, 0.25)
_DIRECT = Capabilities(
    text_limit=4096,
    text_unit="utf16",
    dialect="plain",
    buttons=100,
    button_value_limit=64,
    edit=True,
    stream_interval=1.2,
    files=True,
)
_GROUP = replace(_DIRECT, stream_interval=3.5)
_THREAD = replace(_GROUP, threads=True)


class TelegramChannel:
    """One bot of Telegram. Until it has met itself (`meet`), it knows its id but not its user name."""

    name = CHANNEL

    def __init__(self, settings: TelegramSettings, api: Api) -> None:
        self._settings = settings
        self._api = api
        self._me = Me(settings.bot_id)
        self._governing: dict[tuple[int, int], tuple[float, bool]] = {}

    @property
    def account(self) -> str:
        """The bot's id, by which the ledger knows this installation."""
        return str(self._me.id)

    @property
    def username(self) -> str:
        """The bot's user name; "" until Telegram has told it."""
        return self._me.username

    def meet(self, username: str) -> None:
        """Learn one's own user name."""
        self._me = Me(self._me.id, username)

    def deep_link(self, payload: str) -> str:
        """Give the address that opens the chat with the bot and sends `/start payload`; "" while it has no name."""
        return f"https://t.me/{self.username}?start={payload}" if self.username else ""

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done there; the limits of a topic are those of its group."""
        chat = Rate(f"chat:{chat_of(address)}", 2, 2.2)
        if address.kind == "direct":
            return replace(_DIRECT, rates=(chat, _ACCOUNT))
        group = Rate(f"group:{chat_of(address)}", 5, 21.0)
        return replace(_THREAD if address.kind == "thread" else _GROUP, rates=(group, chat, _ACCOUNT))

    def parse(self, event: object) -> Message | Notice | None:
        """Read an update as it came, in JSON."""
        return parse(event, self._me, datetime.now(UTC))

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into posts."""
        return render(reply, capabilities, self._settings.public_url)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part; Telegram knows no keys, so a repeated one posts again."""
        try:
            return _receipt(await self._api.call(to_message(to, part)))
        except Unparsable:
            return _receipt(await self._api.call(to_message(to, _plain(part))))

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Replace what a message says; raises `Gone` if it cannot be changed any more.

        An edit whose answer was lost can be repeated without harm, so its fate is never `Unknown`.
        """
        try:
            await self._edit(to, receipt, part)
        except Unparsable:
            await self._edit(to, receipt, _plain(part))
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def _edit(self, to: Address, receipt: str, part: Part) -> None:
        try:
            await self._api.call(to_edit(to, receipt, part))
        except NotModified:
            return

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove a message; one that is gone, or older than the 48 hours in which a bot may remove it, stays so."""
        try:
            await self._api.call(DeleteMessage(chat_id=chat_of(to), message_id=int(receipt)))
        except Gone:
            return
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def typing(self, to: Address) -> None:
        """Show for five seconds that an answer is on its way."""
        await self._api.call(SendChatAction(chat_id=chat_of(to), message_thread_id=topic_of(to), action="typing"))

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        """Post a file with the text of its part."""
        try:
            return _receipt(await self._api.call(to_document(to, file, part), UPLOAD_PATIENCE))
        except Unparsable:
            return _receipt(await self._api.call(to_document(to, file, _plain(part)), UPLOAD_PATIENCE))

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path; raises `FileTooLarge`, `FileGone`, or `FileLate`, which may pass."""
        if attachment.size > self._largest:
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
        file = fields_of(await self._api.call(GetFile(file_id=attachment.remote)))
        if not (path := text(file, "file_path")):
            raise FileGone
        await self._api.download(path, to, self._largest, DOWNLOAD_PATIENCE)

    @property
    def file_limit_mb(self) -> int:
        """Megabytes of the largest file that can be read here."""
        return self._largest >> 20

    @property
    def _largest(self) -> int:
        """Bytes of a file that are asked for; another server than Telegram's says itself what it hands out."""
        return DOWNLOAD_LIMIT if self._settings.official else self._settings.upload_limit_mb << 20

    def _too_large(self, attachment: Attachment) -> FileTooLarge:
        limit = self._largest if attachment.size > self._largest else DOWNLOAD_LIMIT
        return FileTooLarge(attachment.size, limit, self._settings.web_chat)

    async def governs(self, address: Address, author: Author) -> bool:
        """Tell whether this author runs the group; who speaks as the group itself does."""
        chat_id, user_id = chat_of(address), int(author.external_id)
        if user_id < 0:
            return user_id == chat_id
        known = self._governing.get((chat_id, user_id))
        if known is None or known[0] < time.monotonic():
            known = (time.monotonic() + GOVERNING, await self._runs(chat_id, user_id))
            if len(self._governing) > 10_000:
                self._governing.clear()
            self._governing[chat_id, user_id] = known
        return known[1]

    async def _runs(self, chat_id: int, user_id: int) -> bool:
        try:
            member = fields_of(await self._api.call(GetChatMember(chat_id=chat_id, user_id=user_id)))
            return text(member, "status") in ("creator", "administrator")
        except Forbidden:
            return False


def _receipt(message: object) -> str:
    """Give the id of a message that was posted."""
    return str(whole(fields_of(message), "message_id"))


def _plain(part: Part) -> Part:
    """Give the words alone, for when Telegram does not take the formatting."""
    return replace(part, entities=())
