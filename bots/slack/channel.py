"""Slack as a channel, with all that the port makes optional: streams, edits, files, forms, who governs."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bots.fields import text
from bots.slack.api import Api
from bots.slack.errors import StillStreaming, TooLate
from bots.slack.faults import PAUSE
from bots.slack.files import RECEIPT, Files
from bots.slack.interactions import COMMAND, trigger_of
from bots.slack.modals import modal
from bots.slack.parse import parse
from bots.slack.people import People
from bots.slack.posting import (
    channel_of,
    found_in,
    thread_of,
    to_answer,
    to_history,
    to_post,
    to_update,
)
from bots.slack.reading import CHANNEL
from bots.slack.render import BLANK, render
from bots.slack.settings import SlackSettings
from bots.slack.streams import Streams
from conversation.channel import Capabilities, Part, Rate
from conversation.errors import Forbidden, Gone, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment, Author, Feedback, Form, Message, Notice, Reply

OPENING = 1.8
"""Seconds for opening a form, which has to happen, and be answered for, within three."""
RECENT = 900.0
"""Seconds back in which a message is looked for that may have arrived."""
ANSWER = "answer:"
"""How the receipt begins of what was said over the address of a command; it cannot be found again."""

# https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a conversation, with short bursts. A bucket
# lets through its whole content and what flows in meanwhile, so that the pair stays below that in any stretch of time.
_DIRECT = Capabilities(
    text_limit=3000,
    dialect="mrkdwn",
    buttons=75,
    button_value_limit=150,
    edit=True,
    idempotent=True,
    stream_interval=2.0,
    files=True,
    identity=True,
    feedback=True,
    forms="opened",
    command_prefix=f"{COMMAND} ",
)
_MOST = 5000


class SlackChannel:
    """The app in all its workspaces; an address's account is the workspace."""

    name = CHANNEL

    def __init__(self, settings: SlackSettings, api: Api, people: People, streams: Streams | None = None) -> None:
        self._settings = settings
        self._api = api
        self._people = people
        self._files = Files(api, settings.upload_limit_mb)
        self._streams = streams or Streams(api, people)
        self._sent: OrderedDict[str, str] = OrderedDict()

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done there; in threads, also that of a direct message, answers are streamed."""
        rates = (Rate(f"channel:{channel_of(address)}", 4, 4.4),)
        if thread_of(address):
            return replace(_DIRECT, threads=address.kind != "direct", drafts=True, stream_interval=1.2, rates=rates)
        return replace(_DIRECT, stream_interval=None if address.via else _DIRECT.stream_interval, rates=rates)

    def parse(self, event: object) -> Message | Notice | Feedback | None:
        """Read a payload as it came, in JSON."""
        return parse(event, self._people.known, datetime.now(UTC))

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into messages."""
        return render(reply, capabilities, self._settings.public_url)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part once: a key of which it is not known whether it arrived is looked for first."""
        known = self._sent.get(key)
        if known or (known is not None and (known := await self.find(to, key))):
            return known
        self._remember(key, "")
        try:
            posted = await self._api.call(to.account, "chat.postMessage", to_post(to, part, key))
        except Forbidden:
            self._sent.pop(key, None)
            if not to.via:
                raise
            return await self._answer(to, part, key)
        except (RetryLater, Rejected):
            self._sent.pop(key, None)
            raise
        return self._remember(key, text(posted, "ts"))

    async def find(self, to: Address, key: str) -> str:
        """Give the message that was posted under a key, "" if none arrived."""
        method, given = to_history(to, time.time() - RECENT)
        try:
            found = found_in(await self._api.call(to.account, method, given), key)
        except Forbidden:  # we are no member there, so that nothing arrived either
            return ""
        return self._remember(key, found) if found else ""

    def _remember(self, key: str, receipt: str) -> str:
        self._sent[key] = receipt
        if len(self._sent) > _MOST:
            self._sent.popitem(last=False)
        return receipt

    async def _answer(self, to: Address, part: Part, key: str) -> str:
        """Answer a command where we are no member, to the one who gave it."""
        receipt = f"{ANSWER}{key}"
        if part.text != BLANK:
            try:
                await self._api.post(to.via, to_answer(part))
            except Rejected as error:
                raise Forbidden(str(error)) from error
        return receipt

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Replace what a message says, after its stream if it has one; raises `Gone` if that is not possible any more.

        An edit whose answer was lost can be repeated without harm, so its fate is never `Unknown`.
        """
        if receipt.startswith(ANSWER):
            await self._answer(to, part, receipt.removeprefix(ANSWER))
            return
        if receipt.startswith(RECEIPT):
            raise Gone("a file cannot be changed")
        try:
            if self._streams.is_open(to, receipt):
                await self._streams.end(to, receipt)
            await self._update(to, receipt, part)
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def _update(self, to: Address, receipt: str, part: Part) -> None:
        try:
            await self._api.call(to.account, "chat.update", to_update(to, receipt, part))
        except StillStreaming:  # begun by another process, or before this one was started
            await self._streams.end(to, receipt)
            await self._api.call(to.account, "chat.update", to_update(to, receipt, part))

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Stream an answer; what a stream cannot take goes on by edits of its message."""
        if not receipt:
            return await self._streams.begin(to, asked, part)
        if not await self._streams.grow(to, receipt, part):
            await self.edit(to, receipt, part)
        return receipt

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove a message or a file; one that is gone stays so."""
        if receipt.startswith(ANSWER):
            return
        if receipt.startswith(RECEIPT):
            return await self._files.delete(to, receipt)
        given = {"channel": channel_of(to), "ts": receipt}
        try:
            if self._streams.is_open(to, receipt):
                await self._streams.end(to, receipt)
            await self._api.call(to.account, "chat.delete", given)
        except Gone:
            return
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def typing(self, to: Address) -> None:
        """Show in a thread that an answer is on its way; elsewhere Slack has nothing to show it with."""
        if thread := thread_of(to):
            given = {"channel_id": channel_of(to), "thread_ts": thread, "status": BLANK}
            await self._api.call(to.account, "assistant.threads.setStatus", given)

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path."""
        await self._files.fetch(attachment, to)

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        """Upload a file and show it with the text of its part, once while this process lives."""
        if known := self._sent.get(key):
            return known
        return self._remember(key, await self._files.send(to, file, part))

    async def governs(self, address: Address, author: Author) -> bool:
        """Tell whether this author runs the channel."""
        return await self._people.governs(address, author)

    async def ask(self, event: object, form: Form) -> None:
        """Open a form for who pressed its button; raises `TooLate` after Slack's three seconds."""
        pressed, trigger = self.parse(event), trigger_of(event)
        if not isinstance(pressed, Message) or not trigger:
            raise TooLate
        view = {"trigger_id": trigger, "view": modal(form, pressed.address)}
        try:
            async with asyncio.timeout(OPENING):
                await self._api.call(pressed.address.account, "views.open", view)
        except TimeoutError as error:
            raise TooLate from error

    async def learn(self, event: object) -> None:
        """Ask who somebody is before their event is read."""
        await self._people.learn(event)
