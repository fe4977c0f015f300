"""Bot: a creator's own Telegram bot becomes one of their coaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from conversation import bots, coaches, installations
from conversation.bots import CHANNEL, BotIdentity
from conversation.coaches import Coach
from conversation.errors import BotTaken, ChannelError
from conversation.installations import Installation
from conversation.markdown import plain
from conversation.message import Button, Reply
from conversation.skills import private
from conversation.skills.invitation import InvitationSkill
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection
from knowledge.errors import HubError

_log = structlog.get_logger(__name__)

_REMOVE = "remove"
_OFFERED = 6
_MASKED: dict[str, Any] = {"mask": True}


class BotSkill:
    """Answers `/bot`, `/bot TOKEN`, `/bot remove NAME`, and a message of @BotFather that somebody pasted.

    A token that stands in a message is taken out of what we keep, whatever becomes of it.
    """

    name = "bot"
    commands = (Command("bot", "Make a Telegram bot of your own your coach", "bot", creators=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command, and whatever has a token in it: nothing else shall see it."""
        return argument(turn, "bot") is not None or bots.token_in(turn.message.text) is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List, bring or remove bots."""
        token = bots.token_in(turn.message.text)
        if token is None:
            return await _without_token(turn, services)
        try:
            outcome = await _with_token(turn, services, token)
        except HubError as error:  # trying again would keep the token meanwhile
            _log.error("bot.not_brought", reason=type(error).__name__)
            again = turn.say("Something went wrong on my side. Please send the token again in a few minutes.")
            outcome = _refused(turn, Reply(again))
        return replace(outcome, work=(*outcome.work, _MASKED))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Write down what was brought, forget what was removed, and mask what was written."""
        if "mask" in work:
            return await bots.mask(connection, turn.conversation_id, turn.inbox_id)
        await installations.remove_own(connection, CHANNEL, work["account"])
        if "sealed" in work:
            bot = Installation(CHANNEL, work["account"], work["name"])
            bot = replace(bot, user_id=turn.person.user_id, coach_id=UUID(work["coach_id"]))
            if not await installations.add_own(connection, bot, work["sealed"]):
                raise BotTaken


async def _without_token(turn: Turn, services: Services) -> Outcome:
    if not turn.direct or private.is_anothers_bot(turn):
        return await private.offer(turn, services)
    word, _, named = (argument(turn, "bot") or "").partition(" ")
    async with services.database.person(turn.person.user_id) as connection:
        own = await installations.own(connection, CHANNEL)
        made = await coaches.own(connection)
    if word.lower() == _REMOVE:
        return _removed(turn, own, named.strip().removeprefix("@").lower())
    if not turn.person.creator:
        return Outcome((_creators_only(turn),))
    if word:
        no_token = turn.say("This is no token of a bot: one is a number, a colon and about 35 letters and digits.")
        return Outcome((Reply(f"{no_token} {_how(turn)}"),))
    return Outcome((_listed(turn, own, made),))


async def _with_token(turn: Turn, services: Services, token: str) -> Outcome:
    """Bring a bot, or say why not."""
    if not turn.direct:
        exposed = turn.say(
            "Everybody here has read this token, and whoever has it can speak as your bot: take it back at @BotFather "
            "with `/revoke`, and send me the new one in a direct message."
        )
        return Outcome((Reply(exposed),))
    if private.is_anothers_bot(turn):
        return Outcome((Reply(_read_along(turn)),))
    if not turn.person.roles:
        asked = await InvitationSkill().run(turn, services)
        return _refused(turn, asked.replies[0])
    if not turn.person.creator:
        return _refused(turn, _creators_only(turn))
    if services.bots is None:
        closed = turn.say("This hub takes no bots of others: whoever runs it has to set an encryption key first.")
        return _refused(turn, Reply(closed))
    if not turn.coach.own:
        return _refused(turn, await _not_yours(turn, services))
    try:
        found = await services.bots.check(token)
    except ChannelError:
        away = turn.say("I cannot reach Telegram now. Please send the token again in a few minutes.")
        return _refused(turn, Reply(away))
    if found is None:
        unknown = turn.say("Telegram does not know this token. Copy it anew from @BotFather.")
        return _refused(turn, Reply(unknown))
    if await services.bots.taken(found.account, turn.person.user_id):
        taken = turn.say("@{bot} is connected to this hub already, and not by you.", bot=plain(found.name))
        return _refused(turn, Reply(taken))
    return _brought(turn, found, services.bots.sealed(Installation(CHANNEL, found.account, secrets={"token": token})))


