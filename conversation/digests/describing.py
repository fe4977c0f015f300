"""Saying a schedule: as a sentence for people, and as words that the parser reads again."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date, get_day_names
from babel.lists import format_list

from conversation.digests import zones
from conversation.digests.schedule import EVERY_DAY, WEEKDAYS, Schedule
from conversation.speech import Speech

_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def spec(schedule: Schedule) -> str:
    """Write a schedule as the command takes it, such as `weekly monday 07:00`."""
    if schedule.days == EVERY_DAY:
        days = "daily"
    elif schedule.days == WEEKDAYS:
        days = "weekdays"
    else:
        days = " ".join(["weekly", *(_ENGLISH[day - 1] for day in sorted(schedule.days))])
    return f"{days} {schedule.minute:%H:%M}"


def days(speech: Speech, schedule: Schedule) -> str:
    """Name the days of a schedule, in a person's language: "Monday and Thursday"."""
    names = get_day_names("wide", "stand-alone", locale=speech.locale)
    return format_list([names[day - 1] for day in sorted(schedule.days)], locale=speech.locale)


def moment(speech: Speech, when: datetime, zone: str) -> str:
    """Write down a moment as the clock of a time zone shows it: "Monday 5 January 2026, 08:00"."""
    local = when.astimezone(zones.clock(zone))
    return f"{format_date(local, 'full', locale=speech.locale)}, {local:%H:%M}"


def day(speech: Speech, when: datetime) -> str:
    """Write down the day of a moment: "29 March 2026"."""
    return format_date(when, "long", locale=speech.locale)


def offer(speech: Speech, schedule: Schedule) -> str:
    """Ask whether a digest is wanted at these times."""
    minute = f"{schedule.minute:%H:%M}"
    if schedule.days == EVERY_DAY:
        return speech.say("Shall I send you a digest of what is new here, every day at {time}?", time=minute)
    if schedule.days == WEEKDAYS:
        return speech.say("Shall I send you a digest of what is new here, Monday to Friday at {time}?", time=minute)
    named = days(speech, schedule)
    return speech.say(
        "Shall I send you a digest of what is new here, every week at {time}: {days}?", time=minute, days=named
    )


def comes(speech: Speech, schedule: Schedule, zone: str) -> str:
    """Say when a digest comes."""
    minute, place = f"{schedule.minute:%H:%M}", zones.called(zone, speech.language)
    if schedule.days == EVERY_DAY:
        return speech.say("Your digest comes every day at **{time}** ({place}).", time=minute, place=place)
    if schedule.days == WEEKDAYS:
        return speech.say("Your digest comes Monday to Friday at **{time}** ({place}).", time=minute, place=place)
    named = days(speech, schedule)
    return speech.say(
        "Your digest comes every week at **{time}** ({place}): {days}.", time=minute, place=place, days=named
    )


def why(speech: Speech, schedule: Schedule) -> str:
    """Say, below a digest, why it came and how to stop it."""
    minute = f"{schedule.minute:%H:%M}"
    if schedule.days == EVERY_DAY:
        return speech.say(
            "You asked for this digest here, every day at {time}. `/digest off` stops it, `/digest` changes it.",
            time=minute,
        )
    if schedule.days == WEEKDAYS:
        return speech.say(
            "You asked for this digest here, Monday to Friday at {time}. `/digest off` stops it, `/digest` changes it.",
            time=minute,
        )
    return speech.say(
        "You asked for this digest here, every week at {time}: {days}. `/digest off` stops it, `/digest` changes it.",
        time=minute,
        days=days(speech, schedule),
    )
