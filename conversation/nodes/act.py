"""Act: let the chosen skill do its work; what cannot be taken back waits for the person's consent."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from conversation import payloads
from conversation.message import Reply
from conversation.skills import by_name
from conversation.skills.skill import Consenting
from conversation.state import Setting, State

LEFT = "All right, I leave everything as it is."
CHANGED = "What I asked about has changed meanwhile, so I left everything as it is. Please ask for it again."


async def act(state: State, runtime: Runtime[Setting]) -> State:
    """Run the skill; one that needs consent pauses the graph until a button is pressed."""
    setting = runtime.context
    skill = by_name(state.get("skill", ""))
    question = await skill.question(setting.turn, setting.services) if isinstance(skill, Consenting) else None
    if question is not None and (refusal := _refusal(payloads.from_reply(question))):
        return {"replies": [payloads.from_reply(Reply(refusal))]}
    outcome = await skill.run(setting.turn, setting.services)
    return {
        "replies": [payloads.from_reply(reply) for reply in outcome.replies],
        "keys": list(outcome.keys),
        "work": [{"skill": skill.name, **work} for work in outcome.work],
    }


def _refusal(question: dict[str, Any]) -> str:
    """Pause until the question is answered; give what to say unless it was a yes to this very question."""
    answer = interrupt(question)
    if not answer["yes"]:
        return LEFT
    return "" if answer["asked"] in (None, question) else CHANGED
