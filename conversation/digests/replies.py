"""What the digest skill says."""

from __future__ import annotations

from datetime import datetime

from babel.dates import get_day_names

from conversation.digests import describing, zones
from conversation.digests.errors import DigestError, NoSuchZone
from conversation.digests.schedule import Schedule, first_gap
from conversation.digests.store import Digest, Recipient
from conversation.markdown import label
from conversation.message import Button, Field, Form, Reply
from conversation.proactive import Quiet
from conversation.turn import Turn

_SNOOZES = (1, 3, 7)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def settings(turn: Turn, to: Recipient, personal: Digest | None, creator: Digest | None) -> Reply:
    """Show what is set, with all that can be done about it."""
    speech = turn.speech
    lines = [_standing(turn, personal)]
    if creator and creator.next_at:
        when = describing.moment(speech, creator.next_at, creator.zone)
        lines.append(turn.say("As a creator you hear once a week what people asked; next on {date}.", date=when))
    if to.zone_known:
        lines.append(turn.say("Your time zone: {place}.", place=zones.called(to.time_zone, to.language)))
    lines.append(hush(turn, to.quiet))
    form = _form(turn, to, personal)
    return Reply("\n\n".join(lines), buttons=tuple(_choices(turn, personal, creator)), form=form)


def _form(turn: Turn, to: Recipient, personal: Digest | None) -> Form:
    """Ask for days, time and place at once; the answers read like what one would say."""
    schedule = personal.schedule if personal else None
    every = Button(turn.say("Every day"), "daily"), Button(turn.say("Monday to Friday"), "weekdays")
    weekly = [Button(name, f"weekly {english}") for name, english in zip(day_names(turn), _DAYS, strict=True)]
    place = zones.called(to.time_zone, to.language) if to.zone_known else ""
    return Form(
        turn.say("Your digest"),
        "/digest",
        (
            Field("days", turn.say("On which days?"), value="daily", options=(*every, *weekly)),
            Field(
                "time", turn.say("At what time?"), value=f"{schedule.minute:%H:%M}" if schedule else "08:00", limit=20
            ),
            Field(
                "place",
                turn.say("Your city, for the time zone"),
                value=place,
                hint=turn.say("Such as: Berlin"),
                limit=60,
                required=not to.zone_known,
            ),
        ),
        opens=turn.say("Choose days and time"),
        submit=turn.say("Set the digest"),
    )


def day_names(turn: Turn) -> list[str]:
    """Name the days of the week, Monday first."""
    names = get_day_names("wide", "stand-alone", locale=turn.speech.locale)
    return [names[day] for day in range(7)]


def _standing(turn: Turn, digest: Digest | None) -> str:
    if digest is None or not (digest.next_at or digest.wants_zone):
        return turn.say(
            "There is no digest yet. At the time you choose I tell you what is new in the coaches you talk with, what "
            "you left open, and one thing to try. Say it in your own words: `/digest every Monday at 7`."
        )
    if digest.next_at is None:
        return turn.say("Your digest waits for your time zone: tell me a city, such as `/digest Berlin`.")
    comes = describing.comes(turn.speech, digest.schedule, digest.zone)
    snoozed = digest.snoozed_until and digest.snoozed_until > turn.now
    when = describing.moment(turn.speech, digest.next_at, digest.zone)
    following = (
        turn.say("It is snoozed and comes again on {date}.", date=when)
        if snoozed
        else turn.say("The next one comes on {date}.", date=when)
    )
    elsewhere = "" if digest.conversation_id == turn.conversation_id else turn.say("It goes to another chat of yours.")
    return " ".join(filter(None, (comes, following, elsewhere)))


def _choices(turn: Turn, personal: Digest | None, creator: Digest | None) -> list[Button]:
    buttons = [
        Button(turn.say("Daily 08:00"), "/digest daily 08:00"),
        Button(turn.say("Weekdays 08:00"), "/digest weekdays 08:00"),
        Button(turn.say("Mondays 08:00"), "/digest weekly monday 08:00"),
        Button(turn.say("Send one now"), "/digest now"),
    ]
    if personal and personal.next_at:
        buttons += [Button(turn.say("Snooze"), "/digest snooze"), Button(turn.say("Off"), "/digest off")]
    if creator and creator.next_at:
        buttons.append(Button(turn.say("Stop the one for creators"), "/digest creator off"))
    return buttons


