"""All bots of Telegram as one channel: the account of an address tells which of them is meant."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from bots.telegram.limits import capabilities
from bots.telegram.parse import CHANNEL
from bots.telegram.render import render
from conversation.channel import Capabilities, Part
from conversation.errors import Forbidden, RetryLater
from conversation.message import Address, Attachment, Author, Feedback, Message, Notice, Reply

if TYPE_CHECKING:
    from bots.telegram.channel import TelegramChannel

MOMENT = 2.0
"""Seconds until the next try for a bot that is not open here, or not yet."""


class TelegramBots:
    """The hub's own bot, if it has one, and those that creators brought.

    A bot that another process heard of first is waited for until `settled` tells that it is none of ours.
    """

    name = CHANNEL

    def __init__(self, main: TelegramChannel | None = None, base: str = "", *, alone: bool = True) -> None:
        """`base` is the hub's address; `alone` means that there never are others than the hub's own bot."""
        self._main = main
        self._base = base
        self._bots = {main.account: main} if main else {}
        self._missed = set[str]()
        self._gone = set[str]()
        self._alone = alone

    def add(self, bot: TelegramChannel) -> None:
        """Let messages go out through a bot."""
        self._bots[bot.account] = bot
        self._gone.discard(bot.account)

    def drop(self, account: str) -> None:
        """Let no messages go out through this bot any more."""
        self._bots.pop(account, None)

    def settled(self, accounts: Collection[str]) -> None:
        """Note which bots there are besides the hub's own: one that was missed and is none of them is gone."""
        self._gone = self._missed - self._bots.keys() - set(accounts)
        self._missed.clear()

    def __contains__(self, account: str) -> bool:
        return account in self._bots

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done there."""
        bot = self._bots.get(address.account)
        return bot.capabilities(address) if bot else capabilities(address, drafts=False)

    def parse(self, event: object) -> Message | Notice | Feedback | None:
        """Read an update of the hub's own bot; each of the others is read by its own channel."""
        return self._main.parse(event) if self._main else None

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into posts."""
        return render(reply, capabilities, self._base)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part."""
        return await self._of(to.account).send(to, part, key)

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Replace what a message says."""
        await self._of(to.account).edit(to, receipt, part)

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Show a part while it is written."""
        return await self._of(to.account).draft(to, asked, part, key, receipt)

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove a message."""
        await self._of(to.account).delete(to, receipt)

    async def typing(self, to: Address) -> None:
        """Show that an answer is on its way."""
        await self._of(to.account).typing(to)

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        """Post a file with the text of its part."""
        return await self._of(to.account).send_file(to, file, part, key)

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path; its id begins with the bot that it was sent to."""
        account = attachment.remote.rpartition(":")[0] or (self._main.account if self._main else "")
        await self._of(account).fetch(attachment, to)

    async def governs(self, address: Address, author: Author) -> bool:
        """Tell whether this author runs the group."""
        return await self._of(address.account).governs(address, author)

    def _of(self, account: str) -> TelegramChannel:
        """Find the bot; one that is gone may not write any more."""
        bot = self._bots.get(account)
        if bot is not None:
            return bot
        if self._alone or account in self._gone:
            raise Forbidden("this bot is not connected any more")
        self._missed.add(account)
        raise RetryLater(MOMENT)
