"""Who is told what happens in a thread, over the real ledger."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest

from conversation import inbox, outbox
from conversation.dispatcher import Dispatcher
from conversation.message import Message, Reply
from knowledge.db import Database, open_database
from knowledge.db.errors import DatabaseUnavailable
from tests.conftest import Addresses
from ui.web.backend import Elsewhere, Seen
from ui.web.channel import WebChannel, Written, address_of
from ui.web.core import Core
from ui.web.events import Events


@pytest.mark.parametrize("looking", [True, False])
async def test_other_tabs_are_told_of_a_thread_that_is_open_but_not_looked_at(
    database: Database, person: UUID, looking: bool
) -> None:
    events, thread_id = Events(database), uuid4()
    channel = WebChannel(database, events)
    message = channel.parse(Written(person, thread_id, uuid4(), "hello"))
    assert isinstance(message, Message)
    accepted = await inbox.accept(database, person, message)
    key, reply = f"turn:{accepted.inbox_id}:0", Reply("hello back")
    async with database.person(person) as connection:
        await outbox.append(connection, accepted.conversation_id, key, reply)
    async with (
        asyncio.timeout(20),
        events.subscribe(accepted.conversation_id, person, lambda: looking) as here,
        events.subscribe(uuid4(), person) as other,
    ):
        hearing = asyncio.create_task(events.run())
        await anext(here)  # what stood before is shown once the ledger is heard
        (part,) = channel.render(reply, channel.capabilities(address_of(thread_id)))
        await channel.send(address_of(thread_id), part, f"{key}:0")
        seen = "select pg_notify('web', json_build_object('s', %s::text, 'u', %s::text)::text)"
        async with database.system() as connection:
            await connection.execute(seen, (thread_id, person))
        assert isinstance(await anext(other), Seen if looking else Elsewhere)
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing


async def test_leaves_no_folder_behind_when_a_file_cannot_be_fetched(
    addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "kept"))
    async with open_database(addresses.url) as database:
        events = Events(database)
        core = Core(database, cast(Dispatcher, None), WebChannel(database, events), events)
    with pytest.raises(DatabaseUnavailable):
        await core.file(uuid4(), uuid4())
    assert not list((tmp_path / "kept").iterdir())
