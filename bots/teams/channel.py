"""Teams as a channel, with all that the port makes optional."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bots.fields import text
from bots.teams.api import Api
from bots.teams.doubts import Doubts
from bots.teams.errors import FileTooLarge
from bots.teams.files import Files
from bots.teams.parse import Heard, parse
from bots.teams.places import CHANNEL, conversation_of, way_to
from bots.teams.posting import to_consent, to_message, to_picture, to_typing
from bots.teams.render import PICTURES, named, render
from bots.teams.settings import TeamsSettings
from bots.teams.streams import MARK, Streams, key_of
from conversation.channel import Capabilities, Part, Rate
from conversation.errors import Gone, Rejected, Unknown
from conversation.message import Address, Attachment, Author, Message, Reply

PICTURE_LIMIT = 1 << 20
"""Bytes of a picture in a message.
https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability"""
GOVERNING = 60.0
"""Seconds for which the answer holds whether somebody may decide for a group."""
TYPED = 2.0
"""Seconds between two signs that an answer is on its way: each counts as a call of the conversation."""
_GUESTS = ("guest", "anonymous")

# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: 7 calls in a second, 8 in two, 60 in
# thirty and 1800 in an hour for each conversation, 50 a second for all. A bucket lets through its whole content and
# what flows in meanwhile, so each number is less than half of the limit; typing and a stream's end count besides.
_ACCOUNT = Rate("account", 12, 1.0)
_GROUP = Capabilities(
    text_limit=16_000,
    text_unit="utf16",
    dialect="commonmark",
    buttons=50,
    button_value_limit=200,
    edit=True,
    stream_interval=3.0,
    files=True,
    feedback=True,
    forms="shown",
)
_THREAD = replace(_GROUP, threads=True)
_DIRECT = replace(_GROUP, stream_interval=1.5, drafts=True)


class TeamsChannel:
    """One bot of Teams."""

    name = CHANNEL

    def __init__(self, settings: TeamsSettings, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._api = api
        self._streams = Streams(api, clock)
        self._files = Files(api, settings.upload_limit_mb)
        self._edits = Doubts()
        self._deletions = Doubts()
        self._deleted: dict[str, None] = {}
        self._typed: dict[str, float] = {}
        self._governing: dict[tuple[str, str], tuple[float, bool]] = {}

    def capabilities(self, address: Address) -> Capabilities:
        """Tell what can be done there; the limits of a thread are those of its channel."""
        place = f"{address.group_id}"
        rates = (
            Rate(f"conversation:{place}", 3, 2.2),
            Rate(f"minute:{place}", 28, 30.0),
            Rate(f"hour:{place}", 850, 3600.0),
            _ACCOUNT,
        )
        kinds = {"direct": _DIRECT, "group": _GROUP, "thread": _THREAD}
        return replace(kinds[address.kind], rates=rates)

    def parse(self, event: object) -> Heard | None:
        """Read an activity as it came, in JSON."""
        return parse(event, self._settings, datetime.now(UTC))

    def render(self, reply: Reply, capabilities: Capabilities) -> tuple[Part, ...]:
        """Turn a reply into messages."""
        return render(reply, capabilities, self._settings.public_url, direct=capabilities.drafts)

    async def send(self, to: Address, part: Part, key: str) -> str:
        """Post a part; Teams knows no keys, so a repeated one posts again."""
        receipt = await self._api.send(way_to(to).service, conversation_of(to), to_message(to, part))
        if not receipt:
            raise Unknown("the message got no id")
        return receipt

    async def edit(self, to: Address, receipt: str, part: Part) -> None:
        """Replace a message, or end the stream it began as; raises `Gone` if it is not there any more.

        An edit whose answer was lost can be repeated without harm, so its fate is never `Unknown`.
        """
        key = key_of(to, receipt)
        try:
            if receipt.endswith(MARK):
                await self._streams.finish(to, receipt, part)
            else:
                await self._api.update(way_to(to).service, conversation_of(to), receipt, to_message(to, part))
        except (Gone, Unknown) as error:
            delay = self._edits.delay(key, error, fresh=self._streams.is_fresh(to, receipt))
            raise delay or Gone("the message is not there any more") from error
        self._edits.end(key)

    async def draft(self, to: Address, asked: Message, part: Part, key: str, receipt: str) -> str:
        """Show an answer that is being written, by a stream; one that is over goes on as a message that changes."""
        return await self._streams.draft(to, part, receipt)

    async def delete(self, to: Address, receipt: str) -> None:
        """Remove a message; one that is gone stays so, but what Teams may not know yet is tried again."""
        key = key_of(to, receipt)
        if key in self._deleted:
            return
        self._streams.drop(to, receipt)
        try:
            await self._api.delete(way_to(to).service, conversation_of(to), receipt.removesuffix(MARK))
        except (Gone, Unknown) as error:
            delay = self._deletions.delay(key, error, fresh=self._streams.is_fresh(to, receipt))
            if delay is not None:
                raise delay from error
        self._deletions.end(key)
        if len(self._deleted) > 10_000:
            self._deleted.clear()
        self._deleted[key] = None

    async def typing(self, to: Address) -> None:
        """Show for some seconds that an answer is on its way; shown a moment ago, it is not shown anew."""
        place, now = f"{to.account} {to.external_id}", time.monotonic()
        if self._typed.get(place, 0.0) > now - TYPED:
            return
        if len(self._typed) > 10_000:
            self._typed.clear()
        self._typed[place] = now
        await self._api.send(way_to(to).service, conversation_of(to), to_typing(to))

    async def send_file(self, to: Address, file: Path, part: Part, key: str) -> str:
        """Post a picture, or offer a file, which is put into the person's OneDrive once they agree.

        OneDrive takes no upload of an empty file, so that is only named.
        """
        size = (await asyncio.to_thread(file.stat)).st_size
        if size == 0 and part.file is not None:
            return await self.send(to, Part(f"{named(part.file)} (0 B)"), key)
        if part.file is not None and part.file.media_type in PICTURES and size <= PICTURE_LIMIT:
            activity = await asyncio.to_thread(to_picture, to, part, file)
        elif to.kind == "direct" and part.file is not None and part.file.file_id is not None:
            activity = to_consent(to, part, size)
        else:
            raise Rejected("a file can be offered in a personal chat only")
        receipt = await self._api.send(way_to(to).service, conversation_of(to), activity)
        if not receipt:
            raise Unknown("the message got no id")
        return receipt

    async def fetch(self, attachment: Attachment, to: Path) -> None:
        """Write a file to a path; raises a `FileRefused`, or `FileLate`, which may pass."""
        if attachment.size > self._settings.upload_limit_mb << 20:
            raise FileTooLarge(self._settings.upload_limit_mb)
        await self._files.read(attachment.remote, to)

    async def governs(self, address: Address, author: Author) -> bool:
        """Tell whether this author may decide for the group.

        Group chats have no owners, and who owns a team the Connector does not tell; so it is everybody who is there and
        is no guest.
        """
        place = conversation_of(address).partition(";")[0]
        known = self._governing.get((place, author.external_id))
        if known is None or known[0] < time.monotonic():
            known = (time.monotonic() + GOVERNING, await self._belongs(address, place, author))
            if len(self._governing) > 10_000:
                self._governing.clear()
            self._governing[place, author.external_id] = known
        return known[1]

    async def _belongs(self, address: Address, place: str, author: Author) -> bool:
        try:
            member = await self._api.member(way_to(address).service, place, author.external_id)
        except Gone:
            return False
        return bool(text(member, "id")) and text(member, "userRole").lower() not in _GUESTS
