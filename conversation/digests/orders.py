"""What `/digest …` orders: to show, to send at once, to stop, to wait, to keep quiet, or to come at certain times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from conversation.digests import wording
from conversation.digests.errors import Unclear
from conversation.digests.folding import fold
from conversation.digests.store import Kind
from conversation.digests.wording import Wish
from conversation.proactive import Quiet

MOST_DAYS = 365
"""Days for which a digest can be snoozed."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show what is set."""


@dataclass(frozen=True, slots=True)
class Now:
    """Make one at once."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Turn a digest off, or on again."""

    kind: Kind
    on: bool


@dataclass(frozen=True, slots=True)
class Snooze:
    """Let the next ones be for some days; None asks for how many."""

    days: int | None


@dataclass(frozen=True, slots=True)
class Hush:
    """Keep these quiet hours; None asks which."""

    quiet: Quiet | None


@dataclass(frozen=True, slots=True)
class Come:
    """Come at these times."""

    wish: Wish


Order = Show | Now | Switch | Snooze | Hush | Come


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(words).split())


_NOW = _folded("now jetzt ahora сейчас अभी")
_OFF = _folded("off stop cancel aus stopp stoppen apagar parar desactivar no стоп выкл выключить отмена बंद")
_ON = _folded("on resume an ein weiter activar encender вкл включить चालू")
_SNOOZE = re.compile(
    r"(?:snooze|pause|later|skip|pausar|пауза|отложить|रोको)(?: (?:for|fur|por|на))?"
    r"(?: (?P<number>\d{1,4}|an?|one|eine?n?|una?|один|एक))?(?: (?P<unit>\S+))?"
)
_QUIET = re.compile(r"(?:quiet|ruhe|silencio|тихо|тишина|शांत)(?: (?P<hours>.+))?")
_UNTIL = re.compile(r"\s+(?:to|till|until|bis|a|до|से)\s+|\s*[-–—]\s*")
_DIGEST = (
    "(?:(?:the|my|die|das|den|el|los|mi) )?(?:digests?|zusammenfassung(?:en)?|resumen(?:es)?|сводк[аиу]|дайджесты?)"
)
_STOPS = re.compile(
    fold(
        f"(?:please |bitte |por favor,? |пожалуйста,? )?(?:stop|cancel|turn off|no more|stoppe?|beende"
        f"|deten|cancela|no mas|останови|отключи|отмени|больше не присылай) (?:sending me )?{_DIGEST}"
        f"|(?:bitte )?keine? {_DIGEST} mehr|(?:सारांश|डाइजेस्ट) (?:बंद करो|बंद करें|मत भेजो)"
    )
)
_DAYS = _folded("d day days tag tage tagen día días день дня дней दिन")
_WEEKS = _folded("w week weeks woche wochen semana semanas неделю недели недель неделя हफ्ते हफ़्ते सप्ताह")


def read(text: str) -> Order:
    """Read what follows the command; raises the errors of a wish that cannot be understood."""
    said = " ".join(fold(text).split()).strip(" .!")
    if not said:
        return Show()
    if said in _NOW:
        return Now()
    kind, word = _about(said)
    if word in _OFF or word in _ON:
        return Switch(kind, word in _ON)
    if snooze := _SNOOZE.fullmatch(said):
        return Snooze(_days(snooze))
    if quiet := _QUIET.fullmatch(said):
        return Hush(_quiet(quiet["hours"]))
    return Come(wording.read(text))


def stops(text: str) -> bool:
    """Tell whether somebody says in plain words that no digest shall come any more."""
    return len(text) <= wording.LONGEST and bool(_STOPS.fullmatch(" ".join(fold(text).split()).strip(" .!।")))


def _about(said: str) -> tuple[Kind, str]:
    first, _, rest = said.partition(" ")
    return ("creator", rest) if first == "creator" else ("personal", said)


def _days(found: re.Match[str]) -> int | None:
    number, unit = found["number"], found["unit"]
    if number is None and unit is None:
        return None
    if unit is not None and unit not in _DAYS | _WEEKS:
        raise Unclear
    counted = int(number) if number and number.isdecimal() else 1
    days = counted * (7 if unit in _WEEKS else 1)
    if not 1 <= days <= MOST_DAYS:
        raise Unclear
    return days


def _quiet(hours: str | None) -> Quiet | None:
    if hours is None:
        return None
    if hours in _OFF:
        return Quiet(time(), time())
    ends = _UNTIL.split(hours)
    if len(ends) != 2:
        raise Unclear
    start, end = (wording.read(each) for each in ends)
    if start.minute is None or end.minute is None or start.places or end.places:
        raise Unclear
    return Quiet(start.minute, end.minute)
