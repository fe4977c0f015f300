"""The graph of a turn. An ordinary message goes understand → recall → respond → remember; a skill acts instead."""

from __future__ import annotations

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from conversation.nodes.act import act
from conversation.nodes.recall import recall
from conversation.nodes.remember import remember
from conversation.nodes.respond import respond
from conversation.nodes.understand import understand
from conversation.state import Setting, State

Graph = CompiledStateGraph[State, Setting, State, State]


async def _after_understanding(state: State) -> Literal["recall", "act"]:
    """Choose the way; asynchronous, because LangGraph runs a plain function in a thread of its own."""
    return "act" if state.get("skill") else "recall"


def build(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Wire the graph; with a checkpointer its turns may pause for the person's consent."""
    graph: Any = StateGraph(State, context_schema=Setting)
    graph.add_node("understand", understand)
    graph.add_node("recall", recall)
    graph.add_node("respond", respond)
    graph.add_node("remember", remember)
    graph.add_node("act", act)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", _after_understanding)
    graph.add_edge("recall", "respond")
    graph.add_edge("respond", "remember")
    graph.add_edge("remember", END)
    graph.add_edge("act", END)
    return graph.compile(checkpointer=checkpointer)
