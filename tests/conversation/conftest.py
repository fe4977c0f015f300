"""What most conversations of the tests begin with: a hub, a chat with it, and somebody who may make coaches."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from knowledge.db import Database
from tests.channels.memory import MemoryChannel
from tests.conftest import newcomer
from tests.conversation.box import Box
from tests.conversation.chat import Chat, open_chat
from tests.conversation.rig import Rig, open_rig


@pytest.fixture
async def rig(database: Database, person: UUID) -> AsyncGenerator[Rig]:
    """A hub to which a person talks in the channel of the tests."""
    async with open_rig(database, person) as opened:
        yield opened


@pytest.fixture
async def chat(database: Database, person: UUID) -> AsyncGenerator[Chat]:
    """A hub to which people talk in a messenger."""
    async with open_chat(database, person) as opened:
        yield opened


@pytest.fixture
async def creator(database: Database) -> UUID:
    """Somebody who may make coaches."""
    return await newcomer(database, "consumer", "creator")


@pytest.fixture
async def editing(database: Database, person: UUID) -> Box:
    """The outbox of a chat where messages can be changed."""
    return await Box(database, person, MemoryChannel()).begin()


@pytest.fixture
async def plain(database: Database, person: UUID) -> Box:
    """The outbox of a chat where what was said stands."""
    return await Box(database, person, MemoryChannel(edits=False)).begin()
