"""Reading a wish for a digest: "daily 08:00 Europe/Berlin", "jeden Morgen um halb acht", "по понедельникам в семь".

The words become signs (see `lexicon`), whatever their language; rules on the signs find the days and the time, and what
is left over may name a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from conversation.digests.errors import NoSuchTime, Unclear
from conversation.digests.folding import fold
from conversation.digests.lexicon import PHRASES, SIGNS
from conversation.digests.schedule import EVERY_DAY, WEEKDAYS, WEEKEND

LONGEST = 120
"""Characters of a wish; a longer text is none."""
_MOST_WORDS = max(phrase.count(" ") + 1 for phrase in PHRASES)
_NOISE = re.compile(r"[,;!?()\"“”„«»।…]+")
_TIME = re.compile(r"(\d{1,2})[:.](\d{1,2})|(\d{1,2})h(\d{2})")
_ALMOST = re.compile(r"\d+[:.]\d+")
_JOINED = re.compile(r"(\d{1,2}(?:[:.]\d{2})?)(am|pm|a\.m|p\.m|uhr|h|ч|बजे)")
_MERIDIEM = {"am": "am", "a.m": "am", "pm": "pm", "p.m": "pm"}
_HALF_JOINED = "пол"
_H, _M = r"(?P<h>\d{1,2})(?!:)", r"(?P<m>\d{1,2})(?!:)"
# (signs, hours to add, minutes: a number, or what `m` counts after or before the hour)
_TIMES: tuple[tuple[str, int, int | str], ...] = (
    (rf"half\+ (?:past )?{_H}", 0, 30),
    (rf"half- {_H}", -1, 30),
    (rf"{_H} (?:and )?\+half", 0, 30),
    (rf"(?:quarter past|quarter\+) {_H}", 0, 15),
    (rf"{_H} (?:and )?\+quarter", 0, 15),
    (rf"(?:quarter (?:to|before)|before quarter|quarter-) {_H}", -1, 45),
    (rf"{_H} less \+quarter", -1, 45),
    (rf"quarter {_H}", -1, 15),
    (rf"{_M} past {_H}", 0, "after"),
    (rf"{_M} (?:to|before) {_H}", -1, "before"),
    (rf"{_H} less {_M}", -1, "before"),
    (rf"{_H} (?:oclock |and )?{_M}", 0, "after"),
    (_H, 0, 0),
)
_DAYS = {"@a": EVERY_DAY, "@w": WEEKDAYS, "@e": WEEKEND}
_PARTS = {"<m": time(8), "<n": time(12), "<p": time(15), "<e": time(18), "<l": time(21)}
_RECURRING = {"every", "weekly", "@a", "@w", "@e"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: days and minute, each None if not said; `places` are readings of what is left over, the
    longest first; `recurring` and `named` tell whether it said "every" or the like, and that it is about a digest."""

    days: frozenset[int] | None
    minute: time | None
    places: tuple[str, ...] = ()
    recurring: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    sign: str


def read(text: str) -> Wish:
    """Read a wish; raises `NoSuchTime`, and `Unclear` where it says two times or none of what we can do."""
    if len(text) > LONGEST:
        raise Unclear
    words = list(_words(_NOISE.sub(" ", text).split()))
    signs = " ".join(word.sign for word in words)
    if re.search(r"every \d+(?![:\d])(?! oclock)", signs):
        raise Unclear  # "every 2 weeks"
    signs, minute = _minute(signs)
    return Wish(
        days=_days(signs.split()),
        minute=minute,
        places=_places(words),
        recurring=bool(_RECURRING & set(signs.split())),
        named="digest" in signs.split(),
    )


def _words(written: list[str]) -> Iterator[_Word]:
    """Give each word, or phrase, its sign; `?` for one that the lexicon does not hold."""
    tokens = [fold(word) for word in written]
    at, before = 0, ""
    while at < len(tokens):
        length = next((n for n in range(_MOST_WORDS, 1, -1) if " ".join(tokens[at : at + n]) in PHRASES), 1)
        phrase = " ".join(tokens[at : at + length])
        found = PHRASES.get(phrase) or _sign(phrase, before)
        yield _Word(" ".join(written[at : at + length]), found)
        at, before = at + length, found


