"""Slack as a channel, with all that the port makes optional: streams, edits, files, forms, who governs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from bots.fields import text
from bots.slack.api import Api
from bots.slack.errors import StillStreaming, TooLate, Unmended
from bots.slack.faults import PAUSE
from bots.slack.files import RECEIPT, Files
from bots.slack.finding import Finding
from bots.slack.interactions import COMMAND, trigger_of
from bots.slack.modals import modal
from bots.slack.pacing import LEAST
from bots.slack.parse import parse
from bots.slack.people import People
from bots.slack.posting import (
    channel_of,
    thread_of,
    to_answer,
    to_post,
    to_update,
    url_of,
)
from bots.slack.prompts import suggest
from bots.slack.reading import CHANNEL, NAME
from bots.slack.render import BLANK, render
from bots.slack.sent import Sent
from bots.slack.settings import SlackSettings
from bots.slack.streams import Streams
from conversation.channel import Capabilities, Part, Rate
from conversation.errors import Delayed, Forbidden, Gone, Rejected, RetryLater, Unknown
from conversation.message import Address, Attachment, Author, Feedback, Form, Message, Notice, Reply

OPENING = 1.8
"""Seconds for opening a form, which has to happen, and be answered for, within three."""
ENDING = 20.0
"""Seconds until a message is changed again whose stream we could not end; Slack ends it within five minutes."""
MISSING = "message_not_found"
"""What Slack says of a message that does not stand there; others stand, and cannot be changed."""
ANSWER = "answer:"
"""How the receipt begins of what was said over the address of a command; it cannot be found again."""

# https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a conversation, with short bursts. A bucket
# lets through its whole content and what flows in meanwhile, so that the pair stays below that in any stretch of time.
# What a workspace allows in all its conversations together is kept in `pacing`.
_DIRECT = Capabilities(
    text_limit=3000,
    dialect="mrkdwn",
    buttons=75,
    button_value_limit=150,
    edit=True,
    idempotent=True,
    stream_interval=3.0,
    files=True,
    identity=True,
    feedback=True,
    forms="opened",
    command_prefix=f"{COMMAND} ",
)
_IN_THREADS = f"@{NAME} /"
"""How commands begin in threads, where Slack takes no slash commands of apps.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""
_STOP = "/stop"
_POSTED = 12_000
"""Characters of a message over the address of a command, which takes few messages, but long ones."""
_log = structlog.get_logger(__name__)


