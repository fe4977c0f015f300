import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import click
import pytest

from knowledge.db import Database
from tests.conftest import Addresses, coach_of
from ui import doctor
from ui.cli.doctor import chosen, line
from ui.settings import Settings, load


def only(name: str) -> doctor.Check:
    return next(check for check in doctor.built_in() if check.name == name)


async def find(name: str, settings: Settings) -> doctor.Finding:
    [(_, finding)] = await doctor.examine(settings, [only(name)])
    return finding


async def test_a_migrated_database_is_well(addresses: Addresses):
    settings = load(database_url=addresses.url, migration_database_url=addresses.owner_url)
    assert "pgvector" in (await find("Postgres", settings)).said
    assert (await find("Migrations", settings)).ok


async def test_an_empty_database_wants_migrating(addresses: Addresses):
    empty = addresses.owner_url.rpartition("/")[0] + "/evermynd"
    finding = await find("Migrations", load(migration_database_url=empty))
    assert (finding.ok, finding.mend) == (False, "run `evermynd migrate`")


async def test_a_port_where_nobody_listens_is_told(tmp_path: Path):
    settings = load(neo4j_uri="bolt://127.0.0.1:1", database_url="postgresql://me@127.0.0.1:1/none")
    assert not (await find("Graph", settings)).ok
    assert "refused" in (await find("Postgres", settings)).said


async def test_a_model_endpoint_that_is_away_is_told():
    finding = await find("Model", load(openai_base_url="http://127.0.0.1:1/v1"))
    assert (finding.ok, "EVERMYND_OPENAI_BASE_URL" in finding.mend) == (False, True)


async def test_a_check_that_breaks_is_a_finding_and_the_others_go_on():
    async def broken(_settings: Settings) -> doctor.Finding:
        raise ValueError("what is this")

    found = await doctor.examine(load(), [doctor.Check("Odd", broken), only("Disk")])
    assert [finding.said == "what is this" for _, finding in found] == [True, False]


async def test_a_finding_is_one_line_and_a_fault_a_second_one():
    check = doctor.Check("Part", lambda _settings: asyncio.sleep(0, doctor.Finding(True, "fine")))
    assert line(check, doctor.Finding(True, "fine", "not needed")) == "✓ Part: fine"
    assert line(check, doctor.Finding(False, "bad", "mend it")) == "✗ Part: bad\n    → mend it"


async def execute(database: Database, statement: bytes, **values: object) -> None:
    async with database.system() as connection:
        await connection.execute(statement, values)


async def conversation_of(database: Database, person: UUID) -> UUID:
    conversation_id = uuid4()
    statement = b"""insert into conversations (conversation_id, channel, account, external_id, user_id)
        values (%(id)s, 'web', '', %(name)s, %(person)s)"""
    await execute(database, statement, id=conversation_id, name=str(conversation_id), person=person)
    return conversation_id


async def say(database: Database, person: UUID, state: str, age: str = "0") -> None:
    statement = b"""insert into outbox
        (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload, state, due_at)
        values (%(id)s, %(conversation)s, %(person)s, 1, %(key)s, 'reply', '{}', %(state)s, now() - %(age)s::interval)
        """
    conversation = await conversation_of(database, person)
    await execute(
        database, statement, id=uuid4(), key=uuid4().hex, conversation=conversation, person=person, state=state, age=age
    )


async def wish(database: Database, person: UUID, state: str, age: str) -> None:
    async with database.person(person) as connection:
        await connection.execute(
            """insert into ingestions (ingestion_id, user_id, coach_id, name, state, due_at, leased_until)
            values (%s, %s, %s, 'book.pdf', %s, now() - %s::interval, now() - %s::interval)""",
            (uuid4(), person, await coach_of(database, person), state, age, age),
        )


@pytest.mark.parametrize("name", ["Login role", "Checkpoints", "Outbox", "Ingestions", "Projection"])
async def test_a_fresh_ledger_is_well(addresses: Addresses, name: str):
    settings = load(database_url=addresses.url, neo4j_uri="bolt://127.0.0.1:1")
    finding = await find(name, settings)
    assert finding.ok, finding.said


@pytest.mark.parametrize("name", ["Checkpoints", "Outbox", "Ingestions"])
async def test_a_ledger_without_tables_wants_migrating(addresses: Addresses, name: str):
    empty = addresses.url.rpartition("/")[0] + "/evermynd"
    finding = await find(name, load(database_url=empty))
    assert (finding.ok, finding.mend) == (False, "run `evermynd migrate`")


