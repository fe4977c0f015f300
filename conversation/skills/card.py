"""Card: what people see of a coach, and how its creator changes it, one question at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from conversation import coaches
from conversation.coaches import Coach, cards, guide
from conversation.markdown import BREAK, label, plain
from conversation.message import Button, Reply
from conversation.skills import private
from conversation.skills.skill import Command, argument, as_uuid, expected
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

LIMITS = {"about": 300, "tone": 600, "avatar": 40, "name": coaches.NAME_LIMIT}
"""Characters of each thing that can be changed."""
SUGGESTED = 4
"""Questions that are suggested where a platform has a place for them."""
_COLUMNS = {"about": "description", "tone": "persona", "avatar": "avatar", "name": "name"}
_MINE = r"(?:my|this|the) coach"
_WISHES = {
    "name": rf"(?:please )?(?:rename {_MINE} (?:to|as)|call {_MINE}) (?P<value>.+)",
    "about": rf"(?:please )?describe {_MINE}(?:(?: as|:) (?P<value>.+))?",
    "avatar": rf"(?:please )?(?:set|change) (?:the |its )?(?:avatar|picture)(?: of {_MINE})?(?: to (?P<value>.+))?",
    "delete": rf"(?:please )?delete {_MINE}",
}


class CardSkill:
    """Answers `/card WHAT COACH VALUE`, the buttons of a creator's card, and the same in plain words."""

    name = "card"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take the buttons, and plain wishes about the coach one talks with, if it is one's own."""
        return argument(turn, "card") is not None or (turn.coach.own and _wish(turn) is not None)

    async def question(self, turn: Turn, services: Services) -> Reply | None:
        """Ask before a coach is deleted."""
        what, coach, _ = await self._meant(turn, services)
        if what != "delete" or coach is None or not coach.own:
            return None
        ask = turn.say(
            "Shall I delete **{coach}** with everything it has learned? This cannot be undone.", coach=plain(coach.name)
        )
        return Reply(ask, buttons=(Button(turn.say("Yes, delete it"), ""),))

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Ask for a line of the card, or change it and go on to the next."""
        if not turn.direct or private.is_anothers_bot(turn):
            return await private.offer(turn, services)
        what, coach, value = await self._meant(turn, services)
        if coach is None:
            return Outcome((Reply(turn.say("That coach is no longer there for you.")),))
        if not coach.own:
            return Outcome((Reply(turn.say("**{coach}** is not yours.", coach=plain(coach.name))),))
        if what == "delete":
            gone = turn.say("I have deleted **{coach}**.", coach=plain(coach.name))
            return Outcome((Reply(gone),), ({"coach_id": str(coach.coach_id), "delete": True},))
        if what not in LIMITS:
            return Outcome((shown(turn, coach),))
        if not value:
            return Outcome((asking(turn, what, coach.coach_id, coach.name),))
        async with services.database.person(turn.person.user_id) as connection:
            taken = [*await coaches.own(connection), *await coaches.named(connection, guide.NAME)]
        return _changed(turn, what, coach, value, [each for each in taken if each.own or each.guide])

    async def _meant(self, turn: Turn, services: Services) -> tuple[str, Coach | None, str]:
        """Tell what is to be changed, of which coach, and to what."""
        what, coach_id, value = _read(turn)
        if coach_id is None or not turn.direct or private.is_anothers_bot(turn):
            return what, None, value
        async with services.database.person(turn.person.user_id) as connection:
            return what, await coaches.find(connection, coach_id), value

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change the card, or delete the coach."""
        coach_id = UUID(work["coach_id"])
        if work.get("delete"):
            await coaches.delete(connection, coach_id)
        else:
            await coaches.describe(connection, coach_id, **work["card"])


def lines(turn: Turn, coach: Coach) -> str:
    """Show a coach in a few lines: its picture, its name, what it is good at, and how much it knows."""
    head = f"{cards.avatar(coach)} **{plain(coach.name)}**"
    about = plain(cards.about(turn.speech, coach))
    said = [f"{head} – {about}" if about else head]
    if coach.topics:
        said.append(turn.say("Topics: {topics}.", topics=", ".join(plain(topic) for topic in coach.topics)))
    marks = [turn.count("{n} source", "{n} sources", coach.documents)]
    if coach.own:
        marks.insert(0, turn.say("yours, published") if coach.published else turn.say("yours, private"))
    if coach.coach_id == turn.coach.coach_id:
        marks.append(turn.say("you are talking with this one"))
    return BREAK.join([*said, f"*{' · '.join(marks)}*"])


def shown(turn: Turn, coach: Coach) -> Reply:
    """Show the card of one coach, with all that its creator can do about it."""
    buttons = tries(turn, coach, 3)
    if coach.coach_id != turn.coach.coach_id and not turn.coach_bound:
        buttons.insert(0, Button(turn.say("Talk with {coach}", coach=coach.name), f"/coach {coach.coach_id}"))
    if coach.own and turn.direct:
        buttons += _tools(turn, coach)
    others = [] if turn.coach_bound else [Button(turn.say("Show the coaches"), "/coaches")]
    suggests = suggested(turn, coach) if coach.coach_id == turn.coach.coach_id else ()
    return Reply(lines(turn, coach), buttons=(*buttons, *others), suggests=suggests)


