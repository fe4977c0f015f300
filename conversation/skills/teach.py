"""Teach: files and links that are sent to a coach become its knowledge; also cancelling and retrying that work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from uuid import UUID

from conversation import coaches, payloads
from conversation.coaches import Coach
from conversation.coaches.store import NAME_LIMIT
from conversation.message import Button, Message, Progress, Reply
from conversation.people import roles
from conversation.skills.creator import GUESTS
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge import ingestions
from knowledge.db import Connection, load_queries

_LINK = re.compile(
    r"(?:(?:please )?(?:learn|read|teach|add|ingest)(?: from| this)?:? )?<?(https?://\S+?)>?", re.IGNORECASE
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_QUERIES = load_queries("conversation", "turns.sql")
MOST_AT_ONCE = 20


class TeachSkill:
    """Takes files, links to learn from, and the buttons under their progress."""

    name = "teach"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take any message with files, a message that is a link, and `/teach`, `/cancel` and `/retry`."""
        sent = turn.message.attachments and not turn.message.action
        return bool(sent or link_in(turn.text)) or argument(turn, "teach", "cancel", "retry") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Say what will be learned, or what stands in the way of it."""
        for command in ("cancel", "retry"):
            ingestion = argument(turn, command)
            if ingestion is not None:
                return _about(command, ingestion)
        if turn.person.guest:
            return Outcome((Reply(GUESTS),))
        chosen = argument(turn, "teach")
        if chosen is not None:
            return await self._chosen(turn, services, chosen)
        if turn.coach.own:
            return _begin(turn, turn.message, turn.coach.coach_id, ())
        async with services.database.person(turn.person.user_id) as connection:
            own = [coach for coach in await coaches.visible(connection) if coach.own]
        return Outcome((_whom(turn, own),))

    async def _chosen(self, turn: Turn, services: Services, chosen: str) -> Outcome:
        """Go on with an earlier message now that its coach is chosen: `/teach TURN COACH` or `/teach TURN new`."""
        turn_id, _, coach = chosen.partition(" ")
        if not _UUID.fullmatch(turn_id):
            return Outcome((Reply("Drop a file into the chat, or send a link, and I will learn from it."),))
        async with services.database.person(turn.person.user_id) as connection:
            given = {"inbox_id": UUID(turn_id), "conversation_id": turn.conversation_id}
            row = await (await connection.execute(_QUERIES["message"], given)).fetchone()
            found = await coaches.find(connection, UUID(coach)) if _UUID.fullmatch(coach) else None
            own = [each for each in await coaches.visible(connection) if each.own]
        if row is None or not (coach == "new" or (found and found.own)):
            return Outcome((Reply("I no longer have that file. Please send it again."),))
        sent = payloads.to_message(row["payload"])
        if found:
            return _begin(turn, sent, found.coach_id, ({"do": "switch", "coach_id": str(found.coach_id)},), found.name)
        name = _unused(_coach_name(sent), own)
        coach_id = turn.derive("coach")
        made = {"do": "make", "coach_id": str(coach_id), "name": name}
        return _begin(turn, sent, coach_id, (made,), name)

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Put a wish in the queue, cancel or retry one, or make the coach it is for."""
        match work["do"]:
            case "request":
                await ingestions.request(connection, _wish(turn, work))
            case "cancel":
                await ingestions.cancel(connection, UUID(work["ingestion_id"]))
            case "retry":
                await ingestions.retry(connection, UUID(work["ingestion_id"]))
            case "make":
                await roles.become_creator(connection, turn.person.user_id)
                await coaches.create(connection, UUID(work["coach_id"]), turn.person.user_id, work["name"])
                await coaches.switch(connection, turn.conversation_id, UUID(work["coach_id"]))
            case _:
                await coaches.switch(connection, turn.conversation_id, UUID(work["coach_id"]))


