"""Unlink: take one of the places away where a person is known."""

from __future__ import annotations

from conversation.message import Button, Reply
from conversation.people import linking, merging, parting
from conversation.people.parting import Link
from conversation.skills import link_words, private
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn


class UnlinkSkill(Reading):
    """Answers `/unlink` and `/unlink PLACE`, asking first."""

    name = "unlink"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take the command."""
        return argument(turn, "unlink") is not None

    async def question(self, turn: Turn, services: Services) -> Reply | None:
        """Say what will go where before it goes."""
        links = [] if private.overheard(turn) else await _links(turn, services)
        link = _meant(turn, links)
        if link is None or len(links) < 2:
            return None
        async with services.database.system() as connection:
            undoes = await parting.joined_with(connection, turn.person.user_id, link)
        if link.email and not undoes:
            return None
        name = link_words.place(turn.speech, link.channel, link.name)
        if undoes:
            text = turn.say("Shall I undo the link with {name}? Each side gets back what it had before.", name=name)
        else:
            text = turn.say(
                "Shall I unlink {name}? Its threads go with it, to somebody I know nothing about. What I remember of "
                "you, your coaches and their sources stay here.",
                name=name,
            )
        return Reply(text, buttons=(Button(turn.say("Yes, unlink it"), ""),))

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """List the places, or take one away."""
        if private.overheard(turn):
            return await private.offer(turn, services)
        links = await _links(turn, services)
        link = _meant(turn, links)
        if link is None:
            joins = await linking.undoable(services.database, turn.person.user_id)
            return Outcome((link_words.listing(turn.speech, links, joins),))
        async with services.database.system() as connection:
            parted = await parting.part(connection, turn.person.user_id, link.key, turn.derive("person"))
            await merging.notify(connection)
        return Outcome((Reply(_told(turn, link, parted)),))


async def _links(turn: Turn, services: Services) -> list[Link]:
    async with services.database.person(turn.person.user_id) as connection:
        return await parting.links(connection, turn.person.user_id)


def _meant(turn: Turn, links: list[Link]) -> Link | None:
    """Find the place that is meant, by its key or by the name of its channel if there is one of it."""
    wanted = (argument(turn, "unlink") or "").lower()
    named = [link for link in links if link.channel == wanted]
    return next((link for link in links if link.key == wanted), named[0] if len(named) == 1 else None)


def _told(turn: Turn, link: Link, parted: parting.Parted) -> str:
    place = link_words.channel_name(turn.speech, link.channel)
    match parted:
        case "undone":
            return turn.say("Undone: you are two people again, and each has what it had before.")
        case "parted":
            return turn.say("Unlinked: {channel}. What I remember of you stayed with you.", channel=place)
        case "last":
            return turn.say("This is the only place where I know you, so there is nothing to unlink.")
        case "account":
            return turn.say(
                "Your account on the web holds what is yours, so it stays. Unlink the other place instead, or delete "
                "the account on its profile page."
            )
        case "unknown":
            return turn.say("I do not know that place. Send `/link` to see where you are linked.")
