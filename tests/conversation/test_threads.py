"""Threads: listed, found by their words, renamed, deleted with every trace, and nobody else's."""

from uuid import UUID

from conversation import inbox, threads
from conversation.message import Address
from tests.conftest import newcomer
from tests.conversation.rig import Rig


def conversation(chat: str) -> UUID:
    return inbox.conversation_of(Address("memory", "", chat))


async def test_threads_are_listed_latest_first_and_found_by_their_words(rig: Rig):
    await rig.ask("What is green tea?", chat="one")
    await rig.ask("What is a volcano?", chat="two")
    async with rig.database.person(rig.user_id) as connection:
        listed = await threads.listing(connection, rig.user_id, "memory", 10)
        found = await threads.listing(connection, rig.user_id, "memory", 10, search="GREEN")
        strange = await threads.listing(connection, rig.user_id, "memory", 10, search="100%_")
    assert [thread.title for thread in listed] == ["What is a volcano?", "What is green tea?"]
    assert [thread.external_id for thread in found] == ["one"]
    assert strange == []


async def test_a_deleted_thread_leaves_nothing_behind_not_even_a_paused_turn(rig: Rig):
    await rig.ask("My name is Grace.")
    await rig.ask("/forget")
    async with rig.database.person(rig.user_id) as connection:
        assert await threads.delete(connection, conversation("chat"))
        rows = await (await connection.execute("select count(*) as left from checkpoints")).fetchone()
    assert rows == {"left": 0}
    for table in ("messages", "inbox", "outbox", "lanes"):
        assert await rig.rows(f"select 1 from {table}") == []


async def test_somebody_elses_thread_can_be_neither_renamed_nor_deleted_nor_read(rig: Rig):
    await rig.ask("What is tea?")
    stranger = await newcomer(rig.database)
    async with rig.database.person(stranger) as connection:
        assert not await threads.rename(connection, conversation("chat"), "mine now")
        assert not await threads.delete(connection, conversation("chat"))
        assert await threads.messages(connection, conversation("chat")) == []
