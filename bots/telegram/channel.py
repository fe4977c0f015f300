"""One bot of Telegram as a channel: drafts where Telegram has them, otherwise the core animates by edits."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from aiogram.methods import DeleteMessage, GetChatMember, SendChatAction

from bots.fields import fields_of, text, whole
from bots.telegram.addressing import Me
from bots.telegram.api import Api
from bots.telegram.downloads import Downloads
from bots.telegram.errors import NoAnswer, NoDrafts, NoSuchMethod, NotModified, Unparsable
from bots.telegram.faults import PAUSE
from bots.telegram.limits import capabilities
from bots.telegram.parse import CHANNEL, parse
from bots.telegram.places import chat_of, topic_of
from bots.telegram.posting import to_draft, to_edit, to_file, to_message
from bots.telegram.render import BLANK, render
from bots.telegram.settings import TelegramSettings
from conversation import skills
from conversation.channel import Capabilities, Part
from conversation.errors import Forbidden, Gone, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment, Author, Feedback, Message, Notice, Reply

UPLOAD_PATIENCE = 60.0
GOVERNING = 60.0
"""Seconds for which the answer holds whether somebody runs a group."""

_REMEMBERED = 1000
"""Drafts whose words are remembered until their message comes; one that is forgotten begins with nothing."""

_log = structlog.get_logger(__name__)


class TelegramChannel:
    """One bot of Telegram. Until it has met itself (`meet`), it knows its id but not its user name."""

    name = CHANNEL

    def __init__(self, settings: TelegramSettings, api: Api) -> None:
        self._settings = settings
        self._api = api
        self._me = Me(settings.bot_id, commands=_commands())
        self._downloads = Downloads(settings, api)
        self._takes_drafts = True
        self._written: OrderedDict[str, Part] = OrderedDict()
        self._governing: dict[tuple[int, int], tuple[float, bool]] = {}

    @property
    def account(self) -> str:
        """The bot's id, by which the ledger knows this installation."""
        return str(self._me.id)

    @property
    def brought(self) -> bool:
        """Whether a creator brought this bot."""
        return self._settings.brought

    @property
    def username(self) -> str:
        """The bot's user name; "" until Telegram has told it."""
        return self._me.username

    def meet(self, username: str) -> None:
        """Learn one's own user name."""
        self._me = replace(self._me, username=username)

    def deep_link(self, payload: str) -> str:
        """Give the address that opens the chat with the bot and sends `/start payload`; "" while it has no name."""
        if not self.username:
            return ""
        return f"https://t.me/{self.username}" + (f"?start={payload}" if payload else "")

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done there."""
        return capabilities(address, drafts=self._takes_drafts)

    def parse(self, event: object) -> Message | Notice | Feedback | None:
        """Read an update as it came, in JSON."""
        return parse(event, self._me, datetime.now(UTC))

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into posts."""
        return render(reply, capabilities, self._settings.public_url)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part; Telegram knows no keys, so a repeated one posts again.

        A message takes the place of the draft that was shown: one that only holds the place begins with its words.
        """
        written = self._written.pop(key, None)
        if written is not None and part.text == BLANK:
            part = written
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

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Show a part while it is written, with Telegram's own button to stop it; it leaves nothing behind.

        Of several parts Telegram shows the draft of the last one. A server that is too old for drafts, or one that
        takes none in private chats without topics, gets messages and edits from then on: a message that only holds the
        place, and its words once the receipt is known.
        https://core.telegram.org/bots/api#sendmessagedraft
        """
        if receipt:
            await self.edit(to, receipt, part)
            return receipt
        if self._takes_drafts and await self._drafted(to, part, key):
            return ""
        self._written.pop(key, None)
        if not key.endswith(":0"):
            raise Rejected("no drafts here")
        return await self.send(to, Part(BLANK, part.buttons), key)

    async def _drafted(self, to: Address, part: Part, key: str) -> bool:
        """Show a draft; False where the server takes none."""
        self._written[key] = replace(part, buttons=())
        self._written.move_to_end(key)
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)
        try:
            await self._api.call(to_draft(to, part, key))
        except Unparsable:
            await self._api.call(to_draft(to, _plain(part), key))
        except (NoSuchMethod, NoDrafts) as error:
            _log.info("telegram.no_drafts", reason=type(error).__name__)
            self._takes_drafts = False
        except (Unknown, NoAnswer):
            return True  # the next one shows this one's words as well
        return self._takes_drafts

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove a message; one that is gone, or older than the 48 hours in which a bot may remove it, stays so.

        Where the server removes none, it stays as well.
        """
        try:
            await self._api.call(DeleteMessage(chat_id=chat_of(to), message_id=int(receipt)))
        except Gone:
            return
        except NoSuchMethod as error:
            _log.warning("telegram.not_removed", says=str(error))
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def typing(self, to: Address) -> None:
        """Show for five seconds that an answer is on its way."""
        await self._api.call(SendChatAction(chat_id=chat_of(to), message_thread_id=topic_of(to), action="typing"))

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        """Post a file with the text of its part."""
        try:
            return _receipt(await self._api.call(to_file(to, file, part), UPLOAD_PATIENCE))
        except Unparsable:
            return _receipt(await self._api.call(to_file(to, file, _plain(part)), UPLOAD_PATIENCE))

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path; raises `FileTooLarge`, `FileGone`, or `FileLate`, which may pass."""
        await self._downloads.fetch(attachment, to)

    @property
    def file_limit_mb(self) -> int:
        """Megabytes of the largest file that can be read here."""
        return self._downloads.largest >> 20

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


def _commands() -> frozenset[str]:
    """Give the commands that are heard in a group without the bot's name.

    What buttons alone can say, with an id, is left to the other bots there that have it too, as `/ask` and `/cancel`.
    """
    return frozenset([*skills.UNLISTED, *(command.name for command in skills.commands(creator=True))])


def _receipt(message: object) -> str:
    """Give the id of a message that was posted."""
    return str(whole(fields_of(message), "message_id"))


def _plain(part: Part) -> Part:
    """Give the words alone, for when Telegram does not take the formatting."""
    return replace(part, entities=())
