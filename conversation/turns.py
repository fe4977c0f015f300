"""Running turns: read what the turn needs, let the graph think with no transaction open, commit everything at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from langgraph.types import Command as Resumption

from conversation import bots, coaches, context, inbox, lanes, memory, outbox, payloads, threads
from conversation.channel import Speaking, Stream
from conversation.coaches import cards
from conversation.consent import Answer, answer_to, asked
from conversation.errors import LeaseLost
from conversation.graph import Graph
from conversation.lanes import Lane, Taken
from conversation.markdown import plain
from conversation.message import Reply
from conversation.sanitising import sanitise
from conversation.skills import by_name, calling, route
from conversation.skills.skill import Consenting
from conversation.speech import Speech
from conversation.state import Meter, Services, Setting, State
from conversation.turn import CoachCard, Turn
from knowledge.db import Connection, load_queries
from knowledge.models import budget
from knowledge.models.port import Usage

_QUERIES = load_queries("conversation", "turns.sql")
_BRINGING = ("coaches", "creator", "teach")
"""Skills that let another coach speak."""
_log = structlog.get_logger(__name__)


def sorry(language: str = "en") -> Reply:
    """Apologise for a message that could not be answered."""
    return Reply(
        Speech(language).say(
            "Something went wrong on my side, and trying again did not help. Your message is kept; "
            "please put it another way, or try later."
        )
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What a turn came to, before it is committed. `turn` is the one the work belongs to."""

    turn: Turn
    replies: tuple[Reply, ...]
    keys: tuple[str, ...] = ()
    work: tuple[dict[str, Any], ...] = ()


def spoken(turn: Turn) -> str:
    """Quote what was understood of a voice message, so that its author sees what is answered; "" for any other."""
    return f"> 🎙 {plain(turn.message.spoken)}\n\n" if turn.message.spoken else ""


def reply_key(inbox_id: UUID, number: int = 0) -> str:
    """Name the reply of a turn, the same whenever the turn is done again."""
    return f"turn:{inbox_id}:{number}"


