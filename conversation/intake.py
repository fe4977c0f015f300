"""Intake: one native event of a platform becomes one committed inbox row, and its lane wakes.

Whoever brings events acknowledges them only after `Intake.take` has returned.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import psycopg
import structlog

from conversation import bots, feedback, forms, inbox, notices
from conversation.channel import Asking, Channel
from conversation.dispatcher import Dispatcher
from conversation.errors import ChannelError, NotFound, TooLong
from conversation.fitting import TOKEN
from conversation.inbox import Accepted
from conversation.load import Load
from conversation.message import Feedback, Message, Notice
from conversation.people import identities
from conversation.people.person import Policy
from conversation.speech import nearest
from knowledge.db import Connection, Database

STOP = "/stop"
LATER = 0.1
"""Seconds after an album's last message until its lane is woken, on top of `inbox.GATHER`."""

_log = structlog.get_logger(__name__)


class Intake:
    """Takes what platforms tell; `policy` says who may join uninvited."""

    def __init__(
        self, database: Database, dispatcher: Dispatcher, policy: Policy = "open", load: Load | None = None
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._policy = policy
        self._load = load or Load()

    async def take(self, channel: Channel, event: object) -> Accepted | None:
        """Commit an event; None for one that is not for us, or that is done with already.

        Doing it again changes nothing. Raises `DatabaseUnavailable`.
        """
        heard = channel.parse(event)
        if heard is None:
            return None
        if isinstance(heard, Notice):
            for conversation_id in await notices.heed(self._database, heard):
                self._dispatcher.stop(conversation_id)
            return None
        if isinstance(heard, Feedback):
            await feedback.hear(self._database, heard)
            return None
        if isinstance(channel, Asking) and await self._asked(channel, event, heard):
            return None
        with self._load.door():
            accepted = await self._commit(channel, heard)
        if accepted is not None:
            self._wake(accepted, heard)
        return accepted

    async def _asked(self, channel: Asking, event: object, heard: Message) -> bool:
        """Open the form that a pressed button stands for; where that fails, the press is taken like any other."""
        form = await forms.wanted(self._database, heard)
        if form is None:
            return False
        async with self._database.system() as connection:
            if not await _is_for_us(connection, heard):
                return True
        try:
            await channel.ask(event, form)
        except ChannelError as error:
            _log.info("form.not_opened", reason=type(error).__name__)
            return False
        return True

    async def _commit(self, channel: Channel, heard: Message) -> Accepted | None:
        """Write it down; whose it is may change in that moment, when two people become one, and then once more."""
        try:
            async with self._database.system() as connection:
                return await self._accept(connection, channel, heard)
        except (psycopg.errors.ForeignKeyViolation, NotFound):
            return await self._commit_again(channel, heard)

    async def _commit_again(self, channel: Channel, heard: Message) -> Accepted | None:
        try:
            async with self._database.system() as connection:
                return await self._accept(connection, channel, heard)
        except NotFound:  # theirs it stays, and no later try changes that
            _log.warning("intake.not_theirs", channel=channel.name)
            return None

    async def _accept(self, connection: Connection, channel: Channel, heard: Message) -> Accepted | None:
        """Find out whose it is and what is meant, and write it down: one transaction, which the platform waits for."""
        if await bots.is_let_go(connection, channel) or not await _is_for_us(connection, heard):
            return None
        user_id = await self._resolve(connection, heard)
        message = await _understood(connection, user_id, heard)
        stops = (message.action or message.text).strip() == STOP
        if stops and await self._stopped(connection, user_id, message):
            return None
        try:
            return await inbox.insert(connection, user_id, message)
        except TooLong:
            return await inbox.insert(connection, user_id, _cut(message))

    async def _resolve(self, connection: Connection, message: Message) -> UUID:
        """Tell whose conversation this is: the person's, or that of the group itself."""
        address, author = message.address, message.author
        open_to_all = self._policy == "open"
        language = nearest(author.language) or "en"
        place = (address.channel, address.account)
        user_id = await identities.resolve(
            connection, *place, author.external_id, author.name, language=language, welcome=open_to_all
        )
        if address.kind == "direct":
            return user_id
        welcome = open_to_all or await identities.welcome(connection, user_id)
        group = f"group:{address.group_id}"
        return await identities.resolve(connection, *place, group, language=language, kind="group", welcome=welcome)

    async def _stopped(self, connection: Connection, user_id: UUID, message: Message) -> bool:
        """Stop the answer that is being written, if there is one; a late press stops nothing.

        The button stands under one answer, and in a group what waits is somebody else's: only `/stop` alone stops all.
        """
        conversation_id = await inbox.find(connection, user_id, message.address)
        begun = message.action is not None or message.address.kind != "direct"
        if conversation_id and await inbox.cancel_in(connection, user_id, conversation_id, begun=begun):
            self._dispatcher.stop(conversation_id)
            return True
        return message.action is not None

    def _wake(self, accepted: Accepted, message: Message) -> None:
        """Wake the lane, for an album once it is likely whole; the sweep comes later in any case."""
        pause = inbox.GATHER + LATER if message.album else 0.0
        wake = self._dispatcher.wake
        asyncio.get_running_loop().call_later(pause, wake, accepted.conversation_id, accepted.user_id)


async def _is_for_us(connection: Connection, message: Message) -> bool:
    """Tell whether a message is heard at all: not that of somebody shut out, nor talk where we take no part.

    An edit that does not name us is heard if what it changes was.
    """
    address = message.address
    names = [message.author.external_id, *([] if address.kind == "direct" else [f"group:{address.group_id}"])]
    if await identities.shut_out(connection, address.channel, address.account, *names):
        return False
    if message.addressed:
        return True
    before = message.native_id if message.edits else ""
    return address.kind != "group" and await inbox.takes_part(connection, address, before)


async def _understood(connection: Connection, user_id: UUID, message: Message) -> Message:
    """Put what a button stands for in the place of its token."""
    if not message.action or not message.action.startswith(TOKEN):
        return message
    value = await inbox.value_of(connection, user_id, message.action)
    return replace(message, action=value or "/expired")


def _cut(message: Message) -> Message:
    """Keep what says that a message was too long; its text is not taken."""
    return replace(message, text="/too_long", action=None, attachments=())