def _sign(token: str, before: str) -> str:
    word = token.rstrip(".") or token
    if word in _MERIDIEM and (before[:1].isdigit() or word[0] == "p"):
        return _MERIDIEM[word]
    if joined := _JOINED.fullmatch(word):
        return f"{_clock(joined[1])} {_MERIDIEM.get(joined[2], 'oclock')}"
    if word[:1].isdigit():
        return _clock(word)
    if word.startswith(_HALF_JOINED) and SIGNS.get(word[len(_HALF_JOINED) :], "").isdigit():
        return f"half- {SIGNS[word[len(_HALF_JOINED) :]]}"
    return SIGNS.get(word, "?")


def _clock(word: str) -> str:
    """Read figures as a time, `h:mm`, or as an hour; raises `NoSuchTime`."""
    if found := _TIME.fullmatch(word):
        hour, minute = int(found[1] or found[3]), int(found[2] or found[4])
        if hour > 23 or minute > 59 or len(found[2] or found[4]) < 2:
            raise NoSuchTime(word)
        return f"{hour}:{minute:02}"
    if _ALMOST.fullmatch(word):
        raise NoSuchTime(word)
    return word if word.isdigit() and len(word) < 3 else "?"


def _minute(signs: str) -> tuple[str, time | None]:
    """Find the one time among the signs, and take it out of them."""
    for pattern, shift, minutes in _TIMES:
        signs = re.sub(rf"(?<!\S){pattern}(?!\S)", lambda found, s=shift, m=minutes: _said(found, s, m), signs)
    found = re.findall(r"(?<!\S)(\d+):(\d+)(?!\S)", signs)
    if len(found) > 1:
        raise Unclear
    parts = [sign for sign in signs.split() if sign in _PARTS or sign in ("am", "pm")]
    if not found:
        return signs, _PARTS.get(parts[0]) if parts else None
    hour, minute = int(found[0][0]), int(found[0][1])
    return signs, time(_hour(hour, parts[0] if parts else ""), minute)


def _said(found: re.Match[str], shift: int, minutes: int | str) -> str:
    """Write down a time that was said in words, as `h:mm`; raises `NoSuchTime`."""
    hour = int(found["h"])
    if isinstance(minutes, str):
        counted = int(found["m"])
        minutes = counted if minutes == "after" else 60 - counted
    if hour > 23 or not 0 <= minutes <= 59:
        raise NoSuchTime(f"{hour}:{minutes:02}" if minutes else str(hour))
    if shift and hour == 1:
        return f"12:{minutes:02}"  # a quarter to one
    return f"{(hour + shift) % 24}:{minutes:02}"


def _hour(hour: int, part: str) -> int:
    """Count an hour from 0 to 23, where the part of the day was said too."""
    if hour > 12 or not part:
        return hour
    if part in ("<m", "am") or (part == "<l" and hour in (12, *range(6))):
        return hour % 12
    if part == "<n":
        return hour if hour > 9 else hour + 12
    return hour % 12 + 12


def _days(signs: list[str]) -> frozenset[int] | None:
    """Find the days: single ones and ranges count before "every day", which Hindi says with a weekday as well."""
    days: set[int] = set()
    for at, sign in enumerate(signs):
        if sign[0] == "@" and sign[1:].isdigit():
            days.add(int(sign[1:]))
            days |= _range(signs[at : at + 3])
    groups = [_DAYS[sign] for sign in signs if sign in _DAYS]
    if days:
        return frozenset(days)
    if groups:
        return min(groups, key=len)
    if "weekly" in signs:
        return frozenset({1})
    return EVERY_DAY if "every" in signs and any(sign in _PARTS for sign in signs) else None


def _range(signs: list[str]) -> set[int]:
    """Give the days of "Monday to Friday"; Russian says "по" for the "to" of days as for "every"."""
    if len(signs) < 3 or signs[1] not in ("to", "every") or not re.fullmatch("@[1-7]", signs[2]):
        return set()
    first, last = int(signs[0][1]), int(signs[2][1])
    return {(first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1)}


def _places(words: list[_Word]) -> tuple[str, ...]:
    """Give the words we do not know, in one piece, with and without the small words before them ("Los Angeles")."""
    unknown = [at for at, word in enumerate(words) if word.sign == "?"]
    if not unknown:
        return ()
    first, last = unknown[0], unknown[-1] + 1
    begin = first
    while begin > 0 and words[begin - 1].sign in ("_", "to", "and"):
        begin -= 1
    readings = [" ".join(word.text for word in words[at:last]) for at in range(begin, first + 1)]
    return tuple(readings)