class Assistant:
    """Does turns. `plain` runs in memory, for a turn that can simply be done again; `durable` keeps checkpoints, for a
    turn that pauses for consent."""

    def __init__(self, services: Services, plain: Graph, durable: Graph) -> None:
        self.services = services
        self._plain = plain
        self._durable = durable

    async def turn(self, lane: Lane, taken: Taken, stream: Stream, stopped: asyncio.Event) -> None:
        """Answer one message and commit it; raises `LeaseLost` if another worker has taken over."""
        if taken.cancelled and await self._taken_back(lane, taken):
            return
        turn = await self.read(lane, taken)
        meter = Meter()
        if isinstance(stream, Speaking):
            stream.speak_as(turn.coach.name, turn.coach.avatar)
        if heard := spoken(turn):
            await stream.push(heard)
        result = await self._think(Setting(turn, self.services, stream, meter, stopped))
        await stream.close()
        await self.commit(lane, taken, result, meter)

    async def _taken_back(self, lane: Lane, taken: Taken) -> bool:
        """Be done with a message that its author deleted, if this is one."""
        async with self.services.database.person(lane.user_id) as connection:
            await lanes.hold(connection, lane)
            if not await _is_taken_back(connection, taken):
                return False
            await lanes.finish(connection, taken.inbox_id)
            await outbox.close_open(connection, lane.conversation_id)
            await _announce(connection, lane, taken)
        return True

    async def read(self, lane: Lane, taken: Taken) -> Turn:
        """Read the conversation as this person sees it."""
        async with self.services.database.person(lane.user_id) as connection:
            turn = await context.read(connection, lane, taken.inbox_id, taken.message)
            return await _as_first(connection, taken, turn)

    async def _think(self, setting: Setting) -> Result:
        turn = setting.turn
        if turn.namesakes and not bots.token_in(turn.message.text):
            return await self._which(turn)
        answer = answer_to(turn.text)
        if answer is not None:
            return await self._resume(setting, answer)
        if isinstance(route(turn), Consenting):
            return await self._run_durable(setting, State(), turn.inbox_id)
        state: Any = await self._plain.ainvoke(State(), context=setting)  # pyright: ignore[reportUnknownMemberType]
        return _result(turn, state)

    async def _which(self, turn: Turn) -> Result:
        """Ask which coach is meant by a name that several have."""
        async with self.services.database.person(turn.person.user_id) as connection:
            return Result(turn, (await calling.which(connection, turn),))

    async def _resume(self, setting: Setting, answer: Answer) -> Result:
        """Let a paused turn go on as if its own message had just come."""
        turn = setting.turn
        lane = Lane(turn.conversation_id, turn.person.user_id, 0)
        async with self.services.database.person(turn.person.user_id) as connection:
            asked_in = await context.message_of(connection, turn.conversation_id, answer.turn_id)
            if asked_in is None:
                return Result(turn, (Reply(turn.say("That question is no longer open.")),))
            if not turn.direct and asked_in.author.external_id != turn.message.author.external_id:
                return Result(turn, (Reply(turn.say("Only who asked for it can answer that.")),))
            paused = await context.read(connection, lane, answer.turn_id, asked_in)
        state = await self._durable.aget_state({"configurable": {"thread_id": str(answer.turn_id)}})
        if not state.next:
            if await self._never_committed(turn, str((state.metadata or {}).get("answered_in", "")), answer):
                return _result(paused, state.values)
            return Result(turn, (Reply(turn.say("That is settled already.")),))
        resumed = replace(setting, turn=paused)
        asked = state.interrupts[0].value if state.interrupts else None
        consent: Resumption[Any] = Resumption(resume={"yes": answer.yes, "asked": asked})
        return await self._run_durable(resumed, consent, answer.turn_id, turn.inbox_id)

    async def _never_committed(self, turn: Turn, answered_in: str, answer: Answer) -> bool:
        """Whether the turn that answered before got this far and no further: an earlier try of this one, or one that
        was given up."""
        if answered_in == str(turn.inbox_id):
            return True
        if not answered_in or not answer.yes:
            return False
        async with self.services.database.person(turn.person.user_id) as connection:
            return await (await connection.execute(_QUERIES["dead"], {"inbox_id": answered_in})).fetchone() is not None

    async def _run_durable(self, setting: Setting, start: Any, thread: UUID, answered_in: UUID | None = None) -> Result:
        config: Any = {"configurable": {"thread_id": str(thread)}, "metadata": {"answered_in": str(answered_in or "")}}
        state = await self._durable.ainvoke(start, config, context=setting, durability="sync")  # pyright: ignore[reportUnknownMemberType]
        if pauses := state.get("__interrupt__"):
            question = payloads.to_reply(pauses[0].value)
            return Result(setting.turn, (asked(question, thread, setting.turn.speech),))
        return _result(setting.turn, state)

    async def commit(self, lane: Lane, taken: Taken, result: Result, meter: Meter) -> None:
        """Fence check, inbox done, work, outbox rows: all of it or nothing."""
        async with self.services.database.person(lane.user_id) as connection:
            await lanes.hold(connection, lane)
            if not await lanes.finish(connection, taken.inbox_id):
                return
            if await _is_taken_back(connection, taken):
                await outbox.close_open(connection, lane.conversation_id)
            elif taken.again and any(reply.stopped for reply in result.replies):
                await _leave(connection, lane, taken)
            else:
                for work in result.work:
                    await _do(connection, result.turn, work)
                await self._say(connection, lane, taken, result)
            if meter.input_tokens or meter.output_tokens:
                await budget.spend(connection, Usage(meter.input_tokens, meter.output_tokens))
            await _announce(connection, lane, taken)

    async def _say(self, connection: Connection, lane: Lane, taken: Taken, result: Result) -> None:
        """Write the replies; those of a question that was worded anew take the place of its first answer."""
        replies: dict[str, Reply] = {}
        for number, reply in enumerate(result.replies):
            key = result.keys[number] if number < len(result.keys) else ""
            words = reply.text if number else spoken(result.turn) + reply.text
            text = sanitise(words, self.services.link_hosts)
            said = _as_coach(replace(reply, text=text, via=taken.message.address.passing), result.turn.coach)
            place = key or reply_key(taken.answers, number)
            if taken.replaces and not key:
                replies[place] = said
            else:
                await outbox.append(connection, lane.conversation_id, place, said, "progress" if key else "reply")
        if taken.replaces:
            await outbox.replace(connection, lane.conversation_id, f"turn:{taken.answers}:", replies)
        await _note_coach(connection, taken, result)
        await outbox.close_open(connection, lane.conversation_id)

    async def give_up(self, lane: Lane, taken: Taken) -> None:
        """Apologise for a message that could not be answered, and go on with the next."""
        async with self.services.database.person(lane.user_id) as connection:
            await lanes.hold(connection, lane)
            if await _is_taken_back(connection, taken):
                await lanes.finish(connection, taken.inbox_id)
                await outbox.close_open(connection, lane.conversation_id)
            elif await lanes.finish(connection, taken.inbox_id, "dead"):
                if bots.token_in(taken.message.text):
                    await bots.mask(connection, lane.conversation_id, taken.inbox_id)
                await _apologise(connection, lane, taken)
            await _announce(connection, lane, taken)
        _log.error("turn.dead", inbox_id=str(taken.inbox_id), attempts=taken.attempts)


