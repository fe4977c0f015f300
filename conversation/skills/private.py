"""What is between a person and the hub is not for a group: there it is offered in private."""

from __future__ import annotations

from conversation.message import Button, Reply
from conversation.people import doors
from conversation.state import Services
from conversation.turn import Outcome, Turn


async def offer(turn: Turn, services: Services) -> Outcome:
    """Offer to go on in a direct message, with the way there where it is known."""
    address = turn.message.address
    async with services.database.person(turn.person.user_id) as connection:
        url = await doors.address(connection, address.channel, address.account)
        url = url or await doors.address(connection, address.channel)
    buttons = (Button(turn.say("Write to me"), "", url),) if url else ()
    return Outcome((Reply(turn.say("Let us do this in private: send me a direct message."), buttons=buttons),))
