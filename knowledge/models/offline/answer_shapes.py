"""What the answer to a kind of question looks like, and what makes a line a poor answer to any."""

import re

from knowledge.models.offline.evidence import Evidence
from knowledge.models.offline.lines import Line
from knowledge.models.offline.question import Question, Wants
from knowledge.terms import terms

LONG_LINE, SHORT_LINE = 450, 4
_LONGEST_SUBJECT = 80

_DANGLING = re.compile(
    r"""(?:it|its|this|these|that|those|they|their|he|she|his|her|such|however|therefore|thus|hence|also|otherwise
    |instead|moreover|furthermore|then|in\ this\ case|in\ that\ case|in\ addition|for\ example|for\ instance)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_LETTER = re.compile(r"[^\w\s]|[\d_]")
_ELSEWHERE = re.compile(r"^\W*(?:see|refer to|cf\.?|compare)\b", re.IGNORECASE)
_DEFINES = re.compile(
    r"""\b(?:is|are|was|were|means?|refers?\ to|consists?\ of|denotes?|describes?|defined\ as|known\ as|stands\ for
    |called|contains?|provides?|specif(?:y|ies)|controls?|declares?)\b""",
    re.VERBOSE,
)
_SHAPES: dict[Wants, str] = {
    "amount": r"""\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|thousand|million|half
        |once|twice|weekly|daily|hourly|monthly)\b""",
    "time": r"""\b(?:19|20)\d\d\b|\d\s?(?::\d|[ap]m\b)|\b(?:when|before|after|until|during
        |daily|weekly|monthly|yearly|monday|tuesday|wednesday|thursday
        |friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december)\b""",
    "place": r"/\w|\b(?:in|under|at|below|into|inside|located|directory|folder|room|street)\b",
    "person": r"""(?<!-)\b(?:by|who|person|people|author|maintainer|manager|team|director|head)\b
        |(?-i:[a-z,]\ [A-Z][a-z]+\ [A-Z])""",
    "reason": r"\b(?:because|since|so\ that|in\ order\ to|reason|due\ to|to\ avoid|ensures?|therefore)\b",
    "steps": r"\b(?:must|should|may|can|us(?:e|ing)|run|by\ \w+ing|first|then|step|to\ \w+)\b",
    "yes or no": r"\b(?:must|should|may|can|cannot|not|never|always|only|required|allowed|permitted)\b",
}
_PATTERNS: dict[Wants, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE | re.VERBOSE) for kind, pattern in _SHAPES.items()
}
_STOPS = (".", ":", "!", "?", "”", '"', ")", "。")
_ASKS_RULE = re.compile(
    r"\b(?:may|must|should|can|could|shall|have to|has to|need to|ok to|okay to|allowed|required|permitted)\b",
    re.IGNORECASE,
)
_RULES = re.compile(
    r"\b(?:must|should|may|shall|cannot|required|allowed|forbidden|prohibited|permitted|recommended|never|only|always)\b",
    re.IGNORECASE,
)
# Headings over a record of what was changed: what stands there is about the rule, and is not the rule.
_RECORDS = re.compile(
    r"\b(?:upgrading|change ?logs?|release notes|what[’']s new|history|version \d[\d.]*|news)\b", re.IGNORECASE
)
_ASKS_HISTORY = re.compile(
    r"\b(?:changed?|news?|history|former(?:ly)?|previous(?:ly)?|since|(?:which|what) version)\b", re.IGNORECASE
)
_CUT_OFF = re.compile(r"(?:[-,]|\b(?:an?|the|and|or|but|of|to|would|in|for|with|is|are|that|which|by|on|from|if|not))$")
_INTRODUCES = re.compile(r"\b(?:purpose|overview|introduction|definitions?|description|about|what is)\b", re.IGNORECASE)
_DEFINITION_BONUS, _SHAPE_BONUS, _RULE_BONUS = 0.95, 0.2, 0.12
_ON_TOPIC = 0.3


def bonus(question: Question, item: Evidence, line: Line, helped: float) -> float:
    """What a line earns by looking like the answer that is wanted; `helped` is how far it speaks of the question."""
    if question.wants == "definition":
        return _DEFINITION_BONUS * _defines(question, item, line)
    if helped <= _ON_TOPIC:
        return 0.0
    ruled = _RULE_BONUS * bool(_ASKS_RULE.search(question.text) and _RULES.search(line.text))
    return ruled + _SHAPE_BONUS * states(question.wants, line.text)


def is_record(question: Question, item: Evidence) -> bool:
    """Whether a passage records changes, and the question does not ask for them."""
    return bool(_RECORDS.search(item.passage.place)) and not _ASKS_HISTORY.search(question.text)


def states(wants: Wants, text: str) -> bool:
    """Whether a text holds the kind of thing that is wanted: a number, a place, a reason."""
    pattern = _PATTERNS.get(wants)
    return bool(pattern and pattern.search(text))


def blemishes(line: Line, item: Evidence) -> float:
    """What a line loses by being hard to understand alone, too short, too long, or a question itself."""
    text = line.text
    words = len(text.split())
    letters = len(text) - len(_NO_LETTER.findall(text))
    found = (
        (0.12, needs_lead(line)),
        (0.25, bool(_ELSEWHERE.match(text))),
        (0.2, text.startswith("(")),
        (0.15, not line.is_item and not text.endswith(_STOPS)),
        (0.4, text.endswith("?")),
        (0.5, bool(_CUT_OFF.search(text)) or _continues(line, item)),
        (0.5, words < SHORT_LINE),
        (0.1, SHORT_LINE <= words < 2 * SHORT_LINE),
        (0.2, len(text) > LONG_LINE),
        (0.4, text.endswith(":") and line.index + 1 >= len(item.lines)),
        (0.3, letters < 0.7 * len(text)),
    )
    return sum(weight for weight, present in found if present)


def _continues(line: Line, item: Evidence) -> bool:
    """Whether a line goes on with a sentence that was cut off before it."""
    before = item.lines[line.index - 1] if line.index else None
    return bool(
        before
        and not line.is_item
        and not before.is_heading
        and line.text[0].islower()
        and bool(_CUT_OFF.search(before.text))
    )


def needs_lead(line: Line) -> bool:
    """Whether a line refers back to the one before: "This must …", "However, …"."""
    return bool(_DANGLING.match(line.text)) and not line.opens and not line.label


def _defines(question: Question, item: Evidence, line: Line) -> float:
    """How far a line looks like a definition: "A conffile is …", the text after a label, the first under a heading."""
    about = {unit.terms[0] for unit in question.units if not unit.is_vague}
    if not about:
        return 0.0
    if line.label and about <= set(terms(line.label)):
        return 1.0
    found = _DEFINES.search(line.text)
    subject = set(terms(line.text[: found.start()])) if found and found.start() < _LONGEST_SUBJECT else set[str]()
    if about <= subject:
        return 1.0 if len(subject) <= len(about) + 1 else 0.3
    shares = zip(item.headings, question.units, strict=True)
    named = min(float(share) for share, unit in shares if not unit.is_vague)
    if _INTRODUCES.search(item.passage.place.rpartition(" › ")[2]):
        named = max(named, item.about)
    return 0.8 * max(named, item.about**2) if line.opens else 0.0
