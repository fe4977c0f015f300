"""Stats: how many people ask a creator's coaches what, and what could not be answered, with a way to teach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from babel.dates import format_skeleton

from conversation import coaches, feedback, memory
from conversation.coaches import Coach, cards, questions
from conversation.coaches.questions import Asked, Day, Figures, Question
from conversation.feedback import Disliked, Opinion
from conversation.markdown import BREAK, label, plain
from conversation.message import Button, Chart, Reply, Series
from conversation.skills import private
from conversation.skills.skill import Command, argument, as_uuid
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

LONGEST = 1_000
"""Characters of a question that are kept."""
_SHOWN = 5


class StatsSkill:
    """Answers `/stats`, `/stats COACH`, `/stats teach QUESTION` and `/stats dismiss QUESTION`."""

    name = "stats"
    commands = (Command("stats", "What people ask your coaches", "chart-column", creators=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command."""
        return argument(turn, "stats") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Show the figures of all coaches or one, or take up an unanswered question."""
        if not turn.direct or private.is_anothers_bot(turn):
            return await private.offer(turn, services)
        verb, _, rest = (argument(turn, "stats") or "").partition(" ")
        async with services.database.person(turn.person.user_id) as connection:
            own = await coaches.own(connection)
            if verb in {"teach", "dismiss"}:
                question_id = as_uuid(rest)
                question = await questions.find(connection, question_id) if question_id else None
                return _take_up(turn, own, question, verb)
            figures = await questions.figures(connection)
            opinions = await feedback.figures(connection)
            one = own[0] if len(own) == 1 else next((each for each in own if each.coach_id == as_uuid(verb)), None)
            if one is None:
                return Outcome((_overview(turn, own, figures, opinions),))
            unanswered = await questions.unanswered(connection, one.coach_id, _SHOWN)
            disliked = await feedback.least_liked(connection, one.coach_id)
            days = await questions.by_day(connection, one.coach_id)
        head = _block(turn, one, figures[one.coach_id], opinions.get(one.coach_id))
        shown = _of_one(turn, one, [head, *_disliked(turn, disliked)], unanswered)
        return Outcome((replace(shown, chart=_chart(turn, days)),))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Keep a question that was asked, or note that some need no answer any more."""
        if work["do"] == "dismiss":
            await questions.dismiss(connection, [UUID(each) for each in work["question_ids"]])
            return
        said = Asked(
            inbox_id=turn.inbox_id,
            coach_id=UUID(work["coach_id"]),
            user_id=turn.person.user_id,
            conversation_id=turn.conversation_id,
            text=work["text"],
            covered=work["covered"],
        )
        await questions.note(connection, said)


def asked(turn: Turn, *, covered: bool) -> list[dict[str, Any]]:
    """Give the work of keeping a question; a creator's own tests, and what people tell of themselves, are not kept."""
    if turn.coach.own or (turn.direct and memory.only_about_oneself(turn.text)):
        return []
    text = " ".join(turn.text.split())[:LONGEST]
    return [{"skill": "stats", "do": "asked", "coach_id": str(turn.coach.coach_id), "text": text, "covered": covered}]


def _take_up(turn: Turn, own: list[Coach], question: Question | None, verb: str) -> Outcome:
    coach = next((each for each in own if question and each.coach_id == question.coach_id), None)
    if question is None or coach is None:
        return Outcome((Reply(turn.say("That question is settled already, or it is no longer there.")),))
    back = Button(turn.say("Back to the questions"), f"/stats {coach.coach_id}")
    if verb == "dismiss":
        work = {"do": "dismiss", "question_ids": [str(each) for each in question.alike]}
        return Outcome((Reply(turn.say("All right, that question is off the list."), buttons=(back,)),), (work,))
    ask = turn.say(
        "“{question}”\n\nSend me the answer as text or as a file, and **{coach}** learns it.",
        question=plain(question.text),
        coach=plain(coach.name),
    )
    return Outcome((Reply(ask, buttons=(back,), expects=f"teach:{question.question_id}"),))