@pytest.mark.parametrize("name", ["Login role", "Checkpoints", "Outbox", "Ingestions"])
async def test_a_ledger_that_is_away_is_one_fault_to_mend_first(name: str):
    finding = await find(name, load(database_url="postgresql://me:hush@127.0.0.1:1/none"))
    assert (finding.ok, finding.mend) == (False, "mend Postgres first")
    assert "hush" not in finding.said


async def test_an_owner_who_is_logged_in_to_work_is_told(addresses: Addresses):
    finding = await find("Login role", load(database_url=addresses.owner_url))
    assert not finding.ok
    assert "evermynd_owner owns" in finding.said


async def test_parked_messages_are_counted(addresses: Addresses, database: Database, person: UUID):
    await say(database, person, "pending")
    assert (await find("Outbox", load(database_url=addresses.url))).ok

    await say(database, person, "uncertain")
    await say(database, person, "dead")

    finding = await find("Outbox", load(database_url=addresses.url))
    assert (finding.ok, finding.said) == (False, "1 waiting, 0 blocked, 1 uncertain, 1 dead")


async def test_messages_that_nobody_sends_ask_for_a_gateway(addresses: Addresses, database: Database, person: UUID):
    await say(database, person, "pending", age="5 minutes")
    finding = await find("Outbox", load(database_url=addresses.url))
    assert not finding.ok
    assert "evermynd serve" in finding.mend


@pytest.mark.parametrize("state", ["waiting", "running"])
async def test_wishes_that_nobody_learns_ask_for_a_worker(
    addresses: Addresses, database: Database, person: UUID, state: str
):
    await wish(database, person, state, age="5 minutes")
    finding = await find("Ingestions", load(database_url=addresses.url))
    assert (finding.ok, "evermynd worker" in finding.mend) == (False, True)
    assert finding.said.endswith("1 stuck")


async def test_wishes_in_the_queue_are_no_fault(addresses: Addresses, database: Database, person: UUID):
    await wish(database, person, "waiting", age="10 seconds")
    finding = await find("Ingestions", load(database_url=addresses.url))
    assert (finding.ok, finding.said) == (True, "1 waiting, 0 running, 0 failed since yesterday")


async def test_a_graph_that_lags_behind_is_told(addresses: Addresses, database: Database):
    statement = (
        b"insert into projections (graph_id, part, changed_at) values ('coach:x', 'x', now() - interval '1 hour')"
    )
    await execute(database, statement)
    finding = await find("Projection", load(database_url=addresses.url, neo4j_uri="bolt://127.0.0.1:1"))
    assert (finding.ok, finding.said) == (False, "1 parts behind the ledger")


@asynccontextmanager
async def answering(said: bytes) -> AsyncGenerator[int]:
    """A server that says the same to everybody who talks with it; gives its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_model_endpoint_that_refuses_the_key_is_told():
    async with answering(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n") as port:
        url = f"http://127.0.0.1:{port}/v1"
        finding = await find("Model", load(openai_base_url=url, openai_api_key="hush"))
    assert (finding.ok, finding.said) == (False, f"{url} refuses the key")


async def test_a_model_endpoint_that_answers_is_well():
    async with answering(b"HTTP/1.1 200 Yes\r\nContent-Length: 2\r\n\r\n{}") as port:
        assert (await find("Model", load(openai_base_url=f"http://127.0.0.1:{port}/v1"))).ok


async def test_mail_goes_to_a_folder_or_to_a_server_that_must_answer(tmp_path: Path):
    assert str(tmp_path / "mail") in (await find("Mail", load(data_dir=tmp_path))).said
    finding = await find("Mail", load(smtp_url="smtp://me:hush@127.0.0.1:1"))
    assert (finding.ok, "hush" in finding.said) == (False, False)
    assert finding.said.startswith("127.0.0.1:1: ")


def test_parts_are_chosen_by_name():
    assert [check.name for check in chosen(["postgres", "Disk"])] == ["Postgres", "Disk"]
    assert chosen([]) == list(doctor.built_in())
    with pytest.raises(click.UsageError, match="no part called Kitchen; there are: Disk, "):
        chosen(["Kitchen"])
