"""Building the zip: piece by piece, so that no more than one thread or document is in memory, off the event loop."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import zipfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from conversation.speech import Speech
from knowledge import files
from knowledge.db import Database, load_queries

_SQL = load_queries("conversation.people.export", "export.sql")

ORIGINALS = 40 * 1024 * 1024
"""Bytes of original files that go along; messengers send no more than 50 MB."""
NAME = "evermynd-export"
_UNSAFE = re.compile(r"[^\w.\- ]+")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished zip; `left_out` names originals that were too large to go along."""

    path: Path
    left_out: tuple[str, ...]


@asynccontextmanager
async def build(
    database: Database, user_id: UUID, speech: Speech, now: datetime, originals: int = ORIGINALS
) -> AsyncGenerator[Exported]:
    """Write everything of a person into a zip that is there until the context ends."""
    with tempfile.TemporaryDirectory(prefix="evermynd-export-") as folder:
        path = Path(folder, f"{NAME}-{now:%Y-%m-%d}.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            writer = _Writer(database, user_id, packed, Path(folder, "index.html"), speech)
            left_out = await writer.write(now, originals)
        yield Exported(path, left_out)


@dataclass(slots=True)
class _Writer:
    """Fills one zip."""

    database: Database
    user_id: UUID
    packed: zipfile.ZipFile
    page: Path
    speech: Speech

    async def write(self, now: datetime, originals: int) -> tuple[str, ...]:
        words = _words(self.speech, now)
        (profile,) = await self._rows("profile")
        places = await self._rows("places")
        memory = await self._rows("memory")
        lists = {name: await self._rows(name) for name in ("sessions", "usage", "digests", "questions", "feedback")}
        await self._json("profile.json", {"profile": profile, "places": places, **lists})
        await self._json("memory.json", memory)
        await self._draw("opening", words, profile, places, memory)
        await self._threads()
        coaches, documents = await self._rows("coaches"), await self._rows("documents")
        await self._json("sources.json", {"coaches": coaches, "documents": documents})
        for number, document in enumerate(documents, 1):
            pages = await self._rows("text", document_id=document["document_id"])
            text = "\n\n".join(str(page["text"]) for page in pages)
            await self._add(f"sources/{number:03}-{_file_name(document['name'])}.txt", text)
        left_out = await self._originals(originals)
        await self._draw("closing", words, coaches, documents, left_out)
        await asyncio.to_thread(self.packed.write, self.page, "index.html")
        return tuple(left_out)

    async def _threads(self) -> None:
        listed = await self._rows("threads")
        for number, thread in enumerate(listed, 1):
            messages = await self._rows("messages", conversation_id=thread["conversation_id"])
            name = _file_name(thread["title"] or thread["channel"])
            await self._json(f"threads/{number:04}-{name}.json", {**thread, "messages": messages})
            await self._draw("thread", thread, messages)

    async def _originals(self, most: int) -> list[str]:
        """Add the files that are still kept, as long as there is room; gives the names of the others."""
        left_out: list[str] = []
        for number, kept in enumerate(await self._rows("originals", exports=f"{NAME}-%"), 1):
            if kept["size"] > most:
                left_out.append(kept["name"])
                continue
            most -= kept["size"]
            copy = self.page.with_name("original")
            async with self.database.person(self.user_id) as connection:
                await files.restore(connection, kept["file_id"], copy)
            await asyncio.to_thread(self.packed.write, copy, f"originals/{number:03}-{_file_name(kept['name'])}")
        return left_out

    async def _rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        async with self.database.person(self.user_id) as connection:
            return await (await connection.execute(_SQL[statement], {"user_id": self.user_id, **values})).fetchall()

    async def _json(self, name: str, content: object) -> None:
        text = await asyncio.to_thread(json.dumps, content, default=_plain, ensure_ascii=False, indent=1)
        await self._add(name, text)

    async def _add(self, name: str, text: str) -> None:
        await asyncio.to_thread(self.packed.writestr, name, text.encode("utf-8", "replace"))

    async def _draw(self, macro: str, *values: object) -> None:
        """Add a piece of the page."""
        await asyncio.to_thread(_draw, self.page, self.speech.language, macro, values)


def _draw(page: Path, language: str, macro: str, values: tuple[object, ...]) -> None:
    loader = PackageLoader("conversation.people.export", ".")
    drawing = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    module: Any = drawing.get_template("index.html").make_module({"language": language})
    with page.open("a", encoding="utf-8", errors="replace") as file:
        file.write(str(getattr(module, macro)(*values)).lstrip("\n"))


def _words(speech: Speech, now: datetime) -> dict[str, str]:
    return {
        "title": speech.say("What EverMynd holds of you"),
        "made": speech.say(
            "Made on {date}, times in UTC. The same stands in the JSON files.", date=f"{now:%Y-%m-%d %H:%M}"
        ),
        "profile": speech.say("Profile"),
        "memory": speech.say("What is remembered about you"),
        "threads": speech.say("Threads"),
        "sources": speech.say("Your coaches and their sources"),
        "left_out": speech.say("These original files are too large to go along; their text is there:"),
    }


def _file_name(text: str) -> str:
    """Make a name that every file system takes."""
    return " ".join(_UNSAFE.sub(" ", text).split()).strip(". ")[:60] or "untitled"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
