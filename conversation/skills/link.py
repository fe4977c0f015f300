"""Link: one person on many channels, with a code from one chat that is sent in another."""

from __future__ import annotations

import re
from math import ceil

from conversation.message import Reply
from conversation.people import doors, linking, parting
from conversation.people.errors import TooManyAttempts
from conversation.people.linking import Entry, Join, Side
from conversation.people.merging import Keep
from conversation.skills import link_words, private
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument, as_uuid
from conversation.state import Services
from conversation.turn import Outcome, Turn

_DEEP = re.compile(r"/start\s+link_(\S{1,60})", re.IGNORECASE)
_ANSWER = re.compile(r"(yes|no|undo|keep (?:both|here|there)) ([0-9a-f-]{36})")
_KEEP: dict[str, Keep] = {"keep both": "both", "keep here": "here", "keep there": "there"}
NEW = "new"


def deep_link_code(text: str) -> str:
    """Give the code that a deep link hands in with `/start link_CODE`; "" if the message is another."""
    found = _DEEP.fullmatch(text.strip())
    return found[1] if found else ""


def brings_code(turn: Turn) -> bool:
    """Tell whether somebody hands in a code, which a stranger may do on a private hub as well."""
    typed = deep_link_code(turn.text) or argument(turn, "link") or ""
    return turn.direct and bool(linking.code_in(typed))


class LinkSkill(Reading):
    """Answers `/link`, `/link CODE`, the bare code right after, `/start link_CODE`, and the buttons of a joining.

    Joining is a transaction of its own that a turn may do again: then it finds itself done and says the same.
    """

    name = "link"
    commands = (Command("link", "Be the same person in another chat", "link", of_hub=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command, a deep link with a code, and a code by itself where linking was just spoken of."""
        return argument(turn, "link") is not None or bool(deep_link_code(turn.text)) or bool(_bare_code(turn))

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Give a code, take one, or go on with what was asked about one."""
        if private.overheard(turn):
            return await private.offer(turn, services)
        if offered := linking.code_in(deep_link_code(turn.text)):
            return Outcome((link_words.sure(turn.speech, offered),))
        wanted = deep_link_code(turn.text) or _bare_code(turn) or argument(turn, "link") or ""
        if found := _ANSWER.fullmatch(wanted.lower()):
            return Outcome((await _decide(turn, services, found[1], found[2]),))
        if wanted and wanted.lower() != NEW:
            return Outcome((Reply(await _enter(turn, services, wanted)),))
        if not wanted and (listed := await _listed(turn, services)):
            return Outcome((listed,))
        return Outcome((await _code(turn, services),))


def _bare_code(turn: Turn) -> str:
    """Give the code that a message consists of, if one of the last two messages spoke of linking."""
    spoken_of = any("/link" in said.text for said in turn.history[-2:])
    return linking.code_in(turn.text) if spoken_of and not turn.message.action else ""


def _side(turn: Turn) -> Side:
    """Tell where this is and what the person is called here."""
    return Side(turn.message.address.channel, turn.message.author.name or turn.person.name)


async def _listed(turn: Turn, services: Services) -> Reply | None:
    """List where the person is known; None while it is here alone."""
    async with services.database.person(turn.person.user_id) as connection:
        links = await parting.links(connection, turn.person.user_id)
    if len(links) < 2:
        return None
    return link_words.listing(turn.speech, links, await linking.undoable(services.database, turn.person.user_id))


async def _code(turn: Turn, services: Services) -> Reply:
    made = await linking.issue(services.database, turn.person.user_id, turn.conversation_id, _side(turn))
    async with services.database.person(turn.person.user_id) as connection:
        elsewhere = turn.message.address.channel != "telegram"
        address = await doors.with_code(connection, "telegram", made) if elsewhere else ""
    return link_words.code(turn.speech, made, address, web=turn.message.address.channel == "web")


async def _enter(turn: Turn, services: Services, typed: str) -> str:
    """Take a code, and ask on the first channel."""
    entry = Entry(
        join_id=turn.derive("join"),
        code=linking.code_in(typed) or typed[:40],
        user_id=turn.person.user_id,
        conversation_id=turn.conversation_id,
        side=_side(turn),
    )
    try:
        entered = await linking.enter(services.database, entry)
    except TooManyAttempts as error:
        return turn.count(
            "Those were too many codes. Please wait a minute and try again.",
            "Those were too many codes. Please wait {n} minutes and try again.",
            ceil(error.retry_after / 60),
        )
    if not isinstance(entered, Join):
        return link_words.refused(turn.speech, entered)
    await link_words.tell(services.database, entered.asked_in, "ask", "question", entered)
    return link_words.waiting(turn.speech, entered)


async def _decide(turn: Turn, services: Services, word: str, join_id: str) -> Reply:
    """Do what a button of a joining says."""
    found = as_uuid(join_id)
    if found is None:
        return Reply(turn.say("That question is no longer open."))
    database, user_id = services.database, turn.person.user_id
    if word == "undo":
        return await _undo(turn, services, join_id)
    answer = await linking.answer(database, found, user_id, yes=word != "no", keep=_KEEP.get(word))
    async with database.system() as connection:
        join = await linking.find(connection, found)
    if join is None:
        return Reply(turn.say("That question is no longer open."))
    if answer in ("joined", "refused"):
        await link_words.tell(database, join.entered_in, "answer", answer, join)
    return link_words.answered(turn.speech, join, answer)


async def _undo(turn: Turn, services: Services, join_id: str) -> Reply:
    found = as_uuid(join_id)
    undone = await linking.undo(services.database, found, turn.person.user_id) if found else "nobody"
    if undone == "undone":
        return Reply(turn.say("Undone: you are two people again, and each has what it had before."))
    if undone == "late":
        return Reply(turn.say("This can no longer be undone. `/unlink` takes a place away from you."))
    return Reply(turn.say("That question is no longer open."))
