"""Calling: in a group, a message that begins with the name of a coach is answered by that coach, this once.

The coach of the group stays who it is; a thread stays with the coach that was called last. Who can be called is whom
the group may see: a coach that somebody keeps for themselves is no coach of a group they are in. An “@” before the
name calls any of them; without it only one that the group knows, for what anybody named a coach may begin a sentence.
Whoever names us, and then a coach that the group does not know yet, is offered to ask that one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from conversation import coaches, threads
from conversation.coaches import Coach, cards
from conversation.markdown import label, plain
from conversation.message import Button, Reply
from conversation.skills import card
from conversation.skills.skill import argument, as_uuid
from conversation.turn import Turn
from knowledge.db import Connection

_FORMS = (
    r"(?P<at>@?){name}\s*(?P<mark>[,:;،，：])\s*(?P<rest>.+)",
    r"(?:please\s+)?ask\s+(?P<at>@?){name}\b(?P<mark>[\s,:]*)(?P<rest>.+)",
    r"(?:bitte\s+)?frage?\s+(?P<at>@?){name}\b(?P<mark>[\s,:]*)(?P<rest>.+)",
    r"(?:por favor,?\s+)?preg[uú]nta(?:le)?\s+a\s+(?P<at>@?){name}\b(?P<mark>[\s,:]*)(?P<rest>.+)",
    r"(?:пожалуйста,?\s+)?спроси(?:те)?\s+(?:у\s+)?(?P<at>@?){name}\b(?P<mark>[\s,:]*)(?P<rest>.+)",
    r"(?P<at>@?){name}\s+से\s+पूछ(?:ो|िए|ें)(?P<mark>[\s,:]*)(?P<rest>.+)",
    r"(?P<at>@){name}(?P<mark>\s+)(?P<rest>.+)",
)
"""How somebody begins a message to a coach; the first and the last work in any language."""
_WORDS = """
a ah and anyone anybody but dear everybody everyone folks first finally guys hello hey hi hm hmm however i it listen
look maybe me no now oh ok okay one please really right sadly say so sorry sure thanks that the them then there they
this today tomorrow us wait we well what why wow yeah yes you aber ach also bitte da danke das du er es euch
eigentlich genau gut hallo ich ihr ihn ihm ja klar leute mal mich mir moin na nein nun naja schade sie tja uns und
warte was wir wen wer bien bueno claro con ella ellos entonces eso esto gracias hola hombre mira mí mi nosotros oiga
oye perdón pero por pues que qué sí si también todos tú tu usted vale vamos ya yo а ага ах благодарю блин вас все вы
да давай друзья ещё здравствуйте и извините итак кстати меня мне мы на нас нет ну но ой ок он она они понятно
послушай привет простите ребята слушай спасибо так тебя ты хорошо что эй это я अच्छा अब अरे आप आज और क्या जी तुम तो
दोस्तो धन्यवाद नमस्ते नहीं बस माफ़ मुझ मुझे मैं यह ये वह वाह वे सुनो सब हम हाँ हां हे
"""
_COMMON = frozenset(_WORDS.split())
"""Words that begin a sentence without naming anybody, in our languages."""
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
    nearly: tuple[UUID, str, str] | None = None
    for coach in found:
        rest, sure = _behind(coach.name, turn.text)
        if rest:
            same = [each for each in found if each.name.lower() == coach.name.lower()]
            if meant := [each for each in same if each.coach_id == turn.coach.coach_id] or (
                same if sure else await _known(connection, turn, same)
            ):
                return _to(turn, meant, rest)
            if len(same) == 1:  # namesakes are told apart only for who calls them with an “@”
                nearly = nearly or (coach.coach_id, coach.name, rest)
    return replace(turn, nearly=nearly) if turn.message.addressed else turn


def offer(turn: Turn) -> tuple[Button, ...]:
    """Offer the coach that may have been meant."""
    if turn.nearly is None:
        return ()
    coach_id, name, question = turn.nearly
    return (Button(turn.say("Ask {coach}", coach=label(name)), f"/ask {coach_id} {question}"),)


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


async def _known(connection: Connection, turn: Turn, found: list[Coach]) -> list[Coach]:
    """Keep those that the group has, or had, something to do with."""
    known = await threads.known(connection, turn.message.address, [coach.coach_id for coach in found])
    return [coach for coach in found if coach.coach_id in known]


def _behind(name: str, text: str) -> tuple[str, bool]:
    """Give what a message says to the coach of a name, "" if nothing, and whether an “@” makes that sure."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    for form in _FORMS:
        found = re.fullmatch(form.replace("{name}", words), text, re.IGNORECASE | re.DOTALL)
        if found is None or not _is_name(name, found):
            continue
        if (rest := found["rest"].strip()) and not rest.startswith("/") and re.search(r"\w", rest):
            return rest, bool(found["at"])
    return "", False


def _is_name(name: str, found: re.Match[str]) -> bool:
    """Tell a name from a word: by an “@”, or by several words or a mark behind one that is not in everybody's mouth."""
    one = len(name.split()) == 1
    return bool(found["at"]) or (not one or (bool(found["mark"].strip()) and name.strip().lower() not in _COMMON))


def _to(turn: Turn, found: list[Coach], question: str) -> Turn:
    message = replace(turn.message, text=question, action=None)
    asked = replace(turn, message=message, called=True, expects="", withdrawn=False)
    if len(found) > 1:
        return replace(asked, namesakes=tuple(coach.coach_id for coach in found))
    return replace(asked, coach=cards.to_card(found[0]))
