"""Calling: in a group, a message that begins with the name of a coach is answered by that coach, this once.

The coach of the group stays who it is; a thread stays with the coach that was called last. Who can be called is whom
the group may see: a coach that somebody keeps for themselves is no coach of a group they are in.
"""

from __future__ import annotations

import re
from dataclasses import replace

from conversation import coaches
from conversation.coaches import Coach, cards
from conversation.markdown import label, plain
from conversation.message import Button, Reply
from conversation.skills import card
from conversation.skills.skill import argument, as_uuid
from conversation.turn import Turn
from knowledge.db import Connection

_FORMS = (
    r"@?{name}\s*[,:;،，：]\s*(?P<rest>.+)",
    r"@{name}\s+(?P<rest>.+)",
    r"(?:please\s+)?ask\s+@?{name}\b[\s,:]*(?P<rest>.+)",
    r"(?:bitte\s+)?frage?\s+@?{name}\b[\s,:]*(?P<rest>.+)",
    r"(?:por favor,?\s+)?preg[uú]nta(?:le)?\s+a\s+@?{name}\b[\s,:]*(?P<rest>.+)",
    r"(?:пожалуйста,?\s+)?спроси(?:те)?\s+(?:у\s+)?@?{name}\b[\s,:]*(?P<rest>.+)",
    r"@?{name}\s+से\s+पूछ(?:ो|िए|ें)[\s,:]*(?P<rest>.+)",
)
"""How somebody begins a message to a coach; the first works in any language."""
_BEGINNING = 200
"""Characters among which a name is looked for."""


async def called(connection: Connection, turn: Turn) -> Turn:
    """Let the coach answer whose name a message in a group begins with; the question is what stands behind the name."""
    if turn.direct or turn.coach_bound or not turn.person.roles:
        return turn
    if (asked := argument(turn, "ask")) is not None:
        return await _chosen(connection, turn, asked)
    if turn.message.action or turn.message.attachments or turn.text.startswith("/"):
        return turn
    found = await coaches.beginning(connection, " ".join(turn.text[:_BEGINNING].split()))
    for coach in found:
        if rest := _behind(coach.name, turn.text):
            same = [each for each in found if each.name.lower() == coach.name.lower()]
            present = [each for each in same if each.coach_id == turn.coach.coach_id]
            return _to(turn, present or same, rest)
    return turn


async def which(connection: Connection, turn: Turn) -> Reply:
    """Ask which of the coaches of one name is meant."""
    found = [coach for each in turn.namesakes if (coach := await coaches.find(connection, each))]
    name = plain(found[0].name) if found else ""
    head = turn.say("There are several coaches called **{name}**. Which one do you mean?", name=name)
    shown = [f"{number}. {card.lines(turn, coach)}" for number, coach in enumerate(found, 1)]
    buttons = [
        Button(f"{number}. {label(coach.name)}", f"/ask {coach.coach_id} {turn.text}")
        for number, coach in enumerate(found, 1)
    ]
    return Reply("\n\n".join([head, *shown]), buttons=tuple(buttons))


async def _chosen(connection: Connection, turn: Turn, asked: str) -> Turn:
    """Put a question to the coach that a button names: `/ask COACH QUESTION`."""
    wanted, _, question = asked.partition(" ")
    coach_id = as_uuid(wanted)
    coach = await coaches.find(connection, coach_id) if coach_id else None
    return _to(turn, [coach], question.strip()) if coach and question.strip() else turn


def _behind(name: str, text: str) -> str:
    """Give what a message says to the coach of a name, "" if it is not said to it."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    for form in _FORMS:
        found = re.fullmatch(form.replace("{name}", words), text, re.IGNORECASE | re.DOTALL)
        if found and (rest := found["rest"].strip()) and not rest.startswith("/") and re.search(r"\w", rest):
            return rest
    return ""


def _to(turn: Turn, found: list[Coach], question: str) -> Turn:
    message = replace(turn.message, text=question, action=None)
    asked = replace(turn, message=message, called=True, expects="", withdrawn=False)
    if len(found) > 1:
        return replace(asked, namesakes=tuple(coach.coach_id for coach in found))
    return replace(asked, coach=cards.to_card(found[0]))
