"""An ingestion waits, is worked on by one at a time, and ends once, whatever dies on the way."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from knowledge import ingestions
from knowledge.db import Database
from knowledge.ingestions import Claim, Stage, Wish
from tests.conftest import Addresses, coach_of, newcomer


@pytest.fixture
async def coach(database: Database, person: UUID) -> UUID:
    return await coach_of(database, person)


@pytest.fixture
async def wish(database: Database, person: UUID, coach: UUID) -> Wish:
    return await wished(database, person, coach)


@pytest.fixture
async def owner(addresses: Addresses) -> AsyncIterator[psycopg.AsyncConnection[dict[str, Any]]]:
    """A connection that may do what no role of the program may: turn back clocks."""
    connect = psycopg.AsyncConnection[dict[str, Any]].connect
    async with await connect(addresses.superuser_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


Owner = psycopg.AsyncConnection[dict[str, Any]]


async def test_asking_twice_is_asking_once(database: Database, wish: Wish, person: UUID):
    async with database.person(person) as connection:
        await ingestions.request(connection, wish)
        cursor = await connection.execute("select count(*) as number from ingestions")
        assert await cursor.fetchone() == {"number": 1}


async def test_a_request_wakes_whoever_listens(database: Database, person: UUID, coach: UUID):
    async with database.listen("ingestion") as listener:
        wish = await wished(database, person, coach)
        heard = [note.payload async for note in listener.notifies(timeout=5, stop_after=1)]
    assert heard == [str(wish.ingestion_id)]


async def test_only_one_gets_the_claim(database: Database, wish: Wish):
    assert await claimed(database, wish) is not None
    assert await claimed(database, wish) is None


async def test_a_lease_that_ran_out_goes_to_the_next(database: Database, wish: Wish, owner: Owner):
    first = await claim(database, wish)
    await expire(owner, wish)
    second = await claim(database, wish)
    assert (second.fence, second.attempts, second.started_at) == (first.fence + 1, 2, first.started_at)


async def test_a_zombie_writes_nothing(database: Database, wish: Wish, owner: Owner):
    zombie = await claim(database, wish)
    await expire(owner, wish)
    await claim(database, wish)
    before = await row(owner, wish)
    async with database.system() as connection:
        assert await ingestions.renew(connection, zombie, Stage("reading", 1, 2)) == "lost"
        assert not await ingestions.finish(connection, zombie, {})
        assert not await ingestions.fail(connection, zombie, "x", "y")
        assert not await ingestions.stop(connection, zombie)
        assert not await ingestions.release(connection, zombie)
        with pytest.raises(ingestions.LeaseLost):
            await ingestions.hold(connection, zombie)
    assert await row(owner, wish) == before


async def test_whoever_works_hears_of_a_cancellation(database: Database, wish: Wish, person: UUID):
    held = await claim(database, wish)
    async with database.person(person) as connection:
        assert await ingestions.cancel(connection, wish.ingestion_id)
    async with database.system() as connection:
        assert await ingestions.renew(connection, held, Stage()) == "cancelled"
        with pytest.raises(ingestions.LeaseLost):
            await ingestions.hold(connection, held)


async def test_a_cancelled_one_is_never_claimed_but_ended(database: Database, wish: Wish, person: UUID):
    async with database.person(person) as connection:
        await ingestions.cancel(connection, wish.ingestion_id)
    assert await claimed(database, wish) is None
    async with database.system() as connection:
        ended = await ingestions.drop_cancelled(connection)
    assert [each.ingestion_id for each in ended] == [wish.ingestion_id]


async def test_nobody_cancels_or_retries_what_is_not_theirs(database: Database, wish: Wish):
    async with database.person(await newcomer(database)) as connection:
        assert not await ingestions.cancel(connection, wish.ingestion_id)
        assert not await ingestions.retry(connection, wish.ingestion_id)


async def test_what_failed_can_be_tried_again(database: Database, wish: Wish, person: UUID, owner: Owner):
    async with database.system() as connection:
        await ingestions.fail(connection, await claim(database, wish), "damaged", "It is damaged.")
    async with database.person(person) as connection:
        assert await ingestions.retry(connection, wish.ingestion_id)
        assert not await ingestions.retry(connection, wish.ingestion_id)
    state = await row(owner, wish)
    assert (state["state"], state["attempts"], state["error_code"]) == ("waiting", 0, "")


async def test_a_worker_that_stops_gives_back_without_losing_an_attempt(database: Database, wish: Wish, owner: Owner):
    async with database.system() as connection:
        assert await ingestions.release(connection, await claim(database, wish))
    state = await row(owner, wish)
    assert (state["state"], state["attempts"]) == ("waiting", 0)


async def test_three_deaths_are_enough(database: Database, wish: Wish, owner: Owner):
    for _ in range(ingestions.ATTEMPTS):
        await claim(database, wish)
        await expire(owner, wish)
    assert await claimed(database, wish) is None
    async with database.system() as connection:
        [ended] = await ingestions.give_up(connection)
    state = await row(owner, wish)
    assert (ended.name, state["state"], state["error_code"]) == (wish.name, "failed", "crashed")


async def test_the_place_in_the_queue_counts_everybody_before(database: Database, person: UUID, coach: UUID):
    other = await newcomer(database)
    first = await wished(database, other, await coach_of(database, other))
    second, third = [await wished(database, person, coach) for _ in range(2)]
    await claim(database, first)
    async with database.system() as connection:
        places = [await ingestions.place_in_queue(connection, each.ingestion_id) for each in (first, second, third)]
    assert places == [0, 1, 2]


async def test_only_places_that_changed_are_told(database: Database, person: UUID, coach: UUID):
    first, second = [await wished(database, person, coach) for _ in range(2)]
    async with database.system() as connection:
        told = await ingestions.move_up(connection)
        again = await ingestions.move_up(connection)
        await ingestions.finish(connection, await claim(database, first), {})
        moved = await ingestions.move_up(connection)
    assert ([(each.ingestion_id, each.ahead) for each in told], again) == ([(second.ingestion_id, 1)], [])
    assert [(each.ingestion_id, each.ahead) for each in moved] == [(second.ingestion_id, 0)]


async def test_work_is_handed_over_in_order_and_again_when_nobody_starts(
    database: Database, person: UUID, coach: UUID, owner: Owner
):
    wishes = [await wished(database, person, coach) for _ in range(3)]
    async with database.system() as connection:
        handed = await ingestions.hand_over(connection)
        assert [each.ingestion_id for each in handed] == [each.ingestion_id for each in wishes]
        assert await ingestions.hand_over(connection) == []
    await owner.execute("update ingestions set due_at = now() - interval '1 second'")
    async with database.system() as connection:
        assert len(await ingestions.hand_over(connection)) == 3


async def wished(database: Database, person: UUID, coach: UUID, name: str = "policy.pdf") -> Wish:
    wish = Wish(uuid4(), person, coach, name)
    async with database.person(person) as connection:
        await ingestions.request(connection, wish)
    return wish


async def claimed(database: Database, wish: Wish) -> Claim | None:
    async with database.system() as connection:
        return await ingestions.claim(connection, wish.ingestion_id)


async def claim(database: Database, wish: Wish) -> Claim:
    found = await claimed(database, wish)
    assert found is not None
    return found


async def expire(owner: Owner, wish: Wish) -> None:
    past = timedelta(seconds=1)
    await owner.execute(
        "update ingestions set leased_until = now() - %s where ingestion_id = %s", (past, wish.ingestion_id)
    )


async def row(owner: Owner, wish: Wish) -> dict[str, Any]:
    cursor = await owner.execute("select * from ingestions where ingestion_id = %s", (wish.ingestion_id,))
    found = await cursor.fetchone()
    assert found is not None
    return found
