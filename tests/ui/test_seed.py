import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conversation import coaches
from conversation.people import accounts, registration, roles
from knowledge.db import Database
from ui.seed import PASSWORD, PEOPLE, Planted, plant
from ui.seed.errors import HasPeople

TABLES = ("users", "web_accounts", "coaches", "documents", "chunks", "postings", "mentions", "projections")


def quietly(_said: str) -> None:
    """Tell nobody."""


async def stored(database: Database) -> dict[str, list[Any]]:
    async with database.system() as connection:
        found: dict[str, list[Any]] = {}
        for table in TABLES:
            cursor = await connection.execute(f"select to_jsonb(t) as row from {table} t order by t::text".encode())
            found[table] = [row["row"] for row in await cursor.fetchall()]
        return found


async def test_people_find_their_coaches_and_a_second_time_changes_nothing(database: Database):
    assert await plant(database, quietly) == Planted(people=3, coaches=3, documents=5)
    first = await stored(database)

    mei = await accounts.sign_in(database, "mei@example.com", PASSWORD)
    assert mei.roles == {"admin", "consumer", "creator"}
    async with database.person(mei.user_id) as connection:
        seen = {coach.name: (coach.own, coach.documents) for coach in await coaches.visible(connection)}
    assert seen == {"Tea Master": (True, 2), "Home Network": (False, 2)}
    assert len(first["documents"]) == 5
    assert all(document["questions"] and document["topics"] for document in first["documents"])
    renewed = {"web_accounts", "users"}  # signing in may note when it was

    assert await plant(database, quietly) == Planted()
    again = await stored(database)
    assert {name: again[name] for name in TABLES if name not in renewed} == {
        name: first[name] for name in TABLES if name not in renewed
    }
    assert [len(again[name]) for name in TABLES] == [len(first[name]) for name in TABLES]


async def test_a_hub_with_people_of_its_own_is_left_alone(database: Database):
    await registration.sign_up(database, "ada@example.org", "three blue lanterns", "Ada", policy="open")

    with pytest.raises(HasPeople, match="--force"):
        await plant(database, quietly)

    assert [person.email for person in await roles.list_people(database)] == ["ada@example.org"]


async def test_an_account_that_is_there_keeps_its_password(database: Database):
    await registration.sign_up(database, "mei@example.com", "three blue lanterns", "Mei", policy="open")

    planted = await plant(database, quietly)

    assert planted.people == len(PEOPLE) - 1
    await accounts.sign_in(database, "mei@example.com", "three blue lanterns")


def test_a_hub_with_a_public_address_is_left_alone(tmp_path: Path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("EVERMYND_")}
    env |= {"EVERMYND_DATABASE_URL": "postgresql://me@127.0.0.1:1/x", "EVERMYND_PUBLIC_URL": "https://hub.test"}
    told = subprocess.run(
        [sys.executable, "-m", "ui.cli", "seed"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 1
    assert told.stderr.startswith("evermynd: EVERMYND_PUBLIC_URL is set")
