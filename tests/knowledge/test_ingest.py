"""Learning: what is new is embedded, what is the same is left alone, and nobody else's coach is touched."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from knowledge.db import Database
from knowledge.documents import Document, store
from knowledge.documents.errors import CoachClosed, NothingToLearn
from knowledge.ingest import embed_missing, learn
from knowledge.models.embeddings import Vectors
from tests.conftest import coach_of, newcomer
from tests.knowledge.lessons import BREAD, CountingEmbedder, parsed_of, teach

LONG = [(f"Section {n}", f"Step {n} of the recipe. " * 20) for n in range(30)]


async def rows(database: Database, statement: str, *values: object) -> list[tuple[object, ...]]:
    async with database.system() as connection:
        cursor = await connection.execute(statement.encode(), values)
        return [tuple(row.values()) async for row in cursor]


async def test_a_new_document_is_written_with_all_its_parts(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    learned = await teach(database, creator, coach_id)
    assert learned.outcome == "new"
    assert (learned.document.version, learned.document.page_count, learned.document.topics) == (1, 3, ("baking",))
    for table in ("pages", "chunks", "vectors", "postings", "mentions"):
        assert await rows(database, f"select 1 from {table} where coach_id = %s limit 1", coach_id), table


async def test_chunks_are_exact_spans_of_the_pages(database: Database) -> None:
    creator = await newcomer(database)
    await teach(database, creator, await coach_of(database, creator), LONG)
    found = await rows(
        database,
        """select substr(whole, start_char + 1, end_char - start_char) = text from chunks join
        (select document_id, string_agg(text, '' order by number) as whole from pages group by 1) as p
        using (document_id)""",
    )
    assert len(found) > 5
    assert set(found) == {(True,)}


async def test_the_same_file_again_changes_nothing(database: Database) -> None:
    creator, embedder = await newcomer(database), CountingEmbedder()
    coach_id = await coach_of(database, creator)
    await teach(database, creator, coach_id, embedder=embedder)
    embedder.texts.clear()
    before = await state(database, coach_id)
    again = await teach(database, creator, coach_id, embedder=embedder)
    assert (again.outcome, embedder.texts) == ("unchanged", [])
    assert await state(database, coach_id) == before


async def test_the_same_file_under_another_name_is_known_already(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    first = await teach(database, creator, coach_id)
    second = await teach(database, creator, coach_id, origin="file:copy.txt")
    assert (second.outcome, second.document.document_id) == ("unchanged", first.document.document_id)


async def test_an_edited_paragraph_embeds_two_chunks_at_most(database: Database) -> None:
    creator, embedder = await newcomer(database), CountingEmbedder()
    coach_id = await coach_of(database, creator)
    await teach(database, creator, coach_id, LONG, embedder=embedder)
    embedder.texts.clear()
    edited = [*LONG]
    edited[11] = (LONG[11][0], LONG[11][1].replace("Step 11", "Stage 11", 1))
    learned = await teach(database, creator, coach_id, edited, embedder=embedder)
    assert (learned.outcome, learned.document.version) == ("replaced", 2)
    assert 1 <= len(embedder.texts) <= 2


async def test_a_new_version_leaves_nothing_of_the_old_one(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    await teach(database, creator, coach_id, [*BREAD, ("Secret", "The starter is called Zebulon.")])
    await teach(database, creator, coach_id, BREAD[::-1])
    for table in ("pages", "chunks"):
        assert not await rows(database, f"select 1 from {table} where text like '%%Zebulon%%'")
    assert not await rows(database, "select 1 from postings where term = 'zebulon'")
    ordinals = await rows(database, "select ordinal from chunks where coach_id = %s order by start_char", coach_id)
    assert ordinals == [(n,) for n in range(len(ordinals))]


async def test_a_new_version_equals_the_same_content_learned_at_once(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    tables = "select ordinal, start_char, end_char, page, heading_path, term_count, text from chunks order by ordinal"
    await teach(database, creator, coach_id, LONG)
    wanted = await rows(database, tables), await rows(database, "select * from postings order by term")
    await teach(database, creator, coach_id, [("Before", "A new page."), *LONG[:20]])
    await teach(database, creator, coach_id, LONG)
    assert (await rows(database, tables), await rows(database, "select * from postings order by term")) == wanted


async def test_each_change_wants_the_graph_projected_once(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    document = (await teach(database, creator, coach_id)).document
    await teach(database, creator, coach_id)
    await teach(database, creator, coach_id, BREAD[:2])
    wanted = await rows(database, "select graph_id, part, wanted from projections")
    assert wanted == [(f"coach:{coach_id}", f"document:{document.document_id}", 2)]


async def test_nobody_teaches_a_coach_of_somebody_else(database: Database) -> None:
    coach_id = await coach_of(database, await newcomer(database))
    with pytest.raises(CoachClosed):
        await teach(database, await newcomer(database), coach_id)


async def test_a_coach_that_is_gone_cannot_be_taught(database: Database) -> None:
    with pytest.raises(CoachClosed):
        await teach(database, None, uuid4())


async def test_a_document_without_text_teaches_nothing(database: Database) -> None:
    creator = await newcomer(database)
    with pytest.raises(NothingToLearn, match=r"empty\.txt"):
        await learn(
            database,
            user_id=creator,
            coach_id=await coach_of(database, creator),
            origin="file:empty.txt",
            name="empty.txt",
            sha256="0" * 64,
            parsed=parsed_of("", ()),
            embedder=CountingEmbedder(),
        )


async def test_without_embeddings_words_are_indexed_and_vectors_follow_later(database: Database) -> None:
    creator, embedder = await newcomer(database), CountingEmbedder()
    coach_id = await coach_of(database, creator)
    embedder.away = True
    learned = await teach(database, creator, coach_id, embedder=embedder)
    assert learned.without_vectors == learned.document.chunk_count > 0
    embedder.away = False
    made = await embed_missing(database, user_id=creator, coach_id=coach_id, embedder=embedder)
    assert made == learned.document.chunk_count
    assert await embed_missing(database, user_id=creator, coach_id=coach_id, embedder=embedder) == 0


async def test_who_is_overtaken_by_another_ingestion_begins_again(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    overtaken = Overtaken(database, creator, coach_id)
    learned = await teach(database, creator, coach_id, BREAD[:1], embedder=overtaken)
    assert (learned.outcome, learned.document.version) == ("replaced", 2)


async def test_no_transaction_is_open_while_a_document_is_embedded(database: Database) -> None:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    watching = Watching(database)
    await teach(database, creator, coach_id, embedder=watching)
    assert watching.open_transactions == [0]


class Overtaken(CountingEmbedder):
    """Lets another ingestion of the same document finish while it embeds for the first time."""

    def __init__(self, database: Database, creator: UUID, coach_id: UUID) -> None:
        super().__init__()
        self._others = [(database, creator, coach_id)]

    async def embed(self, texts: Sequence[str]) -> Vectors:
        while self._others:
            await teach(*self._others.pop(), BREAD[1:])
        return await super().embed(texts)


class Watching(CountingEmbedder):
    """Counts the transactions that are open while it embeds."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.open_transactions: list[object] = []
        self._database = database

    async def embed(self, texts: Sequence[str]) -> Vectors:
        counted = await rows(
            self._database,
            """select count(*) from pg_stat_activity where datname = current_database()
            and xact_start is not null and pid <> pg_backend_pid()""",
        )
        self.open_transactions.append(counted[0][0])
        return await super().embed(texts)


async def state(database: Database, coach_id: UUID) -> tuple[str, list[Document], list[tuple[object, ...]]]:
    async with database.system() as connection:
        known = await store.digest(connection, coach_id), await store.listing(connection, coach_id)
    return *known, await rows(database, "select graph_id, part, wanted from projections")
