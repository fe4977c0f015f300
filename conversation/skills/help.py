"""Help: what the person can do here, by commands and in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from conversation.markdown import plain
from conversation.message import Button, Reply
from conversation.skills import private
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn

_TALKING = ("coaches", "coach", "new", "digest")
_TEACHING = ("creator", "sources", "publish", "stats")
_UNLISTED = ("start", "help")


class HelpSkill(Reading):
    """Answers `/help`."""

    name = "help"
    commands = (Command("help", "What you can do here", "circle-help"),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and the bare word."""
        return argument(turn, "help") is not None or turn.text.lower().strip(" ?!.") == "help"

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Introduce the coach and list what can be done, group by group."""
        from conversation.skills import commands

        creator = turn.person.creator and not private.is_anothers_bot(turn)
        known = [each for each in commands(creator=creator, bound=turn.coach_bound) if each.name not in _UNLISTED]
        blocks = [
            turn.say(
                "I am **{coach}**. Ask me in your own words: I answer from my sources, and each number opens the "
                "passage behind it.",
                coach=plain(turn.coach.name),
            ),
            _group(turn, turn.say("**Talking**"), [each for each in known if each.name in _TALKING]),
            _group(turn, turn.say("**Teaching**: send a file or a link"), [e for e in known if e.name in _TEACHING]),
            _group(turn, turn.say("**You**"), [e for e in known if e.name not in (*_TALKING, *_TEACHING)]),
            _who_reads(turn),
        ]
        if services.chat.offline:
            blocks.append(
                turn.say("This hub runs in offline mode: no language model is connected, so answers quote the sources.")
            )
        return Outcome((Reply("\n\n".join(filter(None, blocks)), buttons=_buttons(turn)),))


def _who_reads(turn: Turn) -> str:
    if turn.coach_bound:
        return turn.say(
            "Whoever made this bot can read what is said here. What you told other coaches stays out of it, and what I "
            "hold of you I show only where you talk with the hub itself."
        )
    return turn.say(
        "Who made a coach sees which questions it could not answer and which answers people disliked, never who "
        "asked. Nobody reads your chats."
    )


def _group(turn: Turn, title: str, listed: Sequence[Command]) -> str:
    lines = [f"- `/{each.name}` – {each.described(turn.speech)}" for each in listed]
    return "\n".join([title, "", *lines]) if lines else ""


def _buttons(turn: Turn) -> tuple[Button, ...]:
    show = () if turn.coach_bound else (Button(turn.say("Show the coaches"), "/coaches"),)
    if turn.coach.own:
        return (*show, Button(turn.say("My coach's sources"), "/sources"))
    if turn.coach_bound:
        return ()
    return (*show, Button(turn.say("Make a coach"), "/creator"))
