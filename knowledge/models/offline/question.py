"""A question taken apart: what it is about, what of that matters most, and what kind of answer it wants."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.terms import terms

Wants = Literal[
    "definition", "amount", "place", "person", "time", "steps", "reason", "comparison", "yes or no", "anything"
]

_TOKEN = re.compile(r"[^\W_](?:[\w.+/#@'’-]*[\w+#])?|/[\w./-]*\w")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+)[\"“'(]*$")

# Words that say what is wanted rather than what it is about. They count, but little.
_VAGUE = frozenset(
    term
    for term in terms(
        """able according actually allow allowed answer anybody anyone anything apply available bad basically belong
        best better bit call called case certain change come consider contain correct could current currently
        deal default describe detail difference different difficult document done easy enough everybody everyone
        everything exact exactly example exist expect explain explanation fact far find follow full further general
        get give go goes going gone good great guide handle happen hello help hey hi idea important include
        information instead involve keep kept kind know large last least less let lie lies like live lives locate
        located long look lot main make manual many may maybe mean meaning mention much must need never new next
        normal normally number ok okay old order part people person place placed point possible precisely proper
        properly provide purpose put question quite reason recommend recommended regard regarding relate related
        require required requirement reside responsible right role rule saved say says set several shall show simple sit
        somebody someone something sort special start state stay store stored stuff supposed sure take talk tell
        term thank thanks thing think time today top total true try two type typical typically understand usage use
        used useful using usual usually value want way well whole will within work works worth would wrong""",
    )
)
_HOW_TO = re.compile(
    r"\bhow (?:(?:do|can|could|should|would|may|must) (?:i|we|you|one|people|somebody|someone)|to)\b", re.IGNORECASE
)
# What kind of thing a name is of: "the Breaks field", "the clean target". Beside the name it counts half.
_KINDS_OF_THING = frozenset(
    terms(
        """argument class command directory event field file flag folder function method option parameter section
        setting tag target variable"""
    )
)
_VAGUE_WEIGHT, _KIND_SHARE = 0.2, 0.5
_NAME_WEIGHT = 1.3

_SHAPES: dict[Wants, str] = {
    "comparison": r"\bdifferences?\ between\b|\bdiffers?\ from\b|\bcompared?\ (?:to|with)\b|\bversus\b|\bvs\b",
    "amount": r"""\bhow\ (?:many|much|long|large|big|often|far|old|high|heavy|fast|tall|deep|wide)\b
        |\bwhat\ (?:percentage|number|size|amount|price|cost)\b|\bcosts?\b""",
    "time": r"\bwhen\b|\bwhat\ (?:year|date|day|time)\b|\bhow\ soon\b|\bdeadline\b",
    "person": r"^(?:\W*\w+\W+){0,3}?(?:who|whom|whose)\b|\bwhich\ person\b",
    "place": r"\bwhere\b|\b(?:which|what)\ (?:directory|folder|place|room|city|country)\b",
    "reason": r"\bwhy\b|\bwhat\ (?:is|are)\ the\ reasons?\b|\bhow\ come\b",
    "definition": r"""\bwhat(?:['’]s|\ is|\ are|\ was|\ were)\ (?!the\ (?:best|maximum|minimum|difference|default)\b)
        |\bwhat\ do(?:es)?\ .+\ (?:mean|do)\b|\bmeaning\ of\b|\bdefin(?:e|ition)\b|\bexplain\b""",
    "steps": r"\bhow\ (?:do|does|can|should|to|would|could|must|may)\b|\bsteps?\b|\bprocedure\b",
    "yes or no": r"^\W*(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|am)\b",
}
_KINDS: dict[Wants, re.Pattern[str]] = {kind: re.compile(pattern, re.VERBOSE) for kind, pattern in _SHAPES.items()}


@dataclass(frozen=True, slots=True)
class Unit:
    """One word or identifier at `start:end` of the question.

    `terms` are how search knows it: whole first, then its parts. A vague unit says what is wanted rather than what it
    is about; a name is written like a name or an identifier.
    """

    surface: str
    start: int
    end: int
    terms: tuple[str, ...]
    weight: float
    is_name: bool
    is_vague: bool


@dataclass(frozen=True, slots=True)
class Question:
    """The question as scoring needs it; `action` is the index of what a how-to asks to do ("How do I *install* …")."""

    text: str
    units: tuple[Unit, ...]
    wants: Wants
    action: int | None = None

    @property
    def total(self) -> float:
        """The weight of everything the question speaks of."""
        return sum(unit.weight for unit in self.units)


def take_apart(text: str, weights: Mapping[str, float]) -> Question:
    """Read a question; `weights` holds the inverse document frequency of its terms, where it is known."""
    units: dict[tuple[str, ...], Unit] = {}
    for unit in _units(text, weights):
        units.setdefault(unit.terms, unit)
    found = tuple(_without_kinds(list(units.values())))
    return Question(text, found, _wants(text.lower()), _action(text, found))


def _without_kinds(units: list[Unit]) -> Iterator[Unit]:
    solid = [unit for unit in units if not unit.is_vague and unit.terms[0] not in _KINDS_OF_THING]
    for unit in units:
        kind = unit.terms[0] in _KINDS_OF_THING and not unit.is_name
        beside = any(abs(other.end - unit.start) <= 2 or abs(unit.end - other.start) <= 2 for other in solid)
        yield replace(unit, weight=unit.weight * _KIND_SHARE) if kind and beside else unit


def _units(text: str, weights: Mapping[str, float]) -> Iterator[Unit]:
    typical = sorted(weights.values())[len(weights) // 2] if weights else 1.0
    for found in _TOKEN.finditer(text):
        surface = found.group()
        known = tuple(terms(surface))
        if not known:
            continue
        is_name = _is_name(surface, starts=bool(_SENTENCE_START.search(text[: found.start()])))
        vague = not is_name and known[0] in _VAGUE
        rarity = max((weights.get(term, typical) for term in known), default=typical) / (typical or 1.0)
        weight = _VAGUE_WEIGHT if vague else min(2.0, max(0.4, rarity)) * (_NAME_WEIGHT if is_name else 1.0)
        yield Unit(surface, found.start(), found.end(), known, weight, is_name, vague)


def _is_name(surface: str, *, starts: bool) -> bool:
    """Whether a word is written like a name or an identifier: `Debian`, `TCP`, `fs.readFile`, `debian/rules`, `3.2`."""
    if any(char.isdigit() for char in surface) or any(char in "/._@#+" for char in surface[1:]):
        return True
    if set(terms(surface)) <= _VAGUE:
        return False
    return any(char.isupper() for char in surface[1:]) or (surface[0].isupper() and not starts)


def _action(text: str, units: Sequence[Unit]) -> int | None:
    how = _HOW_TO.search(text)
    after = [index for index, unit in enumerate(units) if how and unit.start >= how.end()]
    return after[0] if after and not units[after[0]].is_vague and not units[after[0]].is_name else None


def _wants(text: str) -> Wants:
    for kind, pattern in _KINDS.items():
        if pattern.search(text):
            return kind
    return "anything"
