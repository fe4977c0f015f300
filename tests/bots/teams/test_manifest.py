"""The package that is uploaded to Teams."""

from __future__ import annotations

import io
import json
import struct
import zipfile

from bots.teams.manifest import manifest, package
from conversation import skills
from tests.teams.platform import APP_ID

COMMANDS = [(each.name, each.description) for each in skills.commands(creator=True)]
DESCRIBED = manifest(APP_ID, "https://hub.example.org/", COMMANDS)


def test_the_bot_can_be_used_alone_in_groups_and_in_teams():
    (bot,) = DESCRIBED["bots"]
    assert (bot["botId"], bot["scopes"], bot["supportsFiles"]) == (APP_ID, ["personal", "team", "groupChat"], True)
    assert DESCRIBED["validDomains"] == ["hub.example.org"]


def test_menus_hold_commands_that_exist_within_the_limits():
    known = {f"/{name}" for name, _ in COMMANDS}
    for menu in DESCRIBED["bots"][0]["commandLists"]:
        titles = [command["title"] for command in menu["commands"]]
        assert 4 <= len(titles) <= 10 and set(titles) <= known
        assert all(len(command["description"]) <= 128 for command in menu["commands"])


def test_names_and_descriptions_keep_the_limits_of_the_schema():
    assert len(DESCRIBED["name"]["short"]) <= 30 and len(DESCRIBED["name"]["full"]) <= 100
    assert len(DESCRIBED["description"]["short"]) <= 80 and len(DESCRIBED["description"]["full"]) <= 4000


def test_the_package_holds_the_manifest_and_icons_of_the_right_size():
    with zipfile.ZipFile(io.BytesIO(package(DESCRIBED))) as archive:
        assert json.loads(archive.read("manifest.json")) == DESCRIBED
        sizes = [struct.unpack(">II", archive.read(name)[16:24]) for name in ("color.png", "outline.png")]
    assert sizes == [(192, 192), (32, 32)]
    assert package(DESCRIBED) == package(DESCRIBED)
