"""Making a digest: gather under the person's own eyes, choose one thing to try, and write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from conversation.digests import content, creators, trying
from conversation.digests.compose import Material, Writer
from conversation.digests.describing import why
from conversation.digests.store import Digest, Recipient
from conversation.message import Reply
from conversation.state import Searcher
from knowledge.db import Database
from knowledge.models.port import ChatModel


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes digests; `chat` is None where no language model is connected."""

    database: Database
    searcher: Searcher
    chat: ChatModel | None
    daily_tokens: int = 0

    async def due(self, digest: Digest, to: Recipient, now: datetime) -> Reply | None:
        """Make a digest whose time has come; None if there is nothing new to tell."""
        if digest.kind == "creator":
            async with self.database.person(to.user_id) as connection:
                return await creators.write(connection, to.speech, digest.told_until, now)
        reason = why(to.speech, digest.schedule)
        return await self._personal(to, digest.conversation_id, digest.told_until, now, reason, only_news=True)

    async def at_once(self, to: Recipient, conversation_id: UUID, since: datetime, now: datetime) -> Reply | None:
        """Make a digest that somebody asks for at this moment; None if there is nothing to tell at all."""
        reason = to.speech.say("You asked for this with `/digest now`.")
        return await self._personal(to, conversation_id, since, now, reason, only_news=False)

    async def _personal(
        self, to: Recipient, conversation_id: UUID, since: datetime, now: datetime, reason: str, *, only_news: bool
    ) -> Reply | None:
        async with self.database.person(to.user_id) as connection:
            found = await content.gather(connection, conversation_id, since, now)
        if only_news and not found.fresh:
            return None
        suggestion = await trying.choose(self.database, self.searcher, to.user_id, found.tries)
        if not (found.tells or suggestion):
            return None
        writer = Writer(self.database, self.chat, self.daily_tokens)
        return await writer.write(to.user_id, Material(found, suggestion, reason, to.speech))
