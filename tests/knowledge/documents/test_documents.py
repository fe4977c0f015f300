"""Documents: listed, opened and deleted by those who may, without a trace."""

from uuid import UUID

import pytest

from knowledge.db import Database
from knowledge.documents import Document, place, store
from knowledge.documents.passages import passage
from tests.conftest import coach_of, newcomer
from tests.knowledge.lessons import BREAD, SAILS, teach


async def taught(database: Database) -> tuple[UUID, Document]:
    creator = await newcomer(database)
    return creator, (await teach(database, creator, await coach_of(database, creator))).document


def span_of(text: str) -> tuple[int, int]:
    whole = "".join(f"{heading}\n\n{words}\n" for heading, words in BREAD)
    return whole.index(text), whole.index(text) + len(text)


async def test_deleting_a_document_equals_never_having_learned_it(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    await teach(database, creator, coach_id)
    async with database.person(creator) as connection:
        before = await store.digest(connection, coach_id)
    sails = (await teach(database, creator, coach_id, SAILS, origin="file:sails.txt")).document
    async with database.person(creator) as connection:
        assert await store.digest(connection, coach_id) != before
        assert await store.delete(connection, sails.document_id)
        assert await store.digest(connection, coach_id) == before


async def test_deleting_wants_the_projection_removed_and_a_second_time_does_nothing(database: Database) -> None:
    creator, document = await taught(database)
    async with database.person(creator) as connection:
        assert await store.delete(connection, document.document_id)
        assert not await store.delete(connection, document.document_id)
        row = await (await connection.execute("select wanted from projections")).fetchone()
    assert row == {"wanted": 2}


async def test_a_stranger_neither_lists_nor_opens_nor_deletes(database: Database) -> None:
    _, document = await taught(database)
    async with database.person(await newcomer(database)) as connection:
        assert await store.listing(connection, document.coach_id) == []
        assert await passage(connection, document.document_id, 1, 0, 10) is None
        assert not await store.delete(connection, document.document_id)
    async with database.system() as connection:
        assert await store.find(connection, document.document_id) == document


async def test_a_passage_is_the_exact_span_with_its_surroundings_and_place(database: Database) -> None:
    creator, document = await taught(database)
    start, end = span_of("Knead the dough for ten minutes")
    async with database.person(creator) as connection:
        found = await passage(connection, document.document_id, 1, start, end, around=11)
    assert found is not None
    assert (found.quote, found.place) == ("Knead the dough for ten minutes", "page 2 · Kneading")
    assert (found.before, found.after, found.current) == ("\nKneading\n\n", ", until it ", True)


async def test_a_passage_of_an_older_version_is_found_by_its_words(database: Database) -> None:
    creator, document = await taught(database)
    quote = "Bake at 240 degrees with steam."
    await teach(database, creator, document.coach_id, BREAD[1:])
    async with database.person(creator) as connection:
        found = await passage(connection, document.document_id, 1, *span_of(quote), quote=quote)
        gone = await passage(connection, document.document_id, 1, 0, 10, quote="Strong flour holds more water.")
    assert found is not None
    assert gone is not None
    assert (found.quote, found.place, found.current) == (quote, "page 2 · Baking", False)
    assert (gone.title, gone.quote, gone.current) == ("On bread", "", False)


@pytest.mark.parametrize("span", [(10**9, 10**9 + 5), (-10, -5), (20, 10), (10**15, 10**16)])
async def test_a_span_outside_the_document_opens_nothing(database: Database, span: tuple[int, int]) -> None:
    creator, document = await taught(database)
    async with database.person(creator) as connection:
        assert await passage(connection, document.document_id, 1, *span) is None


async def test_the_same_content_is_recognised_by_its_hash(database: Database) -> None:
    creator, document = await taught(database)
    async with database.person(creator) as connection:
        assert await store.same(connection, document.coach_id, document.sha256) == document
        assert await store.same(connection, document.coach_id, "0" * 64) is None


@pytest.mark.parametrize(
    ("label", "path", "said"),
    [
        ("page 12", ("7 Relations", "7.2 Binary Dependencies"), "page 12 · 7.2 Binary Dependencies"),
        ("", ("Flour",), "Flour"),
        ("page 3", (), "page 3"),
        ("", (), ""),
    ],
)
def test_a_place_is_said_as_a_person_would(label: str, path: tuple[str, ...], said: str) -> None:
    assert place(label, path) == said
