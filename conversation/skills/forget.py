"""Forget: one thing that is remembered, all of it, this thread, or everything, with a receipt of what went where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

from conversation import inbox, memory, threads
from conversation.markdown import plain as escape
from conversation.memory import Remembered
from conversation.message import Button, Reply
from conversation.people import erasing, receipts
from conversation.people.erasing import Counts, Place
from conversation.skills import private
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection
from knowledge.graph import GraphError
from knowledge.graph.memory import Shown, shown_of

_MEMORY = re.compile(
    r"(?:please )?forget (?:(?:everything|all)(?: you (?:know|remember))? about me|what you (?:know|remember)"
    r"(?: about me)?)[.!]?"
)
_EVERYTHING = re.compile(r"(?:please )?forget (?:everything|all|me)[.!]?")
_THREAD = re.compile(r"(?:please )?forget (?:this|the) (?:thread|conversation|chat)[.!]?")
Scope = Literal["facts", "thread", "everything"]


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a message wants to be forgotten."""

    scope: Scope
    facts: tuple[Remembered, ...]
    fact_ids: tuple[UUID, ...]
    counts: Counts

    @property
    def nothing(self) -> bool:
        """Whether there is nothing of it."""
        return not (self.counts.messages or self.counts.facts)


class ForgetSkill:
    """Answers `/forget`, `/forget NUMBER`, `/forget WORDS`, `/forget thread` and `/forget everything`, asking first."""

    name = "forget"
    commands = (Command("forget", "Forget one thing, this thread, or everything", "eraser"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and plain wishes to be forgotten."""
        plain = turn.text.lower()
        asked = any(pattern.fullmatch(plain) for pattern in (_MEMORY, _EVERYTHING, _THREAD))
        return asked or argument(turn, "forget") is not None

    async def question(self, turn: Turn, services: Services) -> Reply | None:
        """Ask before anything is forgotten; None if there is nothing to forget."""
        meant = await _meant(turn, services) if turn.direct else None
        if meant is None or meant.nothing or _is_for_the_hub(turn, meant.scope):
            return None
        if meant.scope == "facts":
            return _about_facts(turn, meant.facts)
        label = turn.say("Yes, forget it") if meant.scope == "thread" else turn.say("Yes, forget everything")
        return Reply(_about_threads(turn, meant), buttons=(Button(label, ""),))

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Forget what was meant, and give a receipt; in a group, offer to do so in private."""
        if not turn.direct:
            return await private.offer(turn, services)
        meant = await _meant(turn, services)
        if _is_for_the_hub(turn, meant.scope):
            return await private.offer(turn, services)
        if meant.nothing:
            return Outcome((_nothing(turn, meant.scope),))
        before, graph = await _graph(turn, services) if meant.counts.facts else (None, "")
        work: dict[str, Any] = {
            "scope": meant.scope,
            "facts": [str(fact_id) for fact_id in meant.fact_ids],
            "graph": bool(graph),
            "before": asdict(before) if before else None,
        }
        text = receipts.text(turn.speech, meant.counts, graph)
        if meant.scope != "facts" and turn.message.address.channel != "web":
            text += "\n\n" + turn.say("What stands in this app itself, only you can delete there.")
        return Outcome((Reply(text),), (work,))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Erase it, and note it if the graph has to follow."""
        place = _place(turn)
        match work["scope"]:
            case "thread":
                erased = await erasing.erase_thread(connection, place)
                await threads.redraw(connection, place.user_id, place.conversation_id)
            case "everything":
                erased = await erasing.erase_all(connection, place)
                await threads.redraw(connection, place.user_id)
            case _:
                fact_ids = [UUID(fact_id) for fact_id in work["facts"]]
                erased = await erasing.erase_facts(connection, place.user_id, fact_ids)
        if work["graph"]:
            before = Shown(**work["before"]) if work["before"] else None
            await erasing.note(connection, place, turn.derive("erasure"), turn.person.language, erased, before)


def _place(turn: Turn) -> Place:
    message_id = inbox.message_id_of(turn.message)
    return Place(turn.person.user_id, turn.conversation_id, turn.inbox_id, message_id)


async def _meant(turn: Turn, services: Services) -> _Meant:
    """Find out what is meant, and count it."""
    place = _place(turn)
    words = (argument(turn, "forget") or "").lower()
    plain = turn.text.lower()
    async with services.database.person(place.user_id) as connection:
        if words == "thread" or _THREAD.fullmatch(plain):
            return _Meant("thread", (), (), await erasing.count_thread(connection, place))
        if words in ("everything", "all", "me") or _EVERYTHING.fullmatch(plain):
            return _Meant("everything", (), (), await erasing.count_all(connection, place))
        known = await memory.known(connection, place.user_id, place.conversation_id if turn.coach_bound else None)
        found = [fact for number, fact in enumerate(known, 1) if _is_meant(words, number, fact)]
        fact_ids = await erasing.facts_like(connection, place.user_id, [fact.fact_id for fact in found])
    return _Meant("facts", tuple(found), tuple(fact_ids), Counts(facts=len(fact_ids)))


def _is_for_the_hub(turn: Turn, scope: Scope) -> bool:
    """Tell whether more is meant than what was said to a creator's bot, behind whose buttons its creator can put it."""
    return turn.coach_bound and scope == "everything"


def _is_meant(words: str, number: int, fact: Remembered) -> bool:
    if not words or words.isdigit():
        return not words or int(words) == number
    return words == str(fact.fact_id) or words in fact.sentence().lower()


def _about_facts(turn: Turn, facts: tuple[Remembered, ...]) -> Reply:
    if len(facts) == 1:
        text = turn.say("Shall I forget this: {fact}?", fact=escape(facts[0].sentence()))
        return Reply(text, buttons=(Button(turn.say("Yes, forget it"), ""),))
    lines = "\n".join(f"{number}. {escape(fact.sentence())}" for number, fact in enumerate(facts, 1))
    asked = turn.count("Shall I forget this about you?", "Shall I forget these {n} things about you?", len(facts))
    hint = turn.say(
        "One of them alone: `/forget 1`. This thread: `/forget thread`. All threads and all I remember: "
        "`/forget everything`."
    )
    if turn.coach_bound:
        hint = turn.say("One of them alone: `/forget 1`. This thread: `/forget thread`.")
    return Reply(f"{asked}\n\n{lines}\n\n{hint}", buttons=(Button(turn.say("Yes, forget them"), ""),))


def _about_threads(turn: Turn, meant: _Meant) -> str:
    messages = turn.count("{n} message", "{n} messages", meant.counts.messages)
    if meant.scope == "thread":
        return turn.say(
            "Shall I forget this thread ({messages})? What I remember of you stays; `/forget` erases that.",
            messages=messages,
        )
    return turn.say(
        "Shall I forget everything: {threads} with {messages}, and {facts} about you? Your account, your coaches and "
        "their sources stay; the profile page deletes those too.",
        threads=turn.count("{n} thread", "{n} threads", meant.counts.threads),
        messages=messages,
        facts=turn.count("{n} fact", "{n} facts", meant.counts.facts),
    )


def _nothing(turn: Turn, scope: Scope) -> Reply:
    buttons = (
        Button(turn.say("Forget this thread"), "/forget thread"),
        Button(turn.say("Forget everything"), "/forget everything"),
    )[: 1 if turn.coach_bound else None]
    if scope == "facts":
        return Reply(turn.say("I remember nothing like that about you."), buttons=buttons)
    return Reply(turn.say("There is nothing to forget here."))


async def _graph(turn: Turn, services: Services) -> tuple[Shown | None, str]:
    """Count what the graph shows before anything goes, and say that it will follow."""
    if services.graph is None:
        return None, ""
    try:
        return await shown_of(services.graph, turn.person.user_id), receipts.waiting(turn.speech, away=False)
    except GraphError:
        return None, receipts.waiting(turn.speech, away=True)
