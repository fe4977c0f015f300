"""Respond: answer from the recalled passages, word by word before the person's eyes, with citations that resolve."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

import structlog
from langgraph.runtime import Runtime

from conversation import memory, payloads
from conversation.citations import cite, to_passages
from conversation.message import Citation, Reply
from conversation.nodes import standing_in
from conversation.prompts import load_prompt
from conversation.sanitising import inert
from conversation.skills import calling
from conversation.skills.links import offers
from conversation.skills.stats import asked
from conversation.state import Setting, State
from conversation.turn import Turn
from knowledge.documents import passages
from knowledge.models.errors import BudgetSpent, ModelError
from knowledge.models.port import AnswerRequest, ChatMessage, ChatModel, Frames
from knowledge.retrieval import Recall

REMEMBERED = 8
"""Earlier messages that go into the request."""
OPEN = "[0]"
"""The mark by which a model says that the passages do not answer; see `prompts/coach.md`."""

_log = structlog.get_logger(__name__)


async def respond(state: State, runtime: Runtime[Setting]) -> State:
    """Write the answer; while the model is away, or its budget is spent, quote the sources instead and say so."""
    setting = runtime.context
    turn = setting.turn
    if _is_only_told(setting):
        return {
            "replies": [payloads.from_reply(Reply(_noted(turn), coach_name=turn.coach.name, avatar=turn.coach.avatar))]
        }
    if not turn.coach.documents:
        return _found(turn, _untaught(turn), asked(turn, covered=False))
    recalled = state.get("recalled", Recall(()))
    request = request_for(turn, state.get("question", ""), recalled)
    if moved := standing_in.notice(turn):
        await setting.stream.push(inert(f"{moved}\n\n"))
    try:
        text = await _write(_model(setting), request, setting)
    except ModelError as error:
        _log.warning("model.away", code=error.code, inbox_id=str(turn.inbox_id))
        text = f"{_instead(turn, error)}\n\n{await _write(setting.services.extractive, request, setting)}"
    reply = reply_of(turn, _without_mark(text) + _notes(setting, recalled), request.standalone, recalled)
    stopped = setting.stopped.is_set()
    work = [] if stopped else asked(turn, covered=covered(text, reply, request.frames))
    judged = replace(reply, feedback=not stopped, stopped=stopped)
    return _found(turn, await _with_pages(judged, setting), work)


def _found(turn: Turn, reply: Reply, work: list[dict[str, Any]]) -> State:
    """Put the notice of a coach that is gone above the answer, and the offers to learn below it."""
    moved = standing_in.notice(turn)
    text = f"{moved}\n\n{reply.text}" if moved else reply.text
    whole = replace(reply, text=text, buttons=(*reply.buttons, *offers(turn), *calling.offer(turn)))
    return {"replies": [payloads.from_reply(whole)], "work": [*standing_in.work(turn), *work]}


def covered(text: str, reply: Reply, frames: Frames) -> bool:
    """Tell whether the sources held the answer: what is only nearest is cited too, and said to be no answer."""
    return bool(reply.citations) and frames.uncovered not in text and not text.lstrip().startswith(OPEN)


def _without_mark(text: str) -> str:
    return text.lstrip().removeprefix(OPEN).lstrip() if text.lstrip().startswith(OPEN) else text


def _is_only_told(setting: Setting) -> bool:
    """Whether the person told something to remember and asked nothing; a language model finds its own words for it."""
    turn = setting.turn
    heeds = setting.services.chat.offline and turn.direct and not turn.message.action
    return heeds and memory.only_about_oneself(turn.text)


def _noted(turn: Turn) -> str:
    if turn.coach_bound:
        return turn.say("Thank you, I keep that in mind. `/forget` removes it.")
    return turn.say("Thank you, I keep that in mind. `/me` shows what I remember about you, and `/forget` removes it.")


def _untaught(turn: Turn) -> Reply:
    """Say that there is nothing to answer from yet, and how to change that."""
    if turn.coach.guide:
        text = turn.say("I am still reading my handbook, which takes a few seconds. Please ask me again in a moment.")
    elif turn.coach.own:
        text = turn.say(
            "I have not been taught anything yet, so I cannot answer from sources. Send me a file or a link, and I "
            "will learn from it."
        )
    else:
        text = turn.say("I have not been taught anything yet, so I cannot answer from sources.")
    return Reply(text, coach_name=turn.coach.name, avatar=turn.coach.avatar)


def _notes(setting: Setting, recalled: Recall) -> str:
    """Say what was away while this was answered, and, once in a conversation, that no language model is connected."""
    turn = setting.turn
    notes: list[str] = []
    if recalled.graph_down:
        notes.append(turn.say("My map of connections is away at the moment; I searched without it."))
    if recalled.embeddings_down:
        notes.append(turn.say("My sense of meaning is away at the moment; I searched by words alone."))
    if setting.services.chat.offline and not any(said.about for said in turn.history):
        notes.append(turn.say("Offline mode: no language model is connected, so I quote my sources word for word."))
    return "".join(f"\n\n*{note}*" for note in notes)


def request_for(turn: Turn, standalone: str, recalled: Recall) -> AnswerRequest:
    """Put together what the model needs; in a group nothing personal goes in."""
    history = tuple(ChatMessage(said.author, said.text) for said in turn.history[-REMEMBERED:])
    known = tuple(f"{fact.predicate}: {fact.object}" for fact in turn.memory) if turn.direct else ()
    return AnswerRequest(
        instructions=load_prompt(
            "coach", coach_name=turn.coach.name, persona=f"{turn.coach.description} {turn.coach.persona}".strip()
        ),
        history=history,
        question=turn.text,
        standalone=standalone,
        passages=to_passages(recalled.hits),
        weights=recalled.weights,
        memory=known,
        coach_name=turn.coach.name,
        frames=_frames(turn),
    )


def _frames(turn: Turn) -> Frames:
    source = "{source}"
    return Frames(
        source=turn.say("From {source}:", source=source),
        another=turn.say("Also from {source}:", source=source),
        uncovered=turn.say("My sources do not cover this."),
        nearest=turn.say("The nearest I have is from {source}:", source=source),
        nothing=turn.say("They hold nothing that comes near it either."),
    )


def _model(setting: Setting) -> ChatModel:
    if setting.spent:
        tomorrow = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(tzinfo=UTC))
        raise BudgetSpent(tomorrow)
    return setting.services.chat


async def _write(model: ChatModel, request: AnswerRequest, setting: Setting) -> str:
    written = ""
    shown = 0
    stop = asyncio.create_task(setting.stopped.wait())
    try:
        async with aclosing(model.stream(request, setting.meter.count)) as deltas:
            while (delta := await _unless(stop, deltas)) is not None:
                written += delta
                if not OPEN.startswith(written.strip()):  # what may become the mark is held back
                    visible = _without_mark(written)
                    await setting.stream.push(inert(visible[shown:]))
                    shown = len(visible)
    finally:
        stop.cancel()
    if not setting.stopped.is_set():
        return written
    stopped = setting.turn.say("*Stopped.*")
    return f"{written}\n\n{stopped}"


async def _unless(stop: asyncio.Task[Literal[True]], deltas: AsyncGenerator[str, None]) -> str | None:
    """Wait for the next piece; None at the end, or as soon as the person stops the answer."""
    coming = asyncio.ensure_future(anext(deltas, None))
    try:
        await asyncio.wait({stop, coming}, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() and not stop.done() else None
    finally:
        if coming.cancel():  # also when the turn itself is cancelled: a running generator cannot be closed
            await asyncio.wait({coming})


def _instead(turn: Turn, error: ModelError) -> str:
    """Say why the sources are quoted instead of an answer being written."""
    reason = turn.speech.explain(error)
    return turn.say("{reason} Until then I can only quote my sources:", reason=reason)


def reply_of(turn: Turn, text: str, question: str, recalled: Recall) -> Reply:
    """Resolve the citations of an answer to exact spans."""
    cited, citations = cite(text, recalled.hits)
    return Reply(cited, citations, coach_name=turn.coach.name, about=question, avatar=turn.coach.avatar)


async def _with_pages(reply: Reply, setting: Setting) -> Reply:
    """Name for each citation the page its quote begins on: a passage knows only the page where it begins itself."""
    if not any(citation.place.startswith("page ") for citation in reply.citations):
        return reply
    exact: list[Citation] = []
    async with setting.services.database.person(setting.turn.person.user_id) as connection:
        for cited in reply.citations:
            found = await passages.passage(
                connection, cited.document_id, cited.version, cited.start, cited.end, around=0
            )
            exact.append(replace(cited, place=found.place) if found and found.place else cited)
    return replace(reply, citations=tuple(exact))
