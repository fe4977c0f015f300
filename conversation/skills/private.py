"""What is between a person and the hub is not for a group, and not for a bot that a creator brought.

Whoever has the token of a bot can read all that is said in its chats, so what the hub knows of a person from elsewhere
is not said there, and two places are not linked there: a code would be read along, and a button can stand for anything.
Telegram's `protect_content` is no way out: it only takes the buttons away with which people forward and save, and would
promise what it does not hold. https://core.telegram.org/bots/api#sendmessage
"""

from __future__ import annotations

from conversation.message import Button, Reply
from conversation.people import doors
from conversation.state import Services
from conversation.turn import Outcome, Turn


def overheard(turn: Turn) -> bool:
    """Tell whether others read along: a group, or the creator of the bot, whoever writes to it."""
    return turn.coach_bound or not turn.direct


def is_anothers_bot(turn: Turn) -> bool:
    """Tell whether this is the bot of another creator, to whom nothing about the person's own coaches is said."""
    return turn.coach_bound and not turn.coach.own


async def offer(turn: Turn, services: Services) -> Outcome:
    """Offer to go on where nobody reads along: in a direct message, or, from a creator's bot, with the hub itself."""
    return await (_at_the_hub if turn.coach_bound else direct_message)(turn, services)


async def direct_message(turn: Turn, services: Services) -> Outcome:
    """Offer to go on in a direct message, with the way there where it is known."""
    address = turn.message.address
    async with services.database.person(turn.person.user_id) as connection:
        url = await doors.address(connection, address.channel, address.account)
        url = url or await doors.address(connection, address.channel)
    buttons = (Button(turn.say("Write to me"), "", url),) if url else ()
    return Outcome((Reply(turn.say("Let us do this in private: send me a direct message."), buttons=buttons),))


async def _at_the_hub(turn: Turn, services: Services) -> Outcome:
    async with services.database.person(turn.person.user_id) as connection:
        url = await doors.address(connection, turn.message.address.channel)
    if not url:
        elsewhere = turn.say(
            "Whoever made this bot can read what is said here, so I do this only where you talk with the hub itself, "
            "such as [the web chat](/chat)."
        )
        return Outcome((Reply(elsewhere),))
    there = turn.say(
        "Whoever made this bot can read what is said here, so I do this only where you talk with the hub itself. "
        "Please send it to me there."
    )
    return Outcome((Reply(there, buttons=(Button(turn.say("Open the hub's own bot"), "", url),)),))
