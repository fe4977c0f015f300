"""Teach: files and links that are sent to a coach become its knowledge; also cancelling and retrying that work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from conversation import coaches, payloads
from conversation.coaches import Coach, cards, questions
from conversation.markdown import plain
from conversation.message import Reply
from conversation.people import roles
from conversation.skills import lessons, private
from conversation.skills.captions import coach_named
from conversation.skills.coaches import alone
from conversation.skills.creator import guests
from conversation.skills.lessons import Learner, Sent, begin, begin_note, to_learner, whom
from conversation.skills.links import beside, link_of
from conversation.skills.skill import Command, argument, as_uuid, expected
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge import ingestions
from knowledge.db import Connection, load_queries

_QUERIES = load_queries("conversation", "turns.sql")


class TeachSkill:
    """Takes files, links to learn from, the buttons under their progress, and answers to open questions."""

    name = "teach"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take any message with files, a message that is a link, and `/teach`, `/learn`, `/cancel` and `/retry`."""
        sent = turn.message.attachments and not turn.message.action
        return bool(sent or link_of(turn.message)) or argument(turn, "teach", "learn", "cancel", "retry") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Say what will be learned, or what stands in the way of it."""
        for command in ("cancel", "retry"):
            ingestion = argument(turn, command)
            if ingestion is not None:
                return _about(turn, command, ingestion)
        sent = lessons.sort_out(turn, turn.message)
        if sent.nothing and sent.told:
            return Outcome(sent.told)
        if not turn.direct:
            (offer,) = (await private.direct_message(turn, services)).replies
            told = turn.say("I learn in private only: send it to me in a direct message, please.")
            return Outcome((replace(offer, text=told), *sent.told))
        if turn.person.guest:
            return Outcome((alone(turn) if turn.coach_bound else guests(turn),))
        async with services.database.person(turn.person.user_id) as connection:
            own = await coaches.own(connection)
            asked = as_uuid(expected(turn, self.name) or "")
            if asked:
                return _answer(turn, sent, own, await questions.find(connection, asked))
            chosen = argument(turn, "teach")
            if turn.coach_bound and (chosen is not None or not turn.coach.own):
                return Outcome((*sent.told, alone(turn)))
            if chosen is not None:
                return await _chosen(turn, connection, own, chosen)
        return _from_message(turn, sent, own)

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Put a wish in the queue, cancel or retry one, or make the coach it is for."""
        match work["do"]:
            case "request":
                await ingestions.request(connection, lessons.wish(turn, work))
            case "note":
                await lessons.keep_note(connection, turn, work)
            case "taught":
                await questions.taught(connection, [UUID(each) for each in work["question_ids"]])
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


def _about(turn: Turn, command: str, ingestion: str) -> Outcome:
    if as_uuid(ingestion) is None:
        return Outcome((Reply(turn.say("Press the button under the file you mean.")),))
    return Outcome((), ({"do": command, "ingestion_id": ingestion},))


def _from_message(turn: Turn, sent: Sent, own: list[Coach]) -> Outcome:
    """Teach the coach that the caption names, or else the one of this conversation; ask where neither will do.

    A bot that is one coach alone teaches that one, whatever the caption says.
    """
    if sent.nothing:
        return Outcome((Reply(turn.say("Send me a file or a link, and I will learn from it.")),))
    wanted = None if turn.message.action or turn.coach_bound else coach_named(beside(turn.message.text))
    coach = next((each for each in own if wanted and each.name.lower() == wanted.name.lower()), None)
    if coach and coach.coach_id != turn.coach.coach_id:
        return begin(turn, sent, to_learner(coach), _switch(coach), takes_over=True)
    if wanted and wanted.sure and coach is None:
        return Outcome((*sent.told, whom(turn, sent, own, wanted.name)))
    if turn.coach.own:
        return begin(turn, sent, Learner(turn.coach.coach_id, turn.coach.name, turn.coach.avatar), ())
    return Outcome((*sent.told, whom(turn, sent, own)))


def _answer(turn: Turn, sent: Sent, own: list[Coach], question: questions.Question | None) -> Outcome:
    """Teach a coach the answer to a question it could not answer, in a message or in files."""
    coach = next((each for each in own if question and each.coach_id == question.coach_id), None)
    if question is None or coach is None:
        return Outcome((Reply(turn.say("That question is settled already, or it is no longer there.")),))
    taught = {"do": "taught", "question_ids": [str(each) for each in question.alike]}
    thanks = Reply(turn.say("Thank you. **{coach}** learns that now.", coach=plain(coach.name)))
    if sent.nothing:
        return begin_note(turn, to_learner(coach), question.text, thanks, taught)
    return begin(turn, sent, to_learner(coach), (taught,), thanks=thanks)


async def _chosen(turn: Turn, connection: Connection, own: list[Coach], chosen: str) -> Outcome:
    """Go on with an earlier message now that its coach is chosen: `/teach TURN COACH` or `/teach TURN new NAME`."""
    turn_id, _, rest = chosen.partition(" ")
    which, _, given = rest.partition(" ")
    inbox_id = as_uuid(turn_id)
    if inbox_id is None:
        return Outcome((Reply(turn.say("Send me a file or a link, and I will learn from it.")),))
    row = await (
        await connection.execute(_QUERIES["message"], {"inbox_id": inbox_id, "conversation_id": turn.conversation_id})
    ).fetchone()
    coach = next((each for each in own if each.coach_id == as_uuid(which)), None)
    if row is None or not (which == "new" or coach):
        return Outcome((Reply(turn.say("I no longer have that file. Please send it again.")),))
    sent = lessons.sort_out(turn, payloads.to_message(row["payload"]), quietly=True)
    if not await lessons.still_there(connection, sent):
        return Outcome((Reply(turn.say("I no longer have that file. Please send it again.")),))
    if coach:
        return begin(turn, sent, to_learner(coach), _switch(coach), takes_over=True)
    name = lessons.unused(given or lessons.coach_name(sent), own)
    made = Learner(turn.derive("coach"), name, cards.by_name(name))
    make = {"do": "make", "coach_id": str(made.coach_id), "name": name}
    return begin(turn, sent, made, (make,), takes_over=True)


def _switch(coach: Coach) -> tuple[dict[str, Any], ...]:
    return ({"do": "switch", "coach_id": str(coach.coach_id)},)
