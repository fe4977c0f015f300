"""Files go into the ledger and come out again, byte for byte."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from knowledge import files, ingestions
from knowledge.db import Database
from tests.conftest import Addresses, coach_of, newcomer


@pytest.mark.parametrize("size", [0, 1, files.PART, files.PART + 1, 3 * files.PART])
async def test_a_file_comes_out_as_it_went_in(database: Database, person: UUID, tmp_path: Path, size: int):
    sent, got = tmp_path / "sent", tmp_path / "got"
    sent.write_bytes(bytes(range(256)) * (size // 256) + b"\x00" * (size % 256))
    async with database.person(person) as connection:
        kept = await files.keep(connection, person, sent, "a.bin", "")
    async with database.system() as connection:
        await files.restore(connection, kept.file_id, got)
    assert (got.read_bytes(), kept.size) == (sent.read_bytes(), size)


async def test_a_file_is_cut_into_parts_of_a_megabyte(database: Database, person: UUID, tmp_path: Path):
    file_id = await keep(database, person, tmp_path, b"x" * (2 * files.PART + 5))
    async with database.system() as connection:
        cursor = await connection.execute(
            "select length(content) as size from file_parts where file_id = %s order by number", (file_id,)
        )
        assert [row["size"] for row in await cursor.fetchall()] == [files.PART, files.PART, 5]


async def test_a_file_that_is_gone_says_so(database: Database, person: UUID, tmp_path: Path):
    file_id = await keep(database, person, tmp_path, b"x")
    async with database.person(person) as connection:
        await files.delete(connection, file_id)
        with pytest.raises(files.FileGone, match="send it again"):
            await files.restore(connection, file_id, tmp_path / "got")


async def test_a_stranger_reads_nobodys_file(database: Database, person: UUID, tmp_path: Path):
    file_id = await keep(database, person, tmp_path, b"secret")
    async with database.person(await newcomer(database)) as connection:
        with pytest.raises(files.FileGone):
            await files.restore(connection, file_id, tmp_path / "got")


async def test_tidying_spares_what_is_young_and_what_waits(
    database: Database, person: UUID, tmp_path: Path, addresses: Addresses
):
    _, waiting = [await keep(database, person, tmp_path, b"x") for _ in range(2)]
    async with await psycopg.AsyncConnection.connect(addresses.superuser_url, autocommit=True) as owner:
        await owner.execute("update files set created_at = now() - interval '8 days'")
    young = await keep(database, person, tmp_path, b"x")
    await wait_for(database, person, waiting)
    async with database.system() as connection:
        assert await files.tidy(connection, timedelta(days=7)) == 1
        cursor = await connection.execute("select file_id from files")
        assert {row["file_id"] for row in await cursor.fetchall()} == {young, waiting}


async def keep(database: Database, person: UUID, folder: Path, content: bytes) -> UUID:
    path = folder / uuid4().hex
    path.write_bytes(content)
    async with database.person(person) as connection:
        return (await files.keep(connection, person, path, "a.txt", "text/plain")).file_id


async def wait_for(database: Database, person: UUID, file_id: UUID) -> None:
    wish = ingestions.Wish(uuid4(), person, await coach_of(database, person), "a.txt", file_id=file_id)
    async with database.person(person) as connection:
        await ingestions.request(connection, wish)
