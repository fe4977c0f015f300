import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui.cli.commands import registry


def evermynd(*words: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EVERMYND_")}
    command = [sys.executable, "-m", "ui.cli", *words]
    return subprocess.run(command, cwd=folder, env=clean | env, capture_output=True, text=True, timeout=60)


def test_help_names_every_command(tmp_path: Path):
    told = evermynd("--help", folder=tmp_path)
    assert told.returncode == 0
    assert all(f"\n  {name} " in told.stdout for name in registry())


def test_help_imports_nothing_heavy():
    code = "import sys, ui.cli; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)
    heavy = ("chainlit", "fastapi", "langgraph", "neo4j", "openai", "psycopg", "pydantic", "redis", "sqlalchemy")
    assert [name for name in heavy if f"'{name}'" in loaded] == []


def test_a_wrong_setting_is_one_line_and_exit_code_1(tmp_path: Path):
    told = evermynd("up", folder=tmp_path, EVERMYND_PORT="web")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == 'evermynd: EVERMYND_PORT is "web": set it to 1 to 65535, such as 8000\n'


@pytest.mark.parametrize("command", ["serve", "worker", "schedule"])
def test_a_single_process_demands_its_database_by_name(tmp_path: Path, command: str):
    told = evermynd(command, folder=tmp_path)
    assert told.returncode == 1
    assert told.stderr.startswith("evermynd: EVERMYND_DATABASE_URL is missing")


def test_a_database_that_is_away_is_one_line(tmp_path: Path):
    url = "postgresql://me:hush@127.0.0.1:1/none"
    told = evermynd("migrate", folder=tmp_path, EVERMYND_DATABASE_URL=url, EVERMYND_MIGRATION_DATABASE_URL=url)
    assert told.returncode == 1
    assert told.stderr.startswith("evermynd: cannot open the database at 127.0.0.1:1 as me: ")
    assert "hush" not in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_doctor_is_content_with_a_machine_that_has_not_started(tmp_path: Path):
    told = evermynd("doctor", folder=tmp_path)
    assert told.returncode == 0, told.stdout
    assert "✓ Postgres: embedded; `evermynd up` starts it" in told.stdout


def test_doctor_says_how_to_mend_and_fails(tmp_path: Path):
    told = evermynd("doctor", folder=tmp_path, EVERMYND_REDIS_URL="redis://127.0.0.1:1/0")
    assert told.returncode == 1
    assert "✗ Redis: " in told.stdout
    assert "    → look at EVERMYND_REDIS_URL" in told.stdout