def tries(turn: Turn, coach: Coach, most: int) -> list[Button]:
    """Offer questions that a coach can answer, out of its own sources."""
    return [
        Button(turn.say("Try: {question}", question=label(question, 60)), f"/ask {coach.coach_id} {question}")
        for question in coach.questions[:most]
    ]


def first_question(turn: Turn, *, guide: bool) -> Button:
    """Give something to ask a coach whose documents suggest no question; the guide's handbook answers in English."""
    if guide:
        return Button(turn.say("How do citations work?"), "How do citations work?")
    return Button(turn.say("What can you do?"), "what can you do")


def suggested(turn: Turn, coach: Coach) -> tuple[Button, ...]:
    """Give questions that somebody may ask the coach they talk with, to be said as they stand."""
    questions = tuple(Button(label(question, 60), question) for question in coach.questions[:SUGGESTED])
    return questions or (first_question(turn, guide=coach.guide),)


def _tools(turn: Turn, coach: Coach) -> list[Button]:
    at = coach.coach_id
    publish = (
        Button(turn.say("Make it private"), f"/unpublish {at}")
        if coach.published
        else Button(turn.say("Publish"), f"/publish {at}")
    )
    return [
        publish,
        Button(turn.say("Describe it"), f"/card about {at}"),
        Button(turn.say("Change the picture"), f"/card avatar {at}"),
        Button(turn.say("Rename"), f"/card name {at}"),
        Button(turn.say("Questions it got"), f"/stats {at}"),
        Button(turn.say("Delete"), f"/card delete {at}"),
    ]


def asking(turn: Turn, what: str, coach_id: UUID, name: str) -> Reply:
    """Ask for one line of a card; the next message is the answer."""
    coach = plain(name)
    ask = {
        "about": turn.say("What is **{coach}** good at? One sentence is enough; it stands on its card.", coach=coach),
        "tone": turn.say("How should **{coach}** speak? Choose one, or say it in your own words.", coach=coach),
        "avatar": turn.say("Send me one emoji: it becomes the picture of **{coach}**.", coach=coach),
        "name": turn.say("What should **{coach}** be called from now on?", coach=coach),
    }[what]
    buttons: list[Button] = []
    if what == "tone":
        tones = (turn.say("Warm and patient"), turn.say("Brief and to the point"), turn.say("Playful, with humour"))
        buttons = [Button(tone, f"/card tone {coach_id} {tone}") for tone in tones]
    skip = {"about": f"/card tone {coach_id}", "tone": f"/card show {coach_id}"}.get(what, f"/card show {coach_id}")
    return Reply(ask, buttons=(*buttons, Button(turn.say("Skip"), skip)), expects=f"card:{what}:{coach_id}")


def _changed(turn: Turn, what: str, coach: Coach, value: str, own: list[Coach]) -> Outcome:
    wrong = _wrong(turn, what, coach, value, own)
    if wrong:
        return Outcome((Reply(wrong, expects=f"card:{what}:{coach.coach_id}"),))
    change = {_COLUMNS[what]: value}
    work = ({"coach_id": str(coach.coach_id), "card": change},)
    if what == "about":
        return Outcome((asking(turn, "tone", coach.coach_id, coach.name),), work)
    name = plain(value if what == "name" else coach.name)
    done = turn.say("The card of **{coach}** is up to date.", coach=name)
    look = Button(turn.say("Show the card"), f"/card show {coach.coach_id}")
    return Outcome((Reply(done, buttons=(look,), coach_name=value if what == "name" else coach.name),), work)


def _wrong(turn: Turn, what: str, coach: Coach, value: str, own: list[Coach]) -> str:
    """Say what is wrong with a new line of a card, "" for nothing."""
    if len(value) > LIMITS[what]:
        return turn.say(
            "That has {n} characters; {limit} are the most. Please shorten it.", n=len(value), limit=LIMITS[what]
        )
    if what == "avatar" and cards.to_avatar(value) is None:
        return turn.say("Please send one emoji and nothing else, such as 🦉.")
    if what == "name" and any(each.name.lower() == value.lower() for each in own if each.coach_id != coach.coach_id):
        return turn.say("There is a coach called **{name}** already. Choose another name.", name=plain(value))
    return ""


def _read(turn: Turn) -> tuple[str, UUID | None, str]:
    given = argument(turn, "card")
    if given is not None:
        what, _, rest = given.partition(" ")
        coach, _, value = rest.partition(" ")
        return what, as_uuid(coach), _clean(what, value)
    asked = expected(turn, "card")
    if asked is not None:
        what, _, coach = asked.partition(":")
        return what, as_uuid(coach), _clean(what, turn.text)
    what, value = _wish(turn) or ("show", "")
    return what, turn.coach.coach_id, _clean(what, value)


def _wish(turn: Turn) -> tuple[str, str] | None:
    for what, pattern in _WISHES.items():
        found = re.fullmatch(pattern, turn.text.rstrip(" .!"), re.IGNORECASE)
        if found:
            return what, found.groupdict().get("value") or ""
    return None


def _clean(what: str, value: str) -> str:
    return cards.to_name(value) if what == "name" else " ".join(value.split())
