"""The graph bridge: it adds what the first hop lacks, displaces nothing good, and may be away."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from knowledge.db import Database
from knowledge.graph.errors import GraphUnavailable
from knowledge.models.embeddings import WordLlama
from knowledge.retrieval import BRIDGED, LEXICAL, Retriever, Strategy
from knowledge.retrieval.bridge import Evidence, choose, open_weights
from knowledge.retrieval.strategies import Bridge
from tests.conftest import coach_of, newcomer
from tests.knowledge.lessons import Sections, teach

FILLER = " The harbour master keeps a list of all of them on the board beside the quay." * 6
HOPS: Sections = (
    *((f"Ferry {n}", f"Ferry number {n} to the island leaves when the tide is in.{FILLER}") for n in range(6)),
    *((f"Fleet {n}", f"Somebody commands, and commands, vessel number {n}.{FILLER}") for n in range(7)),
    ("Captain", f"Mara Lund commands vessel MF Tern.{FILLER}"),
)
FIRST_HOP = Strategy("first hop", 1.0, 0.0, pool=6)
SECOND_HOP = Strategy("second hop", 1.0, 0.0, pool=6, bridge=Bridge())
PATIENT = Strategy("patient", 1.0, 0.0, bridge=Bridge(patience=0.05, rest=60))


class ListedGraph:
    """Knows these neighbours, and who asked."""

    def __init__(self, found: Sequence[tuple[UUID, str]] = ()) -> None:
        self.found = list(found)
        self.asked: list[str] = []

    async def neighbours(self, graph_id: str, chunk_ids: Sequence[UUID], limit: int) -> list[tuple[UUID, str]]:
        """Give what was listed."""
        self.asked.append(graph_id)
        return self.found[:limit]


class SlowGraph(ListedGraph):
    """Never answers."""

    async def neighbours(self, graph_id: str, chunk_ids: Sequence[UUID], limit: int) -> list[tuple[UUID, str]]:
        """Wait for ever."""
        self.asked.append(graph_id)
        await asyncio.Event().wait()
        return []


class AwayGraph(ListedGraph):
    """Is down."""

    async def neighbours(self, graph_id: str, chunk_ids: Sequence[UUID], limit: int) -> list[tuple[UUID, str]]:
        """Say so."""
        raise GraphUnavailable


async def ferries(database: Database) -> tuple[UUID, UUID, UUID]:
    """Creator, coach, and the chunk that no ferry question finds by its words."""
    creator = await newcomer(database)
    coach_id = await coach_of(database, creator)
    await teach(database, creator, coach_id, HOPS)
    async with database.system() as connection:
        cursor = await connection.execute("select chunk_id from chunks where text like %s", ("%Mara Lund%",))
        row = await cursor.fetchone()
    assert row
    return creator, coach_id, row["chunk_id"]


async def test_a_neighbour_that_closes_the_gap_joins_at_the_end(database: Database) -> None:
    creator, coach_id, captain = await ferries(database)
    graph = ListedGraph([(captain, "MF Tern")])
    question = "Ferry to the island when the tide is in: who commands?"
    plain = await Retriever(WordLlama(), strategy=FIRST_HOP).search(database, creator, [coach_id], question, limit=4)
    recall = await Retriever(WordLlama(), graph, SECOND_HOP).search(database, creator, [coach_id], question, limit=4)
    assert graph.asked == [f"coach:{coach_id}"]
    assert recall.graph_used
    assert captain not in {hit.chunk_id for hit in plain.hits}
    assert recall.hits[:2] == plain.hits[:2]
    assert [hit.via for hit in recall.hits if hit.chunk_id == captain] == ["MF Tern"]
    assert len(recall.hits) == len(plain.hits) == 4


async def test_a_neighbour_that_is_no_longer_there_is_never_cited(database: Database) -> None:
    creator, coach_id, _ = await ferries(database)
    graph = ListedGraph([(UUID(int=9), "a ghost")])
    recall = await Retriever(WordLlama(), graph).search(database, creator, [coach_id], "ferry to the island")
    assert recall.graph_used
    assert UUID(int=9) not in {hit.chunk_id for hit in recall.hits}


async def test_a_neighbour_of_a_foreign_coach_is_never_cited(database: Database) -> None:
    _, _, foreign = await ferries(database)
    creator, coach_id, _ = await ferries(database)
    graph = ListedGraph([(foreign, "MF Tern")])
    recall = await Retriever(WordLlama(), graph).search(database, creator, [coach_id], "ferry, who commands")
    assert {hit.coach_id for hit in recall.hits} == {coach_id}


async def test_while_the_graph_is_away_the_search_goes_on_and_says_so(database: Database) -> None:
    creator, coach_id, _ = await ferries(database)
    plain = await Retriever(WordLlama(), strategy=LEXICAL).search(database, creator, [coach_id], "ferry to the island")
    recall = await Retriever(WordLlama(), AwayGraph(), PATIENT).search(
        database, creator, [coach_id], "ferry to the island"
    )
    assert (recall.hits, recall.graph_down, recall.graph_used) == (plain.hits, True, False)


async def test_a_graph_that_does_not_answer_is_left_alone_for_a_while(database: Database) -> None:
    creator, coach_id, _ = await ferries(database)
    graph = SlowGraph()
    retriever = Retriever(WordLlama(), graph, PATIENT)
    for _ in range(3):
        assert (await retriever.search(database, creator, [coach_id], "ferry to the island")).graph_down
    assert len(graph.asked) == 1


async def test_without_a_graph_nothing_is_said_of_one(database: Database) -> None:
    creator, coach_id, _ = await ferries(database)
    recall = await Retriever(WordLlama(), None, BRIDGED).search(database, creator, [coach_id], "ferry")
    assert (recall.graph_used, recall.graph_down) == (False, False)


A, B, C, D = (UUID(int=n) for n in range(1, 5))


def test_what_all_best_hits_hold_is_closed_and_what_none_holds_is_open() -> None:
    evidence = {A: Evidence(frozenset({"x", "y"}), 0), B: Evidence(frozenset({"x"}), 0)}
    left = open_weights([A, B], evidence, {"x": 1.0, "y": 1.0, "z": 2.0})
    assert left["x"] == 0
    assert 0 < left["y"] < 0.25
    assert left["z"] == 0.5


def test_a_neighbour_that_adds_nothing_does_not_compete() -> None:
    evidence = {A: Evidence(frozenset(), 0.6), C: Evidence(frozenset(), 0.2), D: Evidence(frozenset({"z"}), 0.1)}
    chosen = choose([A], [B], {C: "via c", D: "via d"}, evidence, {"z": 0.5}, places=2)
    assert [chunk_id for chunk_id, _ in chosen] == [D]
