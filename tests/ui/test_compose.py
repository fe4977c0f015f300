"""The files for containers, checked as far as that goes without an engine; the roles of Postgres for real."""

import asyncio
import os
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from knowledge.db import open_database
from tests.conftest import at
from ui.cli.commands import registry
from ui.cli.migrate import upgrade
from ui.doctor import ledger
from ui.embedded import postgres, reach
from ui.settings import Settings, load, variable

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
INIT = ROOT / "deploy/postgres/init.sql"
OURS = ("migrate", "gateway", "worker", "schedule")
THEIRS = ("postgres", "redis", "neo4j")
KNOWN = {"FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their words."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_services_are_those_we_know(compose: dict[str, Any]):
    assert sorted(compose["services"]) == sorted((*OURS, *THEIRS))


def test_every_image_is_pinned_and_ours_is_this_version(compose: dict[str, Any]):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for name, service in compose["services"].items():
        _, _, tag = service["image"].rpartition(":")
        assert tag not in {"", "latest"}, name
        assert not service["image"].startswith("evermynd") or tag == version


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_without_rights_of_the_machine(compose: dict[str, Any], name: str):
    service = compose["services"][name]
    assert service["build"] == "."
    assert service["cap_drop"] == ["ALL"]
    assert "user" not in service, "the image's own user, who is not root"
    assert service["command"][0] in registry()


@pytest.mark.parametrize("name", [*OURS, *THEIRS])
def test_every_service_is_bounded_watched_and_restarted(compose: dict[str, Any], name: str):
    service = compose["services"][name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    if name == "migrate":
        assert service["healthcheck"] == {"disable": True}
    elif name == "gateway":
        assert "healthcheck" not in service, "the image's own"
    else:
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_ours_wait_for_the_migrated_database_and_not_for_what_can_be_lost(compose: dict[str, Any]):
    for name in ("gateway", "worker", "schedule"):
        awaited = {each: how["condition"] for each, how in compose["services"][name]["depends_on"].items()}
        assert awaited == {
            "postgres": "service_healthy",
            "migrate": "service_completed_successfully",
            "redis": "service_started",
            "neo4j": "service_started",
        }


def test_volumes_and_networks_are_declared_and_files_exist(compose: dict[str, Any]):
    for service in compose["services"].values():
        for volume in service["volumes"]:
            source, _, _ = volume.partition(":")
            assert (ROOT / source).is_file() if source.startswith(".") else source in compose["volumes"]
        assert set(service["networks"]) <= set(compose["networks"])


def test_only_the_gateway_is_reached_and_by_default_from_this_machine_alone(compose: dict[str, Any]):
    published = {name: each["ports"] for name, each in compose["services"].items() if "ports" in each}
    assert list(published) == ["gateway"]
    assert all(port.startswith("${EVERMYND_HOST:-127.0.0.1}:") for port in published["gateway"])
    assert all(compose["services"][name]["networks"] == ["back"] for name in THEIRS)
    assert compose["networks"]["back"] == {"internal": True}


def test_every_variable_of_ours_is_a_setting_and_every_setting_is_passed_on(compose: dict[str, Any]):
    known = {variable(name) for name in Settings.model_fields}
    assert set(re.findall(r"\bEVERMYND_[A-Z0-9_]+", COMPOSE.read_text() + DOCKERFILE.read_text())) <= known
    given = {variable("host"), variable("data_dir")}  # by the image
    assert set(compose["services"]["migrate"]["environment"]) == known - given
    for name in ("gateway", "worker", "schedule"):
        owners = {variable("migration_database_url")}
        assert set(compose["services"][name]["environment"]) == known - given - owners


NOT_NEEDED = {
    "EVERMYND_SLACK_CLIENT_SECRET",
    "EVERMYND_SLACK_SIGNING_SECRET",
    "EVERMYND_TEAMS_APP_PASSWORD",
    "EVERMYND_TELEGRAM_WEBHOOK_SECRET",
}
"""Secrets without which the hub runs."""


def test_no_secret_has_a_default():
    text = COMPOSE.read_text()
    assert all(f"${{{name}:-}}" in text for name in NOT_NEEDED)
    for name in set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)", text)) - NOT_NEEDED:
        assert re.search(rf"\$\{{{name}:\?set it in \.env", text), name
        assert not re.search(rf"\$\{{{name}(:-|\}})", text), name


def filled(value: str, given: dict[str, str]) -> str:
    """What compose makes of a value."""
    return re.sub(r"\$\{(\w+):[?-]([^}]*)\}", lambda found: given.get(found[1]) or found[2], value)


def test_the_settings_of_every_service_are_taken(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in [name for name in os.environ if name.startswith("EVERMYND_")]:
        monkeypatch.delenv(name)
    given = {"APP_PASSWORD": "app1", "REDIS_PASSWORD": "r1"}
    for name, value in compose["services"]["migrate"]["environment"].items():
        monkeypatch.setenv(name, filled(value, given))
    settings = load(tmp_path / "none")
    assert settings.database_url == "postgresql://evermynd:app1@postgres:5432/evermynd"
    assert (settings.port, settings.chat_model) == (8000, Settings.model_fields["chat_model"].default)
    assert settings.require("database_url", "migration_database_url", "redis_url", "neo4j_uri")


def test_the_image_is_built_of_pinned_parts(steps: list[tuple[str, str]]):
    assert {word for word, _ in steps} <= KNOWN
    bases = [rest for word, rest in steps if word == "FROM"]
    assert all(re.fullmatch(r"python:3\.12-slim-\w+( AS \w+)?", base) for base in bases)
    assert any("--require-hashes" in rest for word, rest in steps if word == "RUN")


def test_the_image_runs_as_nobody_special_and_looks_after_itself(steps: list[tuple[str, str]]):
    last = max(at for at, (word, _) in enumerate(steps) if word == "FROM")
    final = dict(steps[last:])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", final["USER"])
    assert "/readyz" in final["HEALTHCHECK"]
    assert yaml.safe_load(final["CMD"])[0] in registry()
    names = [word for word, _ in steps[last:]]
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_what_is_copied_exists_and_is_let_in(steps: list[tuple[str, str]]):
    let_in = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), flags=re.MULTILINE)
    copied = [rest.split()[:-1] for word, rest in steps if word == "COPY" and not rest.startswith("--from")]
    sources = {source for each in copied for source in each}
    assert sources == set(let_in)
    assert all((ROOT / source).exists() for source in sources)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(packages["packages"]) <= sources


