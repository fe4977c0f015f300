"""Recall: the right passage first, exact spans, and nothing of anybody else's."""

import math
from collections import Counter
from uuid import UUID, uuid4

import pytest

from knowledge.db import Database
from knowledge.documents import store
from knowledge.models.embeddings import WordLlama
from knowledge.retrieval import DENSE, FUSED, LEXICAL, Retriever, Strategy
from knowledge.terms import terms
from tests.conftest import coach_of, newcomer
from tests.knowledge.lessons import SAILS, CountingEmbedder, teach


async def baker(database: Database) -> tuple[UUID, UUID]:
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    await teach(database, creator, coach_id)
    await teach(database, creator, coach_id, SAILS, origin="file:sails.txt", title="On sails")
    return creator, coach_id


@pytest.mark.parametrize("strategy", [LEXICAL, DENSE, FUSED], ids=["lexical", "dense", "fused"])
@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How long do I knead the dough?", "Kneading"),
        ("How much chain must I let out?", "Anchoring"),
        ("When is the loaf done baking?", "Baking"),
    ],
)
async def test_the_passage_that_answers_comes_first(
    database: Database, strategy: Strategy, question: str, heading: str
) -> None:
    creator, coach_id = await baker(database)
    recall = await Retriever(WordLlama(), strategy=strategy).search(database, creator, [coach_id], question)
    assert heading in recall.hits[0].text
    assert [hit.score for hit in recall.hits] == sorted((hit.score for hit in recall.hits), reverse=True)


async def test_a_hit_tells_where_it_stands_and_is_the_exact_span(database: Database) -> None:
    creator, coach_id = await baker(database)
    hit = (await Retriever(WordLlama()).search(database, creator, [coach_id], "mainsail reefing")).hits[0]
    whole = "".join(f"{heading}\n\n{words}\n" for heading, words in SAILS)
    assert hit.text == whole[hit.start : hit.end]
    assert (hit.title, hit.page_label, hit.version) == ("On sails", "page 1", 1)
    assert hit.lexical > 0 < hit.similarity


async def test_scores_are_bm25_as_a_plain_implementation_counts_it(database: Database) -> None:
    creator, coach_id = await baker(database)
    question = "How hot is the sour dough of rye when the anchor holds, at 96 degrees?"
    recall = await Retriever(WordLlama(), strategy=LEXICAL).search(database, creator, [coach_id], question)
    async with database.system() as connection:
        rows = await (
            await connection.execute(
                "select c.chunk_id, d.title, c.heading_path, c.text from chunks c join documents d using (document_id)"
            )
        ).fetchall()
    texts = {r["chunk_id"]: [t for s in (r["title"], *r["heading_path"], r["text"]) for t in terms(s)] for r in rows}
    assert {hit.chunk_id: pytest.approx(hit.lexical) for hit in recall.hits} == bm25(set(terms(question)), texts)


def bm25(question: set[str], texts: dict[UUID, list[str]], k: float = 1.2, b: float = 0.75) -> dict[UUID, float]:
    mean = sum(map(len, texts.values())) / len(texts)
    scores: dict[UUID, float] = {}
    for chunk_id, words in texts.items():
        for term in question & set(words):
            held = sum(term in other for other in texts.values())
            weight = math.log(1 + (len(texts) - held + 0.5) / (held + 0.5))
            count = Counter(words)[term]
            value = weight * count * (k + 1) / (count + k * (1 - b + b * len(words) / mean))
            scores[chunk_id] = scores.get(chunk_id, 0) + value
    return scores


async def test_words_are_weighed_within_the_coach_alone(database: Database) -> None:
    creator, coach_id = await baker(database)
    retriever = Retriever(WordLlama())
    alone = await retriever.search(database, creator, [coach_id], "strong rye flour")
    other = await coach_of(database, creator, "Other")
    for n in range(5):
        await teach(database, creator, other, [("Rye", f"Rye flour number {n} is rye flour.")], origin=f"file:{n}")
    assert await retriever.search(database, creator, [coach_id], "strong rye flour") == alone


async def test_a_private_coach_is_found_by_its_creator_alone(database: Database) -> None:
    creator, coach_id = await baker(database)
    retriever = Retriever(WordLlama())
    for stranger in (await newcomer(database), None):
        assert (await retriever.search(database, stranger, [coach_id], "knead the dough")).hits == ()
    async with database.person(creator) as connection:
        await connection.execute("update coaches set published = true")
    assert (await retriever.search(database, None, [coach_id], "knead the dough")).hits


async def test_two_coaches_with_the_same_text_keep_to_themselves(database: Database) -> None:
    mine, my_coach = await baker(database)
    _, other_coach = await baker(database)
    recall = await Retriever(WordLlama()).search(database, mine, [my_coach, other_coach], "knead the dough")
    assert {hit.coach_id for hit in recall.hits} == {my_coach}


@pytest.mark.parametrize("table", ["documents", "pages", "chunks", "vectors", "postings", "mentions"])
async def test_without_any_predicate_still_nothing_foreign_comes_back(database: Database, table: str) -> None:
    mine, my_coach = await baker(database)
    await baker(database)
    async with database.person(mine) as connection:
        cursor = await connection.execute(f"select distinct coach_id from {table}".encode())
        assert await cursor.fetchall() == [{"coach_id": my_coach}]


async def test_a_deleted_document_is_not_found_again(database: Database) -> None:
    creator, coach_id = await baker(database)
    retriever = Retriever(WordLlama())
    hit = (await retriever.search(database, creator, [coach_id], "knead the dough")).hits[0]
    async with database.person(creator) as connection:
        await store.delete(connection, hit.document_id)
    recall = await retriever.search(database, creator, [coach_id], "knead the dough")
    assert hit.document_id not in {other.document_id for other in recall.hits}


async def test_without_embeddings_words_are_searched_and_it_is_said(database: Database) -> None:
    creator, coach_id = await baker(database)
    embedder = CountingEmbedder()
    embedder.away = True
    recall = await Retriever(embedder).search(database, creator, [coach_id], "knead the dough")
    assert recall.embeddings_down
    assert "Knead" in recall.hits[0].text


@pytest.mark.parametrize(
    "question", ["", "   ", "the of and", "?!…", "🙂" * 50, "xyzzy", "\x01" * 10, "'; drop table x"]
)
async def test_a_question_without_content_is_no_trouble(database: Database, question: str) -> None:
    creator, coach_id = await baker(database)
    recall = await Retriever(WordLlama()).search(database, creator, [coach_id], question)
    assert len(recall.hits) <= 8


async def test_a_coach_that_knows_nothing_finds_nothing(database: Database) -> None:
    creator = await newcomer(database)
    recall = await Retriever(WordLlama()).search(
        database, creator, [await coach_of(database, creator), uuid4()], "bread"
    )
    assert recall.hits == ()


async def test_rare_words_of_the_question_weigh_more(database: Database) -> None:
    creator, coach_id = await baker(database)
    recall = await Retriever(WordLlama()).search(database, creator, [coach_id], "bread of rye and unobtainium")
    weights = recall.weights
    assert weights["bread"] < weights["rye"] < weights["unobtainium"]
