"""Language: in which language the hub speaks with a person, or in a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversation.message import Button, Reply
from conversation.people import profile
from conversation.skills.skill import Command, argument
from conversation.speech import LANGUAGES, Speech, nearest
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection


class LanguageSkill:
    """Answers `/language` and `/language NAME`."""

    name = "language"
    commands = (Command("language", "The language I speak with you", "languages"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command."""
        return argument(turn, "language") is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Offer the languages, or change to one; in a group its admins choose."""
        if not (turn.direct or turn.message.by_admin):
            return Outcome((Reply(turn.say("In a group, its admins choose the language.")),))
        wanted = argument(turn, "language") or ""
        language = _meant(wanted)
        if not language:
            return Outcome((_offer(turn, wanted),))
        return Outcome((Reply(_chosen(Speech(language))),), ({"language": language},))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Keep the choice."""
        await profile.choose_language(connection, turn.person.user_id, work["language"])


def _meant(wanted: str) -> str:
    """Find a language by its tag, its own name, or its English one."""
    from babel import Locale

    words = wanted.strip().lower()
    for tag, name in LANGUAGES.items():
        if words in (name.lower(), (Locale.parse(tag).get_display_name("en") or "").lower()):
            return tag
    return nearest(words) if len(words) == 2 or "-" in words or "_" in words else ""


def _offer(turn: Turn, wanted: str) -> Reply:
    now = LANGUAGES.get(turn.person.language, turn.person.language)
    text = turn.say("I speak {language} with you. Choose another:", language=now)
    if wanted:
        text = turn.say("I do not speak that language yet. These I do:")
    others = [(tag, name) for tag, name in LANGUAGES.items() if wanted or tag != turn.person.language]
    return Reply(text, buttons=tuple(Button(name, f"/language {tag}") for tag, name in others))


def _chosen(speech: Speech) -> str:
    return speech.say("From now on I speak English with you.")
