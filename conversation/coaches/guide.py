"""The guide: the coach of the house, there from the first minute and taught with the hub's own handbook."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from conversation.coaches import store
from knowledge.db import Connection

GUIDE_ID = uuid5(NAMESPACE_URL, "coach:guide")
NAME = "Guide"
DESCRIPTION = "I know my way around EverMynd: coaches, teaching them, citations, your data, and running a hub."
PERSONA = "Patient and practical. Says what to do in one or two steps."
AVATAR = "🧭"


async def settle_in(connection: Connection) -> None:
    """Make the guide, or bring its card up to date (as the system role)."""
    await store.house(connection, GUIDE_ID, NAME, DESCRIPTION, PERSONA, AVATAR)


def handbook() -> list[Path]:
    """List the chapters of the handbook in order."""
    with as_file(files("conversation.coaches").joinpath("handbook")) as folder:
        return sorted(folder.glob("*.md"))
