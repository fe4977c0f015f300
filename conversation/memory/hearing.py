"""Hearing: what a message says about its writer, found by a language model where there is one, by rules elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from pydantic import BaseModel, Field

from conversation.prompts import load_prompt
from knowledge.models import heard
from knowledge.models.errors import ModelError
from knowledge.models.port import OnUsage, StructuredModel, StructuredRequest
from knowledge.terms import terms

LONGEST = 2_000
"""Characters of a message in which facts are looked for: a pasted text is not about its sender."""
_OF_ONESELF = re.compile(r"\b(i|i'm|i’m|i've|i’ve|my|mine|me|myself)\b", re.IGNORECASE)
SINGLE_VALUED = {"is called", "lives in", "comes from", "was born", "is aged", "works as", "works at"}
"""Predicates a person has one of at a time."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HeardFact:
    """A fact with the words it rests on: `message text[start:end]` (code points).

    `single_valued`: a person has one of it at a time, so a new one ends the old; `denied`: it holds no longer.
    """

    predicate: str
    object: str
    start: int
    end: int
    single_valued: bool = False
    denied: bool = False

    def work(self) -> dict[str, Any]:
        """Write the fact down as work for the transaction that commits the turn."""
        return asdict(self)


class _Stated(BaseModel):
    predicate: str = Field(max_length=60)
    object: str = Field(max_length=200)
    quote: str = Field(max_length=400)
    no_longer: bool = False


class _Answer(BaseModel):
    facts: list[_Stated] = Field(max_length=20)


async def hear(model: StructuredModel | None, text: str, on_usage: OnUsage) -> list[HeardFact]:
    """List the facts in a message; without a model, or while it is away, by rules."""
    if len(text) > LONGEST or not _OF_ONESELF.search(text) or text.rstrip().endswith("?"):
        return []
    if model is not None:
        try:
            answer = await model.structured(StructuredRequest(load_prompt("facts"), text), _Answer, on_usage)
            return list(_found(answer, text))
        except ModelError as error:
            _log.warning("memory.by_rules", code=error.code)
    return [
        HeardFact(fact.predicate, fact.object, fact.start, fact.end, fact.single_valued, fact.ends)
        for fact in heard.facts(text)
    ]


def only_about_oneself(text: str) -> bool:
    """Tell whether a message says something about its writer and nothing else, so that it asks for no answer.

    A wish ("I want to build a package") asks for one, though it is a fact as well.
    """
    facts = heard.facts(text) if len(text) <= LONGEST else []
    rest = text
    for fact in reversed(facts):
        rest = rest[: fact.start] + rest[fact.end :]
    wishes = any(fact.predicate == "wants to" for fact in facts)
    return bool(facts) and not wishes and "?" not in rest and not terms(rest)


def _found(answer: _Answer, text: str) -> Iterator[HeardFact]:
    """Keep the facts whose quote really stands in the message."""
    for fact in answer.facts:
        start = text.find(fact.quote) if fact.quote else -1
        if start >= 0 and fact.predicate and fact.object:
            end = start + len(fact.quote)
            yield HeardFact(fact.predicate, fact.object, start, end, fact.predicate in SINGLE_VALUED, fact.no_longer)
