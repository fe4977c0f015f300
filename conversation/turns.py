"""Running turns: read what the turn needs, let the graph think with no transaction open, commit everything at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from langgraph.types import Command as Resumption

from conversation import inbox, lanes, memory, outbox, payloads
from conversation.channel import Stream
from conversation.consent import Answer, answer_to, asked
from conversation.errors import LeaseLost, NotFound
from conversation.graph import Graph
from conversation.lanes import Lane, Taken
from conversation.markdown import plain
from conversation.message import Message, Reply
from conversation.quoting import quoted_by
from conversation.sanitising import sanitise
from conversation.skills import by_name, route
from conversation.skills.skill import Consenting
from conversation.speech import Speech
from conversation.state import Meter, Services, Setting, State
from conversation.turn import CoachCard, Memory, Said, Speaker, Turn
from knowledge.db import Connection, load_queries
from knowledge.models import budget
from knowledge.models.port import Usage

_QUERIES = load_queries("conversation", "turns.sql")
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
        turn = await self.read(lane, taken)
        meter = Meter()
        if heard := spoken(turn):
            await stream.push(heard)
        result = await self._think(Setting(turn, self.services, stream, meter, stopped))
        await stream.close()
        await self.commit(lane, taken, result, meter)

    async def read(self, lane: Lane, taken: Taken) -> Turn:
        """Read the conversation as this person sees it."""
        async with self.services.database.person(lane.user_id) as connection:
            return await _read(connection, lane, taken.inbox_id, taken.message)

    async def _think(self, setting: Setting) -> Result:
        turn = setting.turn
        answer = answer_to(turn.text)
        if answer is not None:
            return await self._resume(setting, answer)
        if isinstance(route(turn), Consenting):
            return await self._run_durable(setting, State(), turn.inbox_id)
        state: Any = await self._plain.ainvoke(State(), context=setting)  # pyright: ignore[reportUnknownMemberType]
        return _result(turn, state)

    async def _resume(self, setting: Setting, answer: Answer) -> Result:
        """Let a paused turn go on as if its own message had just come."""
        turn = setting.turn
        lane = Lane(turn.conversation_id, turn.person.user_id, 0)
        async with self.services.database.person(turn.person.user_id) as connection:
            asked_in = await _message_of(connection, turn.conversation_id, answer.turn_id)
            if asked_in is None:
                return Result(turn, (Reply(turn.say("That question is no longer open.")),))
            paused = await _read(connection, lane, answer.turn_id, asked_in)
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
            said = replace(reply, text=text, coach_name=reply.coach_name or result.turn.coach.name)
            place = key or reply_key(taken.answers, number)
            if taken.replaces and not key:
                replies[place] = said
            else:
                await outbox.append(connection, lane.conversation_id, place, said, "progress" if key else "reply")
        if taken.replaces:
            await outbox.replace(connection, lane.conversation_id, f"turn:{taken.answers}:", replies)
        await outbox.close_open(connection, lane.conversation_id)

    async def give_up(self, lane: Lane, taken: Taken) -> None:
        """Apologise for a message that could not be answered, and go on with the next."""
        async with self.services.database.person(lane.user_id) as connection:
            await lanes.hold(connection, lane)
            if await lanes.finish(connection, taken.inbox_id, "dead"):
                key, said = reply_key(taken.answers), sorry(taken.language)
                if taken.replaces:
                    await outbox.replace(connection, lane.conversation_id, f"turn:{taken.answers}:", {key: said})
                else:
                    await outbox.append(connection, lane.conversation_id, key, said)
                await outbox.close_open(connection, lane.conversation_id)
            await _announce(connection, lane, taken)
        _log.error("turn.dead", inbox_id=str(taken.inbox_id), attempts=taken.attempts)


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


async def _message_of(connection: Connection, conversation_id: UUID, inbox_id: UUID) -> Message | None:
    cursor = await connection.execute(_QUERIES["message"], {"conversation_id": conversation_id, "inbox_id": inbox_id})
    row = await cursor.fetchone()
    return payloads.to_message(row["payload"]) if row else None


async def _read(connection: Connection, lane: Lane, inbox_id: UUID, message: Message) -> Turn:
    cursor = await connection.execute(
        _QUERIES["context"],
        {
            "conversation_id": lane.conversation_id,
            "user_id": lane.user_id,
            "message_id": inbox.message_id_of(message),
        },
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound("This conversation is gone.")
    history = tuple(_said(said, message.address.kind) for said in row["history"])
    quoted = quoted_by(message, history)
    return Turn(
        inbox_id=inbox_id,
        conversation_id=lane.conversation_id,
        message=message,
        person=_speaker(row),
        coach=_coach(row),
        history=(*history, Said("person", f"> {quoted}")) if quoted else history,
        quoted=quoted,
        memory=tuple(Memory(UUID(fact["fact_id"]), fact["predicate"], fact["object"]) for fact in row["memory"]),
        expects=(row["history"][-1]["expects"] or "") if row["history"] else "",
        tokens_today=row["tokens_today"],
        withdrawn=row["withdrawn"],
    )


def _said(said: dict[str, Any], kind: str) -> Said:
    """Read an earlier message; where several people talk, with the name of who said it."""
    named = kind != "direct" and said["author"] == "person" and said["author_name"]
    return Said(
        said["author"], f"{said['author_name']}: {said['text']}" if named else said["text"], said["about"] or ""
    )


def _speaker(row: dict[str, Any]) -> Speaker:
    return Speaker(
        user_id=row["user_id"],
        name=row["display_name"],
        roles=frozenset(row["roles"]),
        guest=row["guest"],
        language=row["language"],
        time_zone=row["time_zone"],
        zone_known=row["zone_known"],
        group=row["group_chat"],
    )


def _coach(row: dict[str, Any]) -> CoachCard:
    return CoachCard(
        coach_id=row["coach_id"],
        name=row["coach_name"],
        description=row["description"],
        persona=row["persona"],
        own=row["own"],
        guide=row["guide"],
        published=row["published"],
        documents=row["documents"],
        topics=tuple(row["topics"]),
    )


def _result(turn: Turn, state: Any) -> Result:
    replies = tuple(payloads.to_reply(reply) for reply in state.get("replies", []))
    return Result(turn, replies, tuple(state.get("keys", [])), tuple(state.get("work", [])))


__all__ = ["Assistant", "LeaseLost", "Result", "reply_key"]
