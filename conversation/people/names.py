"""What people type about themselves, brought into one form: addresses, names, time zones."""

from __future__ import annotations

import unicodedata
from zoneinfo import available_timezones

from conversation.people.errors import InvalidEmail, InvalidName, InvalidTimeZone

LONGEST_NAME = 80


def address(text: str) -> str:
    """Give an e-mail address in lower case; raise `InvalidEmail` if it is none.

    Addresses of a network of one's own (`ann@hub.local`) are fine; whether mail arrives is not asked.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise InvalidEmail from error
    if "." not in found.domain:
        raise InvalidEmail
    return found.normalized.lower()


def display_name(text: str) -> str:
    """Give a name on one line without invisible characters; raise `InvalidName` if nothing or too much is left."""
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    name = " ".join(shown.split())
    if not name:
        raise InvalidName("Please tell us a name to call you by.")
    if len(name) > LONGEST_NAME:
        raise InvalidName("This name is too long: {number} characters are the most.", number=LONGEST_NAME)
    return name


def time_zone(text: str) -> str:
    """Give the name of a time zone of the IANA database; raise `InvalidTimeZone` if it has none like it."""
    wanted = text.strip().lower()
    for name in available_timezones():
        if name.lower() == wanted:
            return name
    raise InvalidTimeZone
