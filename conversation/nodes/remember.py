"""Remember: keep what the person told about themselves, with their words as support."""

from __future__ import annotations

from langgraph.runtime import Runtime

from conversation import memory
from conversation.state import Setting, State


async def remember(state: State, runtime: Runtime[Setting]) -> State:
    """Hear facts in a direct message; they are written in the transaction that answers it."""
    setting = runtime.context
    turn = setting.turn
    if not turn.direct or turn.message.action:
        return {}
    model = None if setting.spent else setting.services.structured
    heard = await memory.hear(model, turn.message.text, setting.meter.count)
    return {"work": [*state.get("work", []), *(fact.work() for fact in heard)]}
