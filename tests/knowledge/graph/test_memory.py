"""What the graph shows of a person is counted for a receipt, before and after it was erased."""

from __future__ import annotations

from uuid import UUID

from conversation.people import linking, receipts
from conversation.people.linking import Entry, Join, Side
from knowledge.db import Database
from knowledge.graph import Graph, open_graph
from knowledge.graph.memory import Shown, shown_of
from knowledge.graph.projection import project_pending
from tests.conftest import newcomer
from tests.conversation.rig import Rig, open_rig


async def receipt(rig: Rig) -> str:
    (row,) = await rig.rows(
        "select text from messages where author = 'coach' and text like 'Forgotten%%' order by seq desc limit 1"
    )
    return str(row["text"])


async def told(rig: Rig, graph: Graph) -> None:
    for words in ("I live in Berlin.", "I work as a nurse.", "I like tea."):
        await rig.ask(words)
    await project_pending(rig.database, graph)
    assert await shown_of(graph, rig.user_id) == Shown(3, 3)


async def test_a_receipt_tells_what_is_gone_from_the_graph_once_it_is(database: Database, person: UUID, graph: Graph):
    async with open_rig(database, person, graph=graph) as rig:
        await told(rig, graph)
        (asked,) = await rig.ask("/forget")
        (said,) = await rig.press(asked)
        assert "Erased in the ledger: 3 facts." in said.text and "I say so here when it is done" in said.text

        assert await receipts.complete(database, graph) == 0
        await project_pending(database, graph)
        assert await receipts.complete(database, graph) == 1
        assert await receipt(rig) == (
            "Forgotten, all 3.\n\nErased in the ledger: 3 facts.\n\nErased in the graph: 3 facts, 3 nodes."
        )
    assert await shown_of(graph, person) == Shown(0, 0)
    assert await receipts.complete(database, graph) == 0


async def test_while_the_graph_is_away_the_receipt_says_so_and_is_completed_later(
    database: Database, person: UUID, graph: Graph, closed_port: int
):
    async with (
        open_graph(f"bolt://127.0.0.1:{closed_port}", open_budget=0.1, read_budget=0.5) as away,
        open_rig(database, person, graph=away) as rig,
    ):
        await told(rig, graph)
        (asked,) = await rig.ask("/forget nurse")
        (said,) = await rig.press(asked)
        assert "The graph is away" in said.text

        await receipts.measure(database, graph)
        await project_pending(database, graph)
        await receipts.complete(database, graph)
        assert (await receipt(rig)).endswith("Erased in the graph: 1 fact, 1 node.")


async def test_after_joining_the_graph_shows_the_facts_of_both_under_one(
    database: Database, person: UUID, graph: Graph
):
    other = await newcomer(database)
    async with open_rig(database, person) as rig:
        await rig.ask("I like tea.")
        rig.user_id = other
        await rig.ask("I work as a nurse.", chat="second")
    await project_pending(database, graph)
    code = await linking.issue(database, person, None, Side("web", ""))
    join = await linking.enter(database, Entry(other, code, other, None, Side("memory", "")))
    assert isinstance(join, Join)
    assert await linking.answer(database, join.join_id, person, yes=True, keep="both") == "joined"

    await project_pending(database, graph)
    assert [await shown_of(graph, user_id) for user_id in (person, other)] == [Shown(2, 2), Shown(0, 0)]
