import asyncio
from pathlib import Path

from tests.conftest import Addresses
from ui import doctor
from ui.cli.doctor import line
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
