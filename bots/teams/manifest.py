"""The app as Teams wants it described: the manifest, and the package that is uploaded.

https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bots.teams.icons import ACCENT, colour_icon, outline_icon

VERSION = "1.19"
MOST_COMMANDS = 10
"""Commands that a menu shows; all others work as well."""
_TITLE, _DESCRIPTION = 32, 128
_PERSONAL = ("start", "help", "coaches", "coach", "new", "digest", "link", "me", "language", "creator")
_SHARED = ("help", "coaches", "coach", "new", "digest", "language", "start")

Json = dict[str, Any]


def manifest(app_id: str, public_url: str, commands: Sequence[tuple[str, str]]) -> Json:
    """Describe the bot with this app id; `commands` are names and what they do.

    The permission to read a channel's messages lets follow-ups in a thread do without a mention; a team's owner is
    asked for it.
    """
    base = public_url.rstrip("/")
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": "1.0.0",
        "id": app_id,
        "developer": {"name": "EverMynd", "websiteUrl": base, "privacyUrl": base, "termsOfUseUrl": base},
        "name": {"short": "EverMynd", "full": "EverMynd: coaches that know their sources"},
        "description": {
            "short": "Coaches that answer from what they were taught.",
            "full": "Talk with coaches: AI personas that people taught with books, manuals and notes. They answer from "
            "these sources and show the exact passage. To make one of your own, send the bot a file.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [_bot(app_id, commands)],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(base).hostname or "localhost"],
        "webApplicationInfo": {"id": app_id, "resource": base},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": "ChannelMessage.Read.Group", "type": "Application"}]}
        },
    }


def package(described: Mapping[str, Any]) -> bytes:
    """Pack a manifest and its icons as Teams takes them; the same ones always give the same bytes."""
    packed = io.BytesIO()
    files = {
        "manifest.json": json.dumps(described, indent=2, ensure_ascii=False).encode(),
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
    }
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _bot(app_id: str, commands: Sequence[tuple[str, str]]) -> Json:
    known = dict(commands)
    lists = ((["personal"], _PERSONAL), (["team", "groupChat"], _SHARED))
    return {
        "botId": app_id,
        "scopes": ["personal", "team", "groupChat"],
        "supportsFiles": True,
        "isNotificationOnly": False,
        "commandLists": [{"scopes": scopes, "commands": _menu(names, known)} for scopes, names in lists],
    }


def _menu(names: Sequence[str], known: Mapping[str, str]) -> list[Json]:
    """Give a menu: pressing an entry writes its title, so that is the command as one says it."""
    shown = [name for name in names if name in known][:MOST_COMMANDS]
    return [{"title": f"/{name}"[:_TITLE], "description": known[name][:_DESCRIPTION]} for name in shown]
