from pathlib import Path

import pytest

from ui import settings
from ui.errors import SettingsError


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.variable(name), raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default_that_works():
    found = settings.load()
    assert (found.address, found.signup, found.database_url) == ("http://127.0.0.1:8000", "open", None)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch):
    Path(".env").write_text("EVERMYND_HOST=1.1.1.1\nEVERMYND_PORT=1\nEVERMYND_SIGNUP=closed\n")
    monkeypatch.setenv("EVERMYND_HOST", "2.2.2.2")
    monkeypatch.setenv("EVERMYND_PORT", "2")
    found = settings.load(port=3)
    assert (found.signup, found.host, found.port) == ("closed", "2.2.2.2", 3)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EVERMYND_OPENAI_API_KEY", "")
    assert settings.load().openai_api_key is None


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PORT", "web", 'EVERMYND_PORT is "web": set it to 1 to 65535, such as 8000'),
        ("PORT", "70000", 'EVERMYND_PORT is "70000": set it to 1 to 65535, such as 8000'),
        ("SIGNUP", "all", 'EVERMYND_SIGNUP is "all": set it to open, invite or closed'),
        (
            "DATABASE_URL",
            "mysql://me:hush@host/db",
            "EVERMYND_DATABASE_URL has a value that cannot be used: set it to postgresql://user:password@host/database",
        ),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_fix(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
):
    monkeypatch.setenv(f"EVERMYND_{name}", value)
    with pytest.raises(SettingsError) as raised:
        settings.load()
    assert str(raised.value) == line


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EVERMYND_ALLOWED_LINK_HOSTS", "example.org, docs.example.org,")
    assert settings.load().allowed_link_hosts == ("example.org", "docs.example.org")


def test_a_misspelt_variable_gets_a_warning_with_the_closest_one():
    Path(".env").write_text("EVERMYND_SINGUP=open\n")
    assert settings.strangers({"EVERMYND_XYZZY": "1", "EVERMYND_PORT": "1", "HOME": "/"}) == [
        "EVERMYND_SINGUP is not a setting: did you mean EVERMYND_SIGNUP?",
        "EVERMYND_XYZZY is not a setting and has no effect",
    ]


def test_a_missing_one_is_demanded_by_name():
    with pytest.raises(SettingsError, match="EVERMYND_DATABASE_URL is missing"):
        settings.load(host="::").require("host", "database_url")


def test_its_text_shows_no_secret():
    secrets = {"neo4j_password": "hush", "database_url": "postgresql://me:hush@host/db", "openai_api_key": "hush"}
    assert "hush" not in repr(settings.load(**secrets))


def test_the_table_has_a_line_for_every_setting():
    lines = settings.table().splitlines()[2:]
    assert len(lines) == len(settings.Settings.model_fields)
    assert "| `EVERMYND_PORT` | `8000` | Port of the web chat and the pages |" in lines
