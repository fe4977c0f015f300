"""Sources: what a coach knows, each with a button that makes it forget."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation.message import Button, Reply
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection
from knowledge.documents import Document, store

SHOWN = 25
_ASKS = re.compile(
    r"(?:what|which) (?:are your sources|sources do you have|are the sources)[?!.]?"
    r"|(?:list|show)(?: me)? (?:your |the )?sources[.!]?"
)
_DELETE = re.compile(r"delete ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class SourcesSkill:
    """Answers `/sources`, and deletes one after asking."""

    name = "sources"
    commands = (Command("sources", "What this coach knows", "library"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and the plain question."""
        return argument(turn, "sources") is not None or bool(_ASKS.fullmatch(turn.text.lower()))

    async def question(self, turn: Turn, services: Services) -> Reply | None:
        """Ask before a source is deleted."""
        document = await self._meant(turn, services)
        if document is None:
            return None
        ask = f"Shall I forget **{document.title}** ({_size(document)})? Answers that cite it will no longer open it."
        return Reply(ask, buttons=(Button("Yes, forget it", ""),), coach_name=turn.coach.name)

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the sources, or delete the one that was meant."""
        if _DELETE.fullmatch(argument(turn, "sources") or ""):
            document = await self._meant(turn, services)
            if document is None:
                return Outcome((Reply("I do not know that source (any more)."),))
            work = {"document_id": str(document.document_id)}
            return Outcome((Reply(f"I have forgotten **{document.title}**."),), (work,))
        async with services.database.person(turn.person.user_id) as connection:
            found = await store.listing(connection, turn.coach.coach_id)
        return Outcome((_listing(turn, found),))

    async def _meant(self, turn: Turn, services: Services) -> Document | None:
        wanted = _DELETE.fullmatch(argument(turn, "sources") or "")
        if not wanted or not turn.coach.own:
            return None
        async with services.database.person(turn.person.user_id) as connection:
            found = await store.listing(connection, turn.coach.coach_id)
        return next((document for document in found if document.document_id == UUID(wanted[1])), None)

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Remove every trace of the document."""
        await store.delete(connection, UUID(work["document_id"]))


def _listing(turn: Turn, found: list[Document]) -> Reply:
    if not found:
        how = " Drop a file into the chat to teach it." if turn.coach.own else ""
        return Reply(f"**{turn.coach.name}** has no sources yet.{how}")
    lines = [f"- **{document.title}** ({_size(document)})" for document in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"- … and {len(found) - SHOWN} more")
    buttons = [
        Button(f"Forget {document.title[:40]}", f"/sources delete {document.document_id}") for document in found[:SHOWN]
    ]
    return Reply(
        f"**{turn.coach.name}** knows:\n\n" + "\n".join(lines),
        buttons=tuple(buttons) if turn.coach.own else (),
        coach_name=turn.coach.name,
    )


def _size(document: Document) -> str:
    if document.page_count and document.unit:
        return f"{document.page_count:,} {document.unit}" + ("" if document.page_count == 1 else "s")
    return f"{document.chunk_count:,} passage" + ("" if document.chunk_count == 1 else "s")