def set_to(turn: Turn, to: Recipient, schedule: Schedule, zone: str, next_at: datetime, *, moved: bool) -> Reply:
    """Confirm a digest, with what its owner might not expect of it."""
    speech, minute = turn.speech, f"{schedule.minute:%H:%M}"
    lines = [
        describing.comes(speech, schedule, zone),
        turn.say("The next one comes on {date}.", date=describing.moment(speech, next_at, zone)),
    ]
    if moved:
        lines.append(turn.say("It comes to this chat from now on, and no longer to the other one."))
    if gap := first_gap(schedule, zones.clock(zone), turn.now):
        when = f"{gap:%H:%M}"
        lines.append(
            turn.say(
                "On {date} the clock goes forward and never shows {time}: on that day it comes at {when}.",
                date=describing.day(speech, gap),
                time=minute,
                when=when,
            )
        )
    buttons = [Button(turn.say("Send one now"), "/digest now"), Button(turn.say("Off"), "/digest off")]
    if to.quiet.holds(schedule.minute):
        held = turn.say(
            "But {time} lies in your quiet hours, from {start} to {end}, in which I do not speak up by myself: "
            "it waits until {end}.",
            time=minute,
            start=f"{to.quiet.start:%H:%M}",
            end=f"{to.quiet.end:%H:%M}",
        )
        lines.append(held)
        buttons.insert(0, _exception(turn, to.quiet.without(schedule.minute), minute))
    return Reply("\n\n".join(lines), buttons=tuple(buttons))


def _exception(turn: Turn, quiet: Quiet, minute: str) -> Button:
    spec = "off" if quiet.start == quiet.end else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"
    return Button(turn.say("Let it come at {time}", time=minute), f"/digest quiet {spec}")


def ask_zone(turn: Turn, schedule: Schedule) -> Reply:
    """Ask once where the person lives."""
    text = turn.say(
        "Which time zone do you live in? Name a city, such as Berlin, or an offset, such as UTC+2. "
        "I keep it for next time."
    )
    return Reply(text, buttons=_zones(turn, zones.common(turn.person.language), schedule), expects="digest")


def wrong(turn: Turn, error: DigestError, schedule: Schedule | None) -> Reply:
    """Say kindly what could not be understood, with the nearest thing that can."""
    text = turn.speech.explain(error)
    if not isinstance(error, NoSuchZone):
        return Reply(text, buttons=tuple(_choices(turn, None, None)[:3]))
    near = turn.say("Did you mean one of these?") if error.near else turn.say("Perhaps it is one of these:")
    offered = error.near or zones.common(turn.person.language)
    return Reply(f"{text} {near}", buttons=_zones(turn, offered, schedule))


def _zones(turn: Turn, keys: tuple[str, ...], schedule: Schedule | None) -> tuple[Button, ...]:
    said = f"{describing.spec(schedule)} " if schedule else ""
    return tuple(Button(zones.called(key, turn.person.language), f"/digest {said}{key}") for key in keys)


def how_long(turn: Turn) -> Reply:
    """Ask for how long a digest shall be snoozed."""
    buttons = tuple(
        Button(turn.count("{n} day", "{n} days", number), f"/digest snooze {number} days") for number in _SNOOZES
    )
    return Reply(turn.say("For how long shall I keep the digest back?"), buttons=buttons)


def snoozed(turn: Turn, digest: Digest, next_at: datetime) -> Reply:
    """Confirm a snooze."""
    when = describing.moment(turn.speech, next_at, digest.zone)
    again = Button(turn.say("Wake it up"), "/digest on")
    return Reply(turn.say("The digest is snoozed. The next one comes on {date}.", date=when), buttons=(again,))


def hush(turn: Turn, quiet: Quiet) -> str:
    """Say which quiet hours are kept."""
    if quiet.start == quiet.end:
        return turn.say("You have no quiet hours.")
    return turn.say(
        "Quiet hours: from {start} to {end} I do not speak up by myself. `/digest quiet 22:00-07:00` changes them.",
        start=f"{quiet.start:%H:%M}",
        end=f"{quiet.end:%H:%M}",
    )


def offer(turn: Turn, schedule: Schedule) -> Reply:
    """Ask whether words that sound like a digest meant one."""
    yes = Button(turn.say("Yes, please"), f"/digest {describing.spec(schedule)}")
    coach = label(turn.coach.name)
    no = Button(turn.say("No, that is for {coach}", coach=coach), f"/ask {turn.coach.coach_id} {turn.text}")
    return Reply(describing.offer(turn.speech, schedule), buttons=(yes, no))