async def _is_taken_back(connection: Connection, taken: Taken) -> bool:
    """Tell whether its author deleted a message; then nothing of it is kept, in no checkpoint either."""
    cursor = await connection.execute(_QUERIES["taken_back"], {"inbox_id": taken.inbox_id})
    return await cursor.fetchone() is not None


async def _as_first(connection: Connection, taken: Taken, turn: Turn) -> Turn:
    """Let the coach that answered a question answer it anew too, if it is there for the person: it is its answer."""
    if not taken.replaces or turn.called or turn.coach_bound or turn.text.startswith("/"):
        return turn
    first = await threads.message(connection, outbox.id_of(reply_key(taken.answers)))
    coach = await coaches.find(connection, first.coach_id) if first and first.coach_id else None
    if coach is None or coach.coach_id == turn.coach.coach_id:
        return turn
    return replace(turn, coach=cards.to_card(coach), withdrawn=False)


async def _leave(connection: Connection, lane: Lane, taken: Taken) -> None:
    """Leave the answer that stands as it is, where it was to be given anew and that came to nothing."""
    await outbox.restore(connection, reply_key(taken.answers))
    await outbox.close_open(connection, lane.conversation_id)


async def _apologise(connection: Connection, lane: Lane, taken: Taken) -> None:
    """Say that it went wrong: in place of the answer to what was reworded, below one that was good already."""
    said = replace(sorry(taken.language), via=taken.message.address.passing)
    if taken.again:
        await outbox.append(connection, lane.conversation_id, reply_key(taken.inbox_id), said)
        return await _leave(connection, lane, taken)
    key = reply_key(taken.answers)
    if taken.replaces:
        await outbox.replace(connection, lane.conversation_id, f"turn:{taken.answers}:", {key: said})
    else:
        await outbox.append(connection, lane.conversation_id, key, said)
    await outbox.close_open(connection, lane.conversation_id)


def _as_coach(reply: Reply, coach: CoachCard) -> Reply:
    """Let the coach of a turn say a reply that names no other."""
    if reply.coach_name not in ("", coach.name):
        return reply
    return replace(reply, coach_name=coach.name, avatar=reply.avatar or coach.avatar)


async def _note_coach(connection: Connection, taken: Taken, result: Result) -> None:
    """Note which coach said what, for what people think of it; a thread stays with the coach it called."""
    turn = result.turn
    said: dict[UUID, list[UUID]] = {}
    told = [work["coach_id"] for work in result.work if work.get("skill") in _BRINGING and "coach_id" in work]
    to = UUID(told[0]) if told else turn.coach.coach_id
    for number, reply in enumerate(result.replies):
        key = result.keys[number] if number < len(result.keys) else ""
        coach_id = turn.coach.coach_id if reply.coach_name in ("", turn.coach.name) else to
        said.setdefault(coach_id, []).append(outbox.id_of(key or reply_key(taken.answers, number)))
    for coach_id, message_ids in said.items():
        await coaches.said(connection, coach_id, message_ids)
    if turn.called and not turn.namesakes and turn.message.address.kind == "thread":
        await coaches.switch(connection, turn.conversation_id, turn.coach.coach_id)


async def _do(connection: Connection, turn: Turn, work: dict[str, Any]) -> None:
    """Do one piece of work: a skill's, or keeping a fact that was heard."""
    if skill := work.get("skill"):
        await by_name(skill).apply(connection, turn, work)
    else:
        await memory.keep_heard(connection, turn, work)


async def _announce(connection: Connection, lane: Lane, taken: Taken) -> None:
    """Wake the senders, and tell whoever shows this conversation that the turn of this message is over."""
    message_id = inbox.message_id_of(taken.message)
    await connection.execute(_QUERIES["notify"], {"turn": f"{lane.conversation_id} {message_id}"})


def _result(turn: Turn, state: Any) -> Result:
    replies = tuple(payloads.to_reply(reply) for reply in state.get("replies", []))
    return Result(turn, replies, tuple(state.get("keys", [])), tuple(state.get("work", [])))


__all__ = ["Assistant", "LeaseLost", "Result", "reply_key"]
