"""Sources: what a coach knows, each with a button that makes it forget."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from conversation.markdown import label, plain
from conversation.message import Button, Reply
from conversation.skills import private
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection
from knowledge.documents import Document, store

PAGE = 10
_ASKS = re.compile(
    r"(?:what|which) (?:are your sources|sources do you have|are the sources)[?!.]?"
    r"|(?:list|show)(?: me)? (?:your |the )?sources[.!]?"
)
_DELETE = re.compile(r"delete ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class SourcesSkill:
    """Answers `/sources PAGE`, and deletes one after asking."""

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
        ask = turn.say(
            "Shall I forget **{source}** ({size})? Answers that cite it will no longer open it.",
            source=plain(document.title),
            size=_size(turn, document),
        )
        return Reply(ask, buttons=(Button(turn.say("Yes, forget it"), ""),), coach_name=turn.coach.name)

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the sources, or delete the one that was meant."""
        if _DELETE.fullmatch(argument(turn, "sources") or ""):
            document = await self._meant(turn, services)
            if document is None:
                return Outcome((Reply(turn.say("I do not know that source (any more).")),))
            gone = turn.say("I have forgotten **{source}**.", source=plain(document.title))
            return Outcome((Reply(gone),), ({"document_id": str(document.document_id)},))
        async with services.database.person(turn.person.user_id) as connection:
            found = await store.listing(connection, turn.coach.coach_id)
        return Outcome((_listing(turn, found),))

    async def _meant(self, turn: Turn, services: Services) -> Document | None:
        wanted = _DELETE.fullmatch(argument(turn, "sources") or "")
        if not wanted or not turn.direct or private.is_anothers_bot(turn):
            return None
        async with services.database.person(turn.person.user_id) as connection:
            document = await store.find(connection, UUID(wanted[1]))
        return document if document and document.user_id == turn.person.user_id else None

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Remove every trace of the document."""
        await store.delete(connection, UUID(work["document_id"]))


def _listing(turn: Turn, found: Sequence[Document]) -> Reply:
    coach = plain(turn.coach.name)
    if not found:
        if turn.coach.own:
            text = turn.say("**{coach}** has no sources yet. Send me a file or a link to teach it.", coach=coach)
        else:
            text = turn.say("**{coach}** has no sources yet.", coach=coach)
        return Reply(text)
    pages = -(-len(found) // PAGE)
    asked = argument(turn, "sources") or ""
    number = min(int(asked), pages) if asked.isdecimal() and len(asked) < 6 and int(asked) else 1
    shown = found[(number - 1) * PAGE : number * PAGE]
    head = (
        turn.say("**{coach}** knows, page {page} of {pages}:", coach=coach, page=number, pages=pages)
        if pages > 1
        else turn.say("**{coach}** knows:", coach=coach)
    )
    lines = "\n".join(f"- **{plain(document.title)}** ({_size(turn, document)})" for document in shown)
    buttons = [_forget(turn, document) for document in shown if turn.coach.own and turn.direct]
    buttons += [Button(turn.say("Back"), f"/sources {number - 1}")] if number > 1 else []
    buttons += [Button(turn.say("Next"), f"/sources {number + 1}")] if number < pages else []
    return Reply(f"{head}\n\n{lines}", buttons=tuple(buttons), coach_name=turn.coach.name)


def _forget(turn: Turn, document: Document) -> Button:
    return Button(turn.say("Forget {source}", source=label(document.title)), f"/sources delete {document.document_id}")


def _size(turn: Turn, document: Document) -> str:
    n = document.page_count
    match document.unit if n else "":
        case "page":
            return turn.count("{n} page", "{n} pages", n)
        case "slide":
            return turn.count("{n} slide", "{n} slides", n)
        case "chapter":
            return turn.count("{n} chapter", "{n} chapters", n)
        case "row":
            return turn.count("{n} row", "{n} rows", n)
        case _:
            return turn.count("{n} passage", "{n} passages", document.chunk_count)