async def emptied(server: postgres.Postgres) -> None:
    """Make a cluster as the image of Postgres does: a superuser and nothing else."""
    admin = at(server.superuser_url, "template1")
    async with await psycopg.AsyncConnection.connect(admin, autocommit=True) as connection:
        for statement in ("database evermynd", "role evermynd", "role evermynd_owner", "extension vector"):
            await connection.execute(f"drop {statement}".encode())


async def run_init(url: str, **passwords: str) -> None:
    """Run the script as the image does."""
    psql = await asyncio.create_subprocess_exec(
        str(reach.installed() / "bin/psql"),
        *("--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", str(INIT), url),
        env={"PATH": os.environ["PATH"], **passwords},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await psql.communicate()
    assert (psql.returncode, said) == (0, b"")


async def test_the_roles_of_the_compose_file_carry_a_hub(tmp_path: Path):
    server = await postgres.start(tmp_path / "postgres", durable=False)
    try:
        await emptied(server)
        await run_init(at(server.superuser_url, "template1"), OWNER_PASSWORD="o'wner", APP_PASSWORD="app1")
        port = urlsplit(server.url).port
        owner = f"postgresql://evermynd_owner:o%27wner@127.0.0.1:{port}/evermynd"
        app = f"postgresql://evermynd:app1@127.0.0.1:{port}/evermynd"

        await asyncio.to_thread(upgrade, owner, "evermynd")

        async with open_database(app, size=1, patience=10) as database, database.system() as connection:
            assert await (await connection.execute("select count(*) as n from users")).fetchone() == {"n": 0}
        assert (await ledger.login(load("/dev/null", database_url=app))).ok
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await asyncio.to_thread(_read, app)
    finally:
        await server.stop()


def _read(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("select * from users")
