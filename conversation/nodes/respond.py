"""Respond: answer from the recalled passages, word by word before the person's eyes, with citations that resolve."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

import structlog
from langgraph.runtime import Runtime

from conversation import memory, payloads
from conversation.citations import cite, to_passages
from conversation.message import Citation, Reply
from conversation.prompts import load_prompt
from conversation.sanitising import inert
from conversation.state import Services, Setting, State
from conversation.turn import Turn
from knowledge.documents import passages
from knowledge.models.errors import BudgetSpent, ModelError
from knowledge.models.port import AnswerRequest, ChatMessage, ChatModel
from knowledge.retrieval import Recall

REMEMBERED = 8
"""Earlier messages that go into the request."""

OFFLINE = "Offline mode: no language model is connected, so I quote my sources word for word."
AWAY = {
    "graph_down": "My map of connections is away at the moment; I searched without it.",
    "embeddings_down": "My sense of meaning is away at the moment; I searched by words alone.",
}

NOTED = "Thank you, I keep that in mind. `/me` shows what I remember about you, and `/forget` removes it."
STOPPED = "\n\n*Stopped.*"

_log = structlog.get_logger(__name__)


async def respond(state: State, runtime: Runtime[Setting]) -> State:
    """Write the answer; while the model is away, or its budget is spent, quote the sources instead and say so."""
    setting = runtime.context
    recalled = state.get("recalled", Recall(()))
    if _is_only_told(setting):
        return {"replies": [payloads.from_reply(Reply(NOTED, coach_name=setting.turn.coach.name))]}
    if not setting.turn.coach.documents:
        return {"replies": [payloads.from_reply(_untaught(setting.turn))]}
    request = request_for(setting.turn, state.get("question", ""), recalled)
    try:
        text = await _write(_model(setting), request, setting)
    except ModelError as error:
        _log.warning("model.away", code=error.code, inbox_id=str(setting.turn.inbox_id))
        text = await _quote_instead(error, request, setting)
    text += _notes(setting, recalled)
    reply = await _with_pages(reply_of(setting.turn, text, request.standalone, recalled), setting)
    return {"replies": [payloads.from_reply(reply)]}


def _is_only_told(setting: Setting) -> bool:
    """Whether the person told something to remember and asked nothing; a language model finds its own words for it."""
    turn = setting.turn
    heeds = setting.services.chat.offline and turn.direct and not turn.message.action
    return heeds and memory.only_about_oneself(turn.text)


def _untaught(turn: Turn) -> Reply:
    """Say that there is nothing to answer from yet, and how to change that."""
    how = " Drop a file into the chat, or send a link, and I will learn from it." if turn.coach.own else ""
    return Reply(
        f"I have not been taught anything yet, so I cannot answer from sources.{how}", coach_name=turn.coach.name
    )


def _notes(setting: Setting, recalled: Recall) -> str:
    """Say what was away while this was answered, and, once in a conversation, that no language model is connected."""
    notes = [AWAY[name] for name in AWAY if getattr(recalled, name)]
    if setting.services.chat.offline and not any(said.about for said in setting.turn.history):
        notes.append(OFFLINE)
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
    )


def _model(setting: Setting) -> ChatModel:
    if setting.spent:
        tomorrow = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(tzinfo=UTC))
        raise BudgetSpent(tomorrow)
    return setting.services.chat


async def _write(model: ChatModel, request: AnswerRequest, setting: Setting) -> str:
    written: list[str] = []
    stop = asyncio.create_task(setting.stopped.wait())
    try:
        async with aclosing(model.stream(request, setting.meter.count)) as deltas:
            while (delta := await _unless(stop, deltas)) is not None:
                written.append(delta)
                await setting.stream.push(inert(delta))
    finally:
        stop.cancel()
    return "".join(written) + (STOPPED if setting.stopped.is_set() else "")


async def _unless(stop: asyncio.Task[Literal[True]], deltas: AsyncGenerator[str, None]) -> str | None:
    """Wait for the next piece; None at the end, or as soon as the person stops the answer."""
    coming = asyncio.ensure_future(anext(deltas, None))
    try:
        await asyncio.wait({stop, coming}, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() and not stop.done() else None
    finally:
        if coming.cancel():  # also when the turn itself is cancelled: a running generator cannot be closed
            await asyncio.wait({coming})


async def _quote_instead(error: ModelError, request: AnswerRequest, setting: Setting) -> str:
    services: Services = setting.services
    preface = f"{error} Until then I can only quote my sources:\n\n"
    return preface + await _write(services.extractive, request, setting)


def reply_of(turn: Turn, text: str, question: str, recalled: Recall) -> Reply:
    """Resolve the citations of an answer to exact spans."""
    cited, citations = cite(text, recalled.hits)
    return Reply(cited, citations, coach_name=turn.coach.name, about=question)


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
