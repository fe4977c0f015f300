"""Recall: what the coach was taught about the question."""

from __future__ import annotations

from langgraph.runtime import Runtime

from conversation.state import Setting, State

PASSAGES = 8


async def recall(state: State, runtime: Runtime[Setting]) -> State:
    """Search the coach's sources under the person's own eyes."""
    setting = runtime.context
    found = await setting.services.searcher.search(
        setting.services.database,
        setting.turn.person.user_id,
        [setting.turn.coach.coach_id],
        state.get("question", ""),
        PASSAGES,
    )
    return {"recalled": found}
