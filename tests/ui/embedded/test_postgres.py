import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from ui.embedded import postgres, process
from ui.errors import InUseError, StartError

ROLES = """
select string_agg(rolname || rolsuper || rolcreaterole || rolinherit, ' ' order by rolname)
  from pg_roles where rolname like 'evermynd%'
"""


@asynccontextmanager
async def open_postgres(folder: Path) -> AsyncGenerator[postgres.Postgres]:
    running = await postgres.start(folder)
    try:
        yield running
    finally:
        await running.stop()


async def ask(url: str, statement: LiteralString) -> object:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement)
        row = await cursor.fetchone() if cursor.description else None
    return row[0] if row else None


async def test_gives_a_database_with_vectors_to_a_role_that_owns_nothing(tmp_path: Path):
    async with open_postgres(tmp_path) as running:
        told = await ask(running.url, ROLES)
        assert told == "evermyndfalsefalsefalse evermynd_ownerfalsetruetrue"
        assert await ask(running.url, "select '[1,2]'::vector <-> '[1,2]'") == 0.0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await ask(running.url, "create table mine ()")


async def test_a_new_database_has_vectors_too(tmp_path: Path):
    async with open_postgres(tmp_path) as running:
        await ask(running.superuser_url, "create database another owner evermynd_owner")
        url = running.owner_url.removesuffix("evermynd") + "another"
        assert await ask(url, "select '[1,2]'::vector <-> '[1,2]'") == 0.0


async def test_keeps_its_data_and_its_passwords_over_a_restart(tmp_path: Path):
    async with open_postgres(tmp_path) as first:
        await ask(first.owner_url, "create table notes as select 'kept' as note")
    async with open_postgres(tmp_path) as second:
        assert await ask(second.owner_url, "select note from notes") == "kept"
        assert first.url.rpartition("@")[0] == second.url.rpartition("@")[0]


@pytest.mark.kill
async def test_what_was_committed_survives_kill_9(tmp_path: Path):
    async with open_postgres(tmp_path) as first:
        await ask(first.owner_url, "create table notes as select 'kept' as note")
        os.kill(first.pid, signal.SIGKILL)
    async with open_postgres(tmp_path) as second:
        assert await ask(second.owner_url, "select note from notes") == "kept"


@pytest.mark.kill
async def test_comes_back_at_the_same_address_after_kill_9(tmp_path: Path):
    first = await postgres.start(tmp_path)
    first.process.kill()
    await first.stop()
    second = await first.again()
    assert second.url == first.url
    await second.stop()


async def test_a_folder_in_use_is_refused(tmp_path: Path):
    async with open_postgres(tmp_path):
        with pytest.raises(InUseError, match=f"process {os.getpid()}"):
            await postgres.start(tmp_path)


async def test_ends_a_server_that_a_killed_run_left_behind(tmp_path: Path):
    left = await postgres.start(tmp_path)
    left.lock.release()  # what the death of its starter does
    async with open_postgres(tmp_path) as running:
        assert await process.ended(left.process, 0)
        assert await ask(running.url, "select 1") == 1


async def test_a_stale_pid_file_of_a_foreign_process_is_no_obstacle(tmp_path: Path):
    async with open_postgres(tmp_path):
        pass
    (tmp_path / "cluster" / "postmaster.pid").write_text(f"{os.getppid()}\n/elsewhere\n1\n5432\n")
    async with open_postgres(tmp_path) as running:
        assert await ask(running.url, "select 1") == 1


async def test_lost_passwords_are_told_by_file(tmp_path: Path):
    async with open_postgres(tmp_path):
        pass
    (tmp_path / "password-superuser").unlink()
    with pytest.raises(StartError, match="password-superuser is missing"):
        await postgres.start(tmp_path)


async def test_a_damaged_cluster_is_told_in_the_words_of_the_server(tmp_path: Path):
    async with open_postgres(tmp_path):
        pass
    (tmp_path / "cluster" / "PG_VERSION").write_text("9.1\n")
    with pytest.raises(StartError, match="incompatible with server"):
        await postgres.start(tmp_path)


async def test_secrets_are_for_the_owner_alone(tmp_path: Path):
    async with open_postgres(tmp_path) as running:
        assert modes(tmp_path) == {0o600}
        assert not any(password in shown(running.pid) for password in passwords(tmp_path))


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()}


def shown(pid: int) -> str:
    return "".join(Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "environ"))


def passwords(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.glob("password-*")]