def link_in(text: str) -> str | None:
    """Give the address of a message that is a link to learn from; a question that holds a link is a question."""
    found = _LINK.fullmatch(text.strip())
    return found[1] if found else None


def _about(command: str, ingestion: str) -> Outcome:
    if not _UUID.fullmatch(ingestion):
        return Outcome((Reply("Press the button under the file you mean."),))
    return Outcome((), ({"do": command, "ingestion_id": ingestion},))


def _wish(turn: Turn, work: Mapping[str, Any]) -> ingestions.Wish:
    return ingestions.Wish(
        ingestion_id=UUID(work["ingestion_id"]),
        user_id=turn.person.user_id,
        coach_id=UUID(work["coach_id"]),
        name=work["name"],
        conversation_id=turn.conversation_id,
        file_id=UUID(work["file_id"]) if work["file_id"] else None,
        url=work["url"],
    )


def _begin(
    turn: Turn, sent: Message, coach_id: UUID, before: tuple[dict[str, Any], ...], coach_name: str = ""
) -> Outcome:
    """Wish for each file, or the link, with one progress message each."""
    wanted: list[tuple[str, str | None, str | None]] = [
        (file.name, str(file.file_id), None) for file in sent.attachments[:MOST_AT_ONCE]
    ]
    url = link_in(sent.text)
    wanted += [(url, None, url)] if url else []
    replies: list[Reply] = []
    keys: list[str] = []
    work = list(before)
    if coach_name:
        replies.append(Reply(f"You are talking with **{coach_name}** now. I begin to read.", coach_name=coach_name))
        keys.append("")
    for number, (name, file_id, link) in enumerate(wanted):
        ingestion_id = turn.derive(f"ingestion:{number}")
        fields = {"ingestion_id": str(ingestion_id), "coach_id": str(coach_id), "name": name}
        work.append({"do": "request", **fields, "file_id": file_id, "url": link})
        replies.append(_waiting(ingestion_id, name))
        keys.append(f"ingestion:{ingestion_id}")
    left = len(sent.attachments) - MOST_AT_ONCE
    if left > 0:
        replies.append(
            Reply(f"I take {MOST_AT_ONCE} files at once. Please send the other {left} again, or all in one zip.")
        )
    return Outcome(tuple(replies), tuple(work), tuple(keys))


def _waiting(ingestion_id: UUID, name: str) -> Reply:
    shown = re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", name)
    return Reply(
        f"**{shown}**: waiting", buttons=(Button("Cancel", f"/cancel {ingestion_id}"),), progress=Progress("Waiting", 0)
    )


def _whom(turn: Turn, own: list[Coach]) -> Reply:
    """Ask which coach should learn, when the one of this conversation belongs to somebody else."""
    new = Button(f"Make a coach: {_unused(_coach_name(turn.message), own)}", f"/teach {turn.inbox_id} new")
    known = tuple(Button(f"Teach {coach.name}", f"/teach {turn.inbox_id} {coach.coach_id}") for coach in own[:6])
    whose = "I am the guide here and learn" if turn.coach.guide else f"**{turn.coach.name}** is not yours and learns"
    text = f"{whose} only from my makers. " if turn.coach.guide else f"{whose} only from its creator. "
    return Reply(text + "Who should learn this?", buttons=(*known, new))


def _coach_name(sent: Message) -> str:
    """Propose a name for a coach that learns from this."""
    if sent.attachments:
        stem = PurePath(sent.attachments[0].name.removesuffix(".gz")).stem
        name = " ".join(re.sub(r"[_\-.]+", " ", stem).split())
    else:
        name = re.sub(r"^https?://(www\.)?|/.*$", "", link_in(sent.text) or "")
    return (name[:1].upper() + name[1:])[: NAME_LIMIT - 4] or "My coach"


def _unused(name: str, own: list[Coach]) -> str:
    taken = {coach.name.lower() for coach in own}
    candidates = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate.lower() not in taken)