class SlackChannel:
    """The app in all its workspaces; an address's account is the workspace."""

    name = CHANNEL

    def __init__(self, settings: SlackSettings, api: Api, people: People, streams: Streams | None = None) -> None:
        self._settings = settings
        self._api = api
        self._people = people
        self._files = Files(api, settings.upload_limit_mb)
        self._streams = streams or Streams(api, people)
        self._finding = Finding(api)
        self._sent = Sent()

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done there; in threads, also that of a direct message, answers are streamed."""
        rates = (Rate(f"channel:{channel_of(address)}", 4, 4.4),)
        if url_of(address):
            return replace(_DIRECT, text_limit=_POSTED, stream_interval=None, rates=rates)
        if thread_of(address):
            streamed = replace(_DIRECT, drafts=True, stream_interval=LEAST, rates=rates)
            return replace(streamed, threads=address.kind != "direct", command_prefix=_IN_THREADS)
        return replace(_DIRECT, rates=rates)

    def parse(self, event: object) -> Message | Notice | Feedback | None:
        """Read a payload as it came, in JSON."""
        return parse(event, self._people.known, datetime.now(UTC))

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into messages."""
        return render(reply, capabilities, self._settings.public_url)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part once: what stands under its key already, or is found there, says this part from now on."""
        known = self._sent.of(key)
        if known == "":
            known = await self.find(to, key)
        if known:
            try:
                await self.edit(to, known, part)
            except Gone:
                _log.info("slack.gone_before", key=key)
            if self._sent.of(key):
                return known
        return await self._post(to, part, key)

    async def _post(self, to: Address, part: Part, key: str) -> str:
        self._sent.keep(to, key, "")
        try:
            posted = await self._api.call(to.account, "chat.postMessage", to_post(to, part, key))
        except Forbidden:
            self._sent.drop(key)
            if not url_of(to):
                raise
            return await self._answer(to, part, key)
        except (RetryLater, Rejected):
            self._sent.drop(key)
            raise
        receipt = self._sent.keep(to, key, text(posted, "ts"))
        await suggest(self._api, to, part)
        return receipt

    async def find(self, to: Address, key: str) -> str:
        """Give the message that was posted under a key, "" if none arrived, so that sending need not look again."""
        if found := await self._finding.find(to, key):
            return self._sent.keep(to, key, found)
        if self._sent.of(key) == "":
            self._sent.drop(key)
        return ""

    async def _answer(self, to: Address, part: Part, key: str) -> str:
        """Answer a command where we are no member, to the one who gave it.

        Slack takes five messages over its address, so that one which may have arrived is not sent again.
        """
        if part.text != BLANK:
            if not url_of(to):
                raise Forbidden("nobody can be answered there any more")
            try:
                await self._api.post(url_of(to), to_answer(part))
            except Rejected as error:
                raise Forbidden(str(error)) from error
            except Unknown as error:
                _log.warning("slack.answer_unknown", key=key, reason=str(error))
        return f"{ANSWER}{key}"

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Replace what a message says, after its stream if it has one; raises `Gone` if that is not possible any more.

        What is not the last wording may be `Delayed`, so that others find room.
        An edit whose answer was lost can be repeated without harm, so its fate is never `Unknown`.
        """
        if receipt.startswith(ANSWER):
            if part.progress is None:  # what follows is a message more, and of those there are few
                await self._answer(to, part, receipt.removeprefix(ANSWER))
            return
        if receipt.startswith(RECEIPT):
            raise Gone("a file cannot be changed")
        if _goes_on(part):
            self._api.pace.edit(to.account, f"{channel_of(to)}:{receipt}")
        try:
            if self._streams.is_open(to, receipt):
                await self._streams.end(to, receipt)
            await self._update(to, receipt, part)
            await suggest(self._api, to, part)
        except Gone as error:
            if str(error) == MISSING:
                self._sent.gone(to, receipt)
            raise
        except Unknown as error:
            raise RetryLater(PAUSE) from error

    async def _update(self, to: Address, receipt: str, part: Part) -> None:
        await self._ended(to, receipt, "chat.update", to_update(to, receipt, part))
        if thread_of(to) and not self._sent.has(to, receipt):
            await self._streams.rest(to, receipt)

    async def _ended(self, to: Address, receipt: str, method: str, given: Mapping[str, Any]) -> None:
        """Change a message, after its stream if another process began one, or this one before it was started anew."""
        try:
            await self._api.call(to.account, method, given)
        except StillStreaming:
            await self._streams.end(to, receipt)
            try:
                await self._api.call(to.account, method, given)
            except StillStreaming as error:
                raise Delayed(ENDING) from error

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Stream an answer; what a stream cannot take goes on by edits of its message, or begins as one without it.

        Slack counts streams by workspace: where they are too many, this one rests, and no message has to (`Pace`).
        """
        try:
            if not receipt:
                return await self._begin(to, asked, part, key)
            if not await self._streams.grow(to, receipt, part):
                await self.edit(to, receipt, part)
        except Delayed:
            raise
        except RetryLater as error:
            raise Delayed(error.retry_after) from error
        return receipt

    async def _begin(self, to: Address, asked: Message, part: Part, key: str) -> str:
        """Begin a stream, or post what grows by edits where Slack begins none."""
        try:
            return await self._streams.begin(to, asked, part)
        except (Rejected, Unmended) as error:
            _log.info("slack.no_stream", reason=str(error)[:200])
        return await self.send(to, part, key)

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove a message or a file; one that is gone stays so."""
        if receipt.startswith(ANSWER):
            return
        if receipt.startswith(RECEIPT):
            await self._files.delete(to, receipt)
            return self._sent.gone(to, receipt)
        try:
            if self._streams.is_open(to, receipt):
                await self._streams.end(to, receipt)
            await self._ended(to, receipt, "chat.delete", {"channel": channel_of(to), "ts": receipt})
        except Gone:
            _log.info("slack.gone_before", receipt=receipt)
        except Unknown as error:
            raise RetryLater(PAUSE) from error
        self._sent.gone(to, receipt)

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
        if known := self._sent.of(key):
            return known
        return self._sent.keep(to, key, await self._files.send(to, file, part))

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
        """Ask who somebody is before their event is read, if it is for us."""
        if self.parse(event) is not None:
            await self._people.learn(event)


def _goes_on(part: Part) -> bool:
    """Tell whether another wording follows: an answer that can be stopped, or what is on its way."""
    unfinished = part.progress is not None and part.progress.percent < 100
    return unfinished or any(button.value == _STOP for button in part.buttons)
