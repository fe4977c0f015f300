"""Pages a second from a file to being searchable, by format, beside markitdown with LlamaIndex's PGVectorStore.

Debian's package `debian-policy` brings one manual in four formats; a page is one of its printed edition, whatever the
format. Both sides write to the same durable Postgres and embed with the same model, loaded beforehand. Ours reads in a
child process, indexes for BM25, and finds entities, topics and questions as well; the other side does none of that.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from knowledge import ingest
from knowledge.db import Database, open_database
from knowledge.models.embeddings import WordLlama
from knowledge.parsers import sandbox
from knowledge.reading import Reader
from tests.benchmarks.figures import say, show
from tests.benchmarks.ground import Ground, open_ground

MANUAL = Path("/usr/share/doc/debian-policy")
EDITIONS = {"PDF": "policy.pdf.gz", "EPUB": "policy.epub", "HTML": "policy.html/ch-*.html", "text": "policy.txt.gz"}
PEER = Path(".bench-venv/bin/python")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Edition:
    """The manual in one format, as one file or many."""

    name: str
    files: tuple[Path, ...]


def unpacked(folder: Path) -> list[Edition]:
    """Lay the manual's editions out as a person would send them; says which are missing."""
    editions: list[Edition] = []
    for name, pattern in EDITIONS.items():
        found = tuple(_plain(path, folder) for path in sorted(MANUAL.glob(pattern)))
        if found:
            editions.append(Edition(name, found))
        else:
            show(f"{name}: file → searchable", "skipped: Debian's package debian-policy is not installed")
    return editions


def _plain(path: Path, folder: Path) -> Path:
    if path.suffix != ".gz":
        return path
    target = folder / path.stem
    target.write_bytes(gzip.decompress(path.read_bytes()))
    return target


async def learned(database: Database, embedder: WordLlama, edition: Edition) -> tuple[float, int]:
    """Teach a new coach an edition; give the seconds, and the pages of its files."""
    coach_id, pages = uuid4(), 0
    async with database.system() as connection:
        await connection.execute("insert into coaches (coach_id, name) values (%s, 'Bench')", (coach_id,))
    began = time.perf_counter()
    for path in edition.files:
        content = await asyncio.to_thread(path.read_bytes)
        parsed = await sandbox.parse(path, path.name)
        await ingest.learn(
            database,
            user_id=None,
            coach_id=coach_id,
            origin=f"file:{path.name}",
            name=path.name,
            sha256=hashlib.sha256(content).hexdigest(),
            parsed=parsed,
            embedder=embedder,
            extract=Reader(),
        )
        pages += len(parsed.pages)
    return time.perf_counter() - began, pages


async def ours(ground: Ground, editions: Sequence[Edition]) -> tuple[dict[str, float], int]:
    """Median seconds by edition, and the pages of the printed one."""
    embedder = WordLlama()
    await embedder.embed(["warm"])
    seconds: dict[str, float] = {}
    printed = 0
    async with open_database(ground.postgres.url, patience=10) as database:
        for edition in editions:
            rounds = [await learned(database, embedder, edition) for _ in range(ROUNDS)]
            seconds[edition.name] = statistics.median(spent for spent, _ in rounds)
            printed = rounds[0][1] if edition.name == "PDF" else printed
    return seconds, printed


async def theirs(ground: Ground, editions: Sequence[Edition]) -> dict[str, float]:
    """Median seconds by edition of the other side, run by an environment of its own; empty without one."""
    if not await asyncio.to_thread(PEER.exists):
        show("markitdown + LlamaIndex PGVectorStore", "not measured: `make bench` installs it")
        return {}
    order = {
        "url": await _room(ground),
        "rounds": ROUNDS,
        "editions": {edition.name: [str(path) for path in edition.files] for edition in editions},
    }
    script = str(Path(__file__).with_name("peer.py"))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(str(PEER), script, stdin=pipe, stdout=pipe)
    said, _ = await process.communicate(json.dumps(order).encode())
    if process.returncode:
        raise RuntimeError("the program to compare with failed, see above")
    return json.loads(said.splitlines()[-1])


async def _room(ground: Ground) -> str:
    """Make a database for the other side in the same server; gives its address."""
    admin = make_url(ground.postgres.superuser_url)
    async with await psycopg.AsyncConnection.connect(_address(admin), autocommit=True) as connection:
        await connection.execute(sql.SQL("create database peer"))
    return _address(admin.set(database="peer"))


def _address(url: object) -> str:
    return url.render_as_string(hide_password=False)  # type: ignore[attr-defined]


async def run() -> None:
    """Print the figures of this module."""
    async with open_ground() as ground:
        editions = await asyncio.to_thread(unpacked, ground.folder)
        if "PDF" not in [edition.name for edition in editions]:
            return
        say(f"learning {len(editions)} formats, {ROUNDS} times each")
        mine, pages = await ours(ground, editions)
        say("the same with markitdown and LlamaIndex")
        peers = await theirs(ground, editions)
    show("the manual", f"{pages} printed pages")
    for name, spent in mine.items():
        beside = f"   ratio {peers[name] / spent:.2f}" if name in peers else ""
        other = f"   beside {pages / peers[name]:6.1f} pages/s" if name in peers else ""
        show(f"{name}: file → searchable", f"{pages / spent:6.1f} pages/s{other}{beside}")


if __name__ == "__main__":
    asyncio.run(run())
