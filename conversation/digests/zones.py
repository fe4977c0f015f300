"""Time zones as people name them: "Europe/Berlin", "Berlin", "Вена", "UTC+5:30"."""

from __future__ import annotations

import difflib
import functools
import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale

from conversation.digests.errors import NoSuchZone
from conversation.digests.folding import fold
from conversation.speech import LANGUAGES

_COMMON = {
    "en": ("Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles", "Asia/Kolkata"),
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "es": ("Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Lima", "America/Argentina/Buenos_Aires"),
    "ru": ("Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok"),
    "hi": ("Asia/Kolkata", "Asia/Kathmandu", "Asia/Dubai"),
}
# Large cities that the time zone database does not name.
_CITIES = {
    "Asia/Kolkata": "Delhi, New Delhi, Mumbai, Bangalore, Bengaluru, Chennai, Hyderabad, Pune, India, दिल्ली, मुंबई, भारत",
    "Europe/Berlin": "Munich, München, Hamburg, Frankfurt, Cologne, Köln, Stuttgart, Leipzig, Germany, Deutschland",
    "Europe/Madrid": "Barcelona, Valencia, Sevilla, Bilbao, Spain, España",
    "Europe/Moscow": "Saint Petersburg, St Petersburg, Petersburg, Санкт-Петербург, Питер, Казань, Россия",
    "Europe/London": "Edinburgh, Manchester, Birmingham, Great Britain, UK",
    "Europe/Zurich": "Geneva, Genf, Bern, Basel, Switzerland, Schweiz",
    "Europe/Vienna": "Graz, Salzburg, Linz, Austria, Österreich",
    "America/New_York": "Boston, Washington, Miami, Atlanta, Philadelphia, Eastern, ET",
    "America/Chicago": "Dallas, Houston, Austin, Central, CT",
    "America/Denver": "Salt Lake City, Mountain, MT",
    "America/Los_Angeles": "San Francisco, Seattle, San Diego, Las Vegas, Pacific, PT",
    "America/Mexico_City": "Mexico, México, Ciudad de México, CDMX, Guadalajara",
    "America/Argentina/Buenos_Aires": "Argentina",
    "Asia/Shanghai": "Beijing, Shenzhen, Guangzhou, China",
    "America/Sao_Paulo": "Rio de Janeiro, Brasilia",
}
# Offsets that are no whole hours, in minutes, by a zone which never changes its clock.
_BROKEN = {
    -210: "America/St_Johns",
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
}
# Keys of today, with the older ones under which CLDR keeps their names.
_OLDER = {
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Yangon": "Asia/Rangoon",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Europe/Kyiv": "Europe/Kiev",
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2}))?")
_FIXED = re.compile(r"Etc/GMT([+-])(\d{1,2})")
_NEAR = 3


def find(text: str) -> str:
    """Give the key of a time zone by its key, a city or an offset; raises `NoSuchZone` with what comes near."""
    wanted = _plain(text)
    found = _keys().get(wanted) or _offset(wanted) or _places().get(wanted)
    if found is None:
        raise NoSuchZone(text.strip(), near(wanted))
    return found


def near(text: str) -> tuple[str, ...]:
    """List the time zones that are called something like this, the closest first."""
    wanted = _plain(text)
    names = _keys() | _places()
    tried = [wanted, wanted.rpartition("/")[2]]
    close = [match for each in tried for match in difflib.get_close_matches(each, names, n=_NEAR, cutoff=0.75)]
    return tuple(dict.fromkeys(names[each] for each in close))[:_NEAR]


def common(language: str) -> tuple[str, ...]:
    """List time zones that many people of a language live in."""
    return _COMMON.get(language, _COMMON["en"])


def called(key: str, language: str) -> str:
    """Say a time zone as a place, in a language: "Wien", "UTC+2"."""
    if fixed := _FIXED.fullmatch(key):
        return f"UTC{'-' if fixed[1] == '+' else '+'}{fixed[2]}"  # POSIX counts the other way round
    if "/" not in key:
        return key
    return _city(key, language)


def clock(key: str) -> ZoneInfo:
    """Give the clock of a time zone that we keep; one that is no longer in the database shows UTC."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").split()).strip(" .!")


def _offset(wanted: str) -> str | None:
    if wanted in {"utc", "gmt", "z"}:
        return "UTC"
    found = _OFFSET.fullmatch(wanted)
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    east = found[1] == "+"
    if minutes:
        return _BROKEN.get((60 * hours + minutes) * (1 if east else -1))
    if hours == 0:
        return "UTC"
    return f"Etc/GMT{'-' if east else '+'}{hours}" if hours <= (14 if east else 12) else None


@functools.cache
def _keys() -> dict[str, str]:
    """The keys of the database, folded; the fixed ones of `Etc/` stand for themselves alone."""
    return {_plain(key): key for key in sorted(available_timezones())}


@functools.cache
def _places() -> dict[str, str]:
    """Cities in the languages we speak, and a few countries; a name that two zones share means the first."""
    places: dict[str, str] = {}
    today = {older: key for key, older in _OLDER.items()}
    for key, names in _CITIES.items():
        places |= {_plain(name): key for name in names.split(", ")}
    for key in sorted(available_timezones()):
        area, _, city = key.rpartition("/")
        if area and area.split("/")[0] not in {"Etc", "SystemV", "US"}:
            for name in (city, *(_city(key, language) for language in LANGUAGES)):
                places.setdefault(_plain(name), today.get(key, key))
    return places


def _city(key: str, language: str) -> str:
    locale: Any = Locale.parse(language)
    known = locale.time_zones.get(_OLDER.get(key, key), {})
    return str(known.get("city", "")) or key.rpartition("/")[2].replace("_", " ")
