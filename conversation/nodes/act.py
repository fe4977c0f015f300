"""Act: let the chosen skill do its work; what cannot be taken back waits for the person's consent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from conversation import payloads
from conversation.message import Reply
from conversation.nodes import standing_in
from conversation.nodes.recall import recall
from conversation.nodes.respond import respond
from conversation.sanitising import inert
from conversation.skills import by_name
from conversation.skills.skill import Consenting
from conversation.state import Setting, State
from conversation.turn import Turn


async def act(state: State, runtime: Runtime[Setting]) -> State:
    """Run the skill; one that needs consent pauses the graph until a button is pressed."""
    setting = runtime.context
    turn = setting.turn
    skill = by_name(state.get("skill", ""))
    question = await skill.question(turn, setting.services) if isinstance(skill, Consenting) else None
    if question is not None and (refusal := _refusal(turn, payloads.from_reply(question))):
        return {"replies": [payloads.from_reply(Reply(refusal))]}
    outcome = await skill.run(turn, setting.services)
    moved = standing_in.notice(turn)
    replies = (Reply(moved), *outcome.replies) if moved else outcome.replies
    work = [*standing_in.work(turn), *({"skill": skill.name, **work} for work in outcome.work)]
    if outcome.ask is not None:
        return await _answered(setting, outcome.ask, replies, work)
    return {
        "replies": [payloads.from_reply(reply) for reply in replies],
        "keys": ["", *outcome.keys] if moved else list(outcome.keys),
        "work": work,
    }


def _refusal(turn: Turn, question: dict[str, Any]) -> str:
    """Pause until the question is answered; give what to say unless it was a yes to this very question."""
    answer = interrupt(question)
    if not answer["yes"]:
        return turn.say("All right, I leave everything as it is.")
    if answer["asked"] in (None, question):
        return ""
    return turn.say("What I asked about has changed meanwhile, so I left everything as it is. Please ask for it again.")


async def _answered(setting: Setting, asking: Turn, before: tuple[Reply, ...], work: list[dict[str, Any]]) -> State:
    """Answer the question that a skill passes on, below what the skill says itself, as one reply."""
    preface = "".join(f"{reply.text}\n\n" for reply in before)
    if preface:
        await setting.stream.push(inert(preface))
    onward = Runtime(context=replace(setting, turn=replace(asking, withdrawn=False)))
    state = State(question=asking.text)
    state.update(await recall(state, onward))
    found = await respond(state, onward)
    first, *others = found.get("replies", [])
    suggests = [each for reply in before for each in payloads.from_reply(reply)["suggests"]]
    return {
        "replies": [{**first, "text": preface + first["text"], "suggests": suggests}, *others],
        "work": [*work, *found.get("work", [])],
    }
