"""Me: what is remembered about the person, with the words it rests on, and what else the hub knows of them."""

from __future__ import annotations

import re

from conversation import memory
from conversation.markdown import label, plain
from conversation.memory import Remembered
from conversation.message import Button, Reply
from conversation.people import parting, profile
from conversation.people.parting import Link
from conversation.people.profile import Profile
from conversation.skills import link_words, private
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.speech import LANGUAGES
from conversation.state import Services
from conversation.turn import Outcome, Turn

_ASKS = re.compile(
    r"what (?:do|did) you (?:know|remember|learn)(?: about me)|what have you remembered(?: about me)?"
    r"|who am i|what(?:'s| is) my name"
)
SHOWN = 8
"""Facts with a button of their own."""


class MeSkill(Reading):
    """Answers `/me` and the same in plain words."""

    name = "me"
    commands = (Command("me", "What I remember about you", "user", of_hub=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and the plain question."""
        return argument(turn, "me") is not None or bool(
            _ASKS.fullmatch(turn.text.lower().strip(" ?!.").replace("’", "'"))
        )

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the facts and the settings; where others read along, offer to do so in private."""
        if private.overheard(turn):
            return await private.offer(turn, services)
        user_id = turn.person.user_id
        async with services.database.person(user_id) as connection:
            known = await memory.known(connection, user_id)
            links = await parting.links(connection, user_id)
            settings = await profile.read(connection, user_id)
        text = "\n\n".join([_told(turn, known), _settings(turn, settings, links)] if settings else [_told(turn, known)])
        return Outcome((Reply(text, buttons=_buttons(turn, known)),))


def _told(turn: Turn, known: list[Remembered]) -> str:
    if not known:
        return turn.say(
            "I remember nothing about you yet. Tell me in your own words, such as “I work as a nurse” or "
            "“I prefer short answers”."
        )
    lines = [_line(turn, number, fact) for number, fact in enumerate(known, 1)]
    return turn.say("This is what I remember about you:") + "\n\n" + "\n".join(lines)


def _line(turn: Turn, number: int, fact: Remembered) -> str:
    sentence = f"{number}. {plain(fact.sentence())}"
    if not fact.quote:
        return sentence
    day = link_words.date(turn.speech, fact.said_at)
    return f"{sentence} " + turn.say("*(you said on {date}: “{quote}”)*", date=day, quote=plain(fact.quote))


def _settings(turn: Turn, settings: Profile, links: list[Link]) -> str:
    lines = [turn.say("Language: {language}", language=LANGUAGES.get(settings.language, settings.language))]
    if settings.zone_known:
        lines.append(turn.say("Time zone: {zone}", zone=settings.time_zone))
    else:
        lines.append(turn.say("Time zone: {zone}, until you tell me yours", zone=settings.time_zone))
    if settings.quiet_from != settings.quiet_until:
        lines.append(
            turn.say(
                "Quiet hours: {start} to {end}, when I write nothing unasked",
                start=f"{settings.quiet_from:%H:%M}",
                end=f"{settings.quiet_until:%H:%M}",
            )
        )
    if links:
        places = ", ".join(link_words.place(turn.speech, link.channel, link.name) for link in links)
        lines.append(turn.say("You are linked in: {places}", places=places))
    return "\n".join(f"- {line}" for line in lines)


def _buttons(turn: Turn, known: list[Remembered]) -> tuple[Button, ...]:
    buttons = [
        Button(turn.say("Forget: {fact}", fact=label(fact.sentence())), f"/forget {fact.fact_id}")
        for fact in known[:SHOWN]
    ]
    if len(known) > 1:
        buttons.append(Button(turn.say("Forget all of it"), "/forget"))
    return tuple(buttons)
