"""Digest: what is new, sent at the time a person chooses, where they asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from conversation.digests import orders, replies, store, wording, zones
from conversation.digests.errors import DigestError, NoSuchZone, Unclear
from conversation.digests.making import Maker
from conversation.digests.orders import Come, Hush, Now, Order, Snooze, Switch
from conversation.digests.schedule import EVERY_DAY, Schedule, next_after
from conversation.digests.store import FIRST, Digest, Kind, Recipient
from conversation.digests.wording import Wish
from conversation.message import Reply
from conversation.proactive import Quiet
from conversation.skills import private
from conversation.skills.skill import Command, argument, expected
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge.db import Connection

MORNING = time(8)
"""When a digest comes if only its days were said."""
_WORDS_OF_A_ZONE = 3


@dataclass(frozen=True, slots=True)
class _View:
    """What is set at the moment."""

    to: Recipient
    personal: Digest | None
    creator: Digest | None


class DigestSkill:
    """Answers `/digest …`, its buttons, and wishes for a digest in plain words."""

    name = "digest"
    commands = (
        Command("digest", "What is new, at the time you choose: /digest daily 08:00", "newspaper", of_hub=True),
    )

    def matches(self, turn: Turn) -> bool:
        """Take the command, a message that is nothing but days and a time, and one that wants no digest any more."""
        return argument(turn, "digest") is not None or _plain(turn) is not None or orders.stops(turn.text)

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Show or change what is set, or make a digest at once; what all coaches tell is not for a creator's bot."""
        if turn.direct and private.overheard(turn):
            return await private.offer(turn, services)
        async with services.database.person(turn.person.user_id) as connection:
            view = await _read(connection, turn)
        try:
            return await _do(turn, services, view, _order(turn))
        except DigestError as error:
            return Outcome((replies.wrong(turn, error, None),))

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Write down what was set."""
        user_id, kind = turn.person.user_id, work.get("kind", "personal")
        if zone := work.get("zone_known"):
            await store.set_zone(connection, user_id, zone)
        if work["do"] == "put":
            await store.put(connection, _digest(turn, work))
        elif work["do"] == "plan":
            until = datetime.fromisoformat(work["snoozed_until"]) if work["snoozed_until"] else None
            next_at = datetime.fromisoformat(work["next_at"])
            await store.plan(connection, kind, user_id, next_at, work["zone"], until)
        elif work["do"] == "off":
            await store.turn_off(connection, kind, user_id)
        elif work["do"] == "quiet":
            quiet = Quiet(time.fromisoformat(work["start"]), time.fromisoformat(work["end"]))
            await store.set_quiet(connection, user_id, quiet)
        elif work["do"] == "told":
            await store.note_told(connection, UUID(work["digest_id"]), turn.now)


async def _read(connection: Connection, turn: Turn) -> _View:
    to = await store.recipient(connection, turn.person.user_id)
    digests = await store.mine(connection, turn.person.user_id)
    return _View(replace(to, language=turn.person.language), digests.get("personal"), digests.get("creator"))


def _order(turn: Turn) -> Order:
    given = argument(turn, "digest")
    if given is not None:
        return orders.read(_filled(turn) or given)
    if orders.stops(turn.text):
        return Switch("personal", on=False)
    wish = _plain(turn)
    return orders.read(turn.text) if wish is None else Come(wish)


def _filled(turn: Turn) -> str:
    """Put the answers of the form together the way they would be said."""
    return " ".join(filter(None, (turn.message.fields.get(each, "").strip() for each in ("days", "time", "place"))))


def _plain(turn: Turn) -> Wish | None:
    """Read a message that is nothing but a wish with days and a time: every word of it counts."""
    text = turn.text
    if text.startswith("/") or len(text) > wording.LONGEST or "\n" in text or text.endswith("?"):
        return None
    try:
        wish = wording.read(text)
        if wish.places:
            zones.find(wish.places[-1])
    except DigestError:
        return None
    meant = wish.recurring and wish.days and (wish.minute or wish.named)
    return wish if meant else None


async def _do(turn: Turn, services: Services, view: _View, order: Order) -> Outcome:
    if isinstance(order, orders.Show):
        return Outcome((replies.settings(turn, view.to, view.personal, view.creator),))
    if not (turn.direct or turn.message.by_admin):
        return Outcome((Reply(turn.say("In a group its admins decide about the digest.")),))
    if isinstance(order, Now):
        return await _now(turn, services, view)
    if isinstance(order, Switch):
        return _switch(turn, view, order)
    if isinstance(order, Snooze):
        return _snooze(turn, view.personal, order.days)
    if isinstance(order, Hush):
        return _hush(turn, view.to, order.quiet)
    return _come(turn, view, order.wish)


async def _now(turn: Turn, services: Services, view: _View) -> Outcome:
    maker = Maker(services.database, services.searcher, services.chat, services.daily_tokens)
    since = view.personal.told_until if view.personal else turn.now - FIRST
    reply = await maker.at_once(view.to, turn.conversation_id, since, turn.now)
    if reply is None:
        return Outcome((Reply(turn.say("There is nothing new at the moment.")),))
    told = ({"do": "told", "digest_id": str(view.personal.digest_id)},) if view.personal else ()
    return Outcome((reply,), told)


def _switch(turn: Turn, view: _View, order: Switch) -> Outcome:
    digest = view.creator if order.kind == "creator" else view.personal
    if digest is None:
        return Outcome((replies.settings(turn, view.to, view.personal, view.creator),))
    if order.on:
        woken = replace(digest, snoozed_until=None)
        next_at = woken.after(turn.now, view.to.time_zone)
        said = replies.set_to(turn, view.to, digest.schedule, view.to.time_zone, next_at, moved=False)
        return Outcome((said,), (_planned(order.kind, next_at, view.to.time_zone),))
    gone = turn.say("All right, no more digests. `/digest on` brings them back.")
    if order.kind == "creator":
        gone = turn.say("All right, no more digests for creators. `/digest creator on` brings them back.")
    return Outcome((Reply(gone),), ({"do": "off", "kind": order.kind},))


def _snooze(turn: Turn, digest: Digest | None, days: int | None) -> Outcome:
    if digest is None or digest.next_at is None:
        return Outcome((Reply(turn.say("There is no digest to snooze: it is off.")),))
    if days is None:
        return Outcome((replies.how_long(turn),))
    until = turn.now + timedelta(days=days)
    next_at = replace(digest, snoozed_until=until).after(turn.now, digest.zone)
    work = _planned("personal", next_at, digest.zone, until)
    return Outcome((replies.snoozed(turn, digest, next_at),), (work,))


def _hush(turn: Turn, to: Recipient, quiet: Quiet | None) -> Outcome:
    if quiet is None:
        return Outcome((Reply(replies.hush(turn, to.quiet)),))
    work = {"do": "quiet", "start": quiet.start.isoformat(), "end": quiet.end.isoformat()}
    return Outcome((Reply(replies.hush(turn, quiet)),), (work,))


def _come(turn: Turn, view: _View, wish: Wish) -> Outcome:
    """Set the digest; where no time zone is known, ask for it first."""
    schedule = _schedule(wish, view.personal)
    try:
        zone = _zone(wish)
    except NoSuchZone as error:
        return _unknown_zone(turn, view, wish, error)
    if schedule is None:
        return _live_in(turn, view, zone)
    if argument(turn, "digest") is None and not wish.named and expected(turn, DigestSkill.name) is None:
        return Outcome((replies.offer(turn, schedule),))
    known = zone or (view.to.time_zone if view.to.zone_known else None)
    if known is None:
        return Outcome((replies.ask_zone(turn, schedule),), (_put(schedule, None, view.to.time_zone),))
    return _set(turn, view, schedule, known, zone)


def _set(turn: Turn, view: _View, schedule: Schedule, zone: str, named: str | None) -> Outcome:
    before, next_at = view.personal, next_after(schedule, zones.clock(zone), turn.now)
    moved = before is not None and before.next_at is not None and before.conversation_id != turn.conversation_id
    said = replies.set_to(turn, view.to, schedule, zone, next_at, moved=moved)
    return Outcome((said,), (_put(schedule, next_at, zone) | {"zone_known": named},))


def _live_in(turn: Turn, view: _View, zone: str | None) -> Outcome:
    """Keep a time zone that was said alone, for a digest that waits for it and for one that goes by another."""
    if zone is None:
        raise Unclear
    digest = view.personal
    if digest and (digest.wants_zone or digest.next_at):
        return _set(turn, view, digest.schedule, zone, zone)
    said = turn.say("I keep your time zone: {place}.", place=zones.called(zone, turn.person.language))
    menu = replies.settings(turn, view.to, view.personal, view.creator)
    return Outcome((replace(menu, text=said),), ({"do": "zone", "zone_known": zone},))


def _unknown_zone(turn: Turn, view: _View, wish: Wish, error: NoSuchZone) -> Outcome:
    """Say that a place is not known; where a time zone was asked for, one more try is as good as a command."""
    asked = expected(turn, DigestSkill.name) is not None
    schedule = _schedule(wish, view.personal)
    if schedule is None and not (asked or error.near or "/" in error.written):
        raise Unclear from error
    said = replies.wrong(turn, error, schedule)
    again = asked and len(turn.text.split()) <= _WORDS_OF_A_ZONE
    return Outcome((replace(said, expects=DigestSkill.name if again else ""),))


def _schedule(wish: Wish, before: Digest | None) -> Schedule | None:
    """Give the wanted days and minute; what was not said stays as it was. None if neither was said."""
    if wish.days is None and wish.minute is None:
        return None
    known = before.schedule if before and before.next_at else Schedule(EVERY_DAY, MORNING)
    return Schedule(wish.days or known.days, wish.minute or known.minute)


def _zone(wish: Wish) -> str | None:
    """Give the time zone that the rest of a wish names, whichever way it is read; raises `NoSuchZone`."""
    failed: NoSuchZone | None = None
    for place in wish.places:
        try:
            return zones.find(place)
        except NoSuchZone as error:
            failed = error if failed is None or (error.near and not failed.near) else failed
    if failed:
        raise failed
    return None


def _put(schedule: Schedule, next_at: datetime | None, zone: str) -> dict[str, Any]:
    return {
        "do": "put",
        "days": sorted(schedule.days),
        "minute": schedule.minute.isoformat(),
        "next_at": next_at.isoformat() if next_at else None,
        "zone": zone,
    }


def _planned(kind: Kind, next_at: datetime, zone: str, until: datetime | None = None) -> dict[str, Any]:
    work = {"do": "plan", "kind": kind, "next_at": next_at.isoformat(), "zone": zone}
    return work | {"snoozed_until": until.isoformat() if until else None}


def _digest(turn: Turn, work: Mapping[str, Any]) -> Digest:
    """Read a digest that is to be set in this conversation."""
    return Digest(
        digest_id=turn.derive("digest"),
        user_id=turn.person.user_id,
        conversation_id=turn.conversation_id,
        kind="personal",
        schedule=Schedule(frozenset(work["days"]), time.fromisoformat(work["minute"])),
        next_at=datetime.fromisoformat(work["next_at"]) if work["next_at"] else None,
        zone=work["zone"],
        wants_zone=work["next_at"] is None,
        snoozed_until=None,
        told_until=turn.now - FIRST,
    )
