"""A question made ready to be searched for."""

from dataclasses import dataclass

from knowledge.models.embeddings import Embedder, to_halfvec
from knowledge.models.errors import ModelError
from knowledge.terms import terms


@dataclass(frozen=True, slots=True)
class Question:
    """The different terms of a question, and its vector by `model` as pgvector reads it, or None.

    `unanswered` tells that there is no vector because the model did not answer.
    """

    terms: list[str]
    model: str
    vector: str | None
    unanswered: bool = False


async def to_question(text: str, embedder: Embedder, *, embed: bool = True) -> Question:
    """Take the question apart; it has no vector if the model does not answer or knows none of its words."""
    found = list(dict.fromkeys(terms(text)))
    if not embed:
        return Question(found, embedder.name, None)
    try:
        row = (await embedder.embed([text]))[0]
    except ModelError:
        return Question(found, embedder.name, None, unanswered=True)
    if not row.any():
        return Question(found, embedder.name, None)
    return Question(found, embedder.name, to_halfvec(row))