def _overview(turn: Turn, own: list[Coach], figures: Mapping[UUID, Figures], opinions: Mapping[UUID, Opinion]) -> Reply:
    if not own:
        text = turn.say("You have no coach of your own yet.")
        return Reply(text, buttons=(Button(turn.say("Make a coach"), "/creator"),))
    blocks = [_block(turn, coach, figures[coach.coach_id], opinions.get(coach.coach_id)) for coach in own]
    buttons = [
        Button(turn.say("Questions to {coach}", coach=label(coach.name)), f"/stats {coach.coach_id}") for coach in own
    ]
    return Reply("\n\n".join(blocks), buttons=tuple(buttons))


def _of_one(turn: Turn, coach: Coach, blocks: list[str], unanswered: list[Question]) -> Reply:
    if not unanswered:
        blocks.append(turn.say("No question waits for an answer."))
        return Reply("\n\n".join(blocks), coach_name=coach.name)
    blocks.append(turn.say("It could not answer these. I do not tell who asked."))
    blocks.append("\n".join(f"{number}. {_line(turn, each)}" for number, each in enumerate(unanswered, 1)))
    buttons: list[Button] = []
    for number, each in enumerate(unanswered, 1):
        buttons += [
            Button(turn.say("Teach this: {number}", number=f"{number}. {label(each.text)}"), _value("teach", each)),
            Button(turn.say("Dismiss: {number}", number=f"{number}. {label(each.text, 20)}"), _value("dismiss", each)),
        ]
    return Reply("\n\n".join(blocks), buttons=tuple(buttons), coach_name=coach.name)


def _chart(turn: Turn, days: list[Day]) -> Chart | None:
    """Draw how much was asked on each day, if anything was."""
    if not any(each.asked for each in days):
        return None
    labels = tuple(format_skeleton("MMMd", each.day, locale=turn.speech.locale) for each in days)
    series = (
        Series(turn.say("Questions"), tuple(float(each.asked) for each in days)),
        Series(turn.say("Without an answer"), tuple(float(each.uncovered) for each in days)),
    )
    return Chart(turn.say("Questions a day"), labels, series)


def _value(verb: str, question: Question) -> str:
    return f"/stats {verb} {question.question_id}"


def _line(turn: Turn, question: Question) -> str:
    times = len(question.alike)
    shown = plain(question.text)
    if times < 2:
        return shown
    return turn.count("{question} (asked {n} time)", "{question} (asked {n} times)", times, question=shown)


def _block(turn: Turn, coach: Coach, figures: Figures, opinion: Opinion | None) -> str:
    lines = [_head(turn, coach), _counted(turn, figures)]
    if opinion is not None:
        lines.append(turn.say("Feedback: {liked} 👍, {disliked} 👎", liked=opinion.liked, disliked=opinion.disliked))
    return BREAK.join(lines)


def _disliked(turn: Turn, questions: list[Disliked]) -> list[str]:
    """Show the questions whose answers were liked least, if there are any."""
    if not questions:
        return []
    lines = "\n".join(f"- {plain(each.text)} ({each.disliked} 👎)" for each in questions)
    return [turn.say("These answers were liked least:"), lines]


def _head(turn: Turn, coach: Coach) -> str:
    state = turn.say("published") if coach.published else turn.say("private")
    return f"{cards.avatar(coach)} **{plain(coach.name)}** · {state}"


def _counted(turn: Turn, figures: Figures) -> str:
    counts = (
        turn.count("{n} person asked", "{n} people asked", figures.people),
        turn.count("{n} question this week", "{n} questions this week", figures.this_week),
        turn.count("{n} question in all", "{n} questions in all", figures.asked),
        turn.count("{n} without an answer", "{n} without an answer", figures.unanswered),
    )
    return " · ".join(counts)