def _read_along(turn: Turn) -> str:
    return turn.say(
        "Whoever made this bot can read what is said here, this token too, and whoever has it can speak as your bot: "
        "take it back at @BotFather with `/revoke`, and send the new one where you talk with the hub itself."
    )


def _brought(turn: Turn, found: BotIdentity, sealed: str) -> Outcome:
    coach = turn.coach
    said = [
        turn.say(
            "@{bot} is **{coach}** now: whoever writes to it talks with this coach alone.",
            bot=plain(found.name),
            coach=plain(coach.name),
        )
    ]
    buttons = [Button(turn.say("Open @{bot}", bot=found.name), "", found.url)]
    if not coach.published:
        said.append(turn.say("The coach is private, so the bot answers nobody but you until you publish it."))
        buttons.append(Button(turn.say("Publish"), f"/publish {coach.coach_id}"))
    said.append(_delete_it(turn))
    bot = {"account": found.account, "name": found.name, "coach_id": str(coach.coach_id), "sealed": sealed}
    return Outcome((Reply(" ".join(said), buttons=tuple(buttons)),), (bot,))


def _refused(turn: Turn, reply: Reply) -> Outcome:
    return Outcome((replace(reply, text=f"{reply.text}\n\n{_delete_it(turn)}"),))


def _delete_it(turn: Turn) -> str:
    return turn.say(
        "I keep the token sealed at most, and have taken it out of our conversation. Delete your message with it here "
        "as well: whoever has the token can speak as the bot."
    )


def _removed(turn: Turn, own: list[Installation], named: str) -> Outcome:
    meant = [bot for bot in own if not named or named in (bot.account, bot.name.lower())]
    if not meant:
        return Outcome((Reply(turn.say("You have no such bot here.")),))
    if len(meant) > 1:
        buttons = [_remove(turn, bot) for bot in meant[:_OFFERED]]
        return Outcome((Reply(turn.say("Which of your bots shall I remove?"), buttons=tuple(buttons)),))
    said = turn.say(
        "@{bot} is no longer connected to this hub, and I have forgotten its token. What people said to it stays in "
        "their conversations.",
        bot=plain(meant[0].name),
    )
    return Outcome((Reply(said),), ({"account": meant[0].account},))


def _listed(turn: Turn, own: list[Installation], made: list[Coach]) -> Reply:
    if not own:
        return Reply(_how(turn))
    names = {coach.coach_id: coach.name for coach in made}
    lines = [
        f"- @{plain(bot.name)}: **{plain(names[bot.coach_id])}**"
        for bot in own
        if bot.coach_id and bot.coach_id in names
    ]
    head = turn.say("These bots of yours are coaches:")
    buttons = [_remove(turn, bot) for bot in own[:_OFFERED]]
    return Reply("\n\n".join([head, "\n".join(lines), _how(turn)]), buttons=tuple(buttons))


def _remove(turn: Turn, bot: Installation) -> Button:
    return Button(turn.say("Remove @{bot}", bot=bot.name), f"/bot {_REMOVE} {bot.account}")


def _how(turn: Turn) -> str:
    return turn.say(
        "To make a Telegram bot of your own one of your coaches: talk with that coach, make a bot at @BotFather with "
        "`/newbot`, and paste its answer here, or send `/bot` and the token."
    )


def _creators_only(turn: Turn) -> Reply:
    said = turn.say("Bots of their own are for people who have made a coach.")
    return Reply(said, buttons=(Button(turn.say("Make a coach"), "/creator"),))


async def _not_yours(turn: Turn, services: Services) -> Reply:
    async with services.database.person(turn.person.user_id) as connection:
        own = await coaches.own(connection)
    said = turn.say(
        "**{coach}** is not yours, and a bot can only be a coach that you made. Change over to one of yours, then send "
        "the token again.",
        coach=plain(turn.coach.name),
    )
    buttons = [Button(turn.say("Talk with {coach}", coach=c.name), f"/coach {c.coach_id}") for c in own[:_OFFERED]]
    return Reply(said, buttons=tuple(buttons) or (Button(turn.say("Make a coach"), "/creator"),))
