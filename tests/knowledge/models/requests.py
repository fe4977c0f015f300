"""Requests that tests put to models."""

from pydantic import BaseModel

from knowledge.models.port import AnswerRequest, Passage

PASSAGES = (
    Passage(1, "Manual", "page 3 · Files › Log files", "Log files go to /var/log. Each program has a file of its own."),
    Passage(2, "Manual", "page 4 · Files › Rotation", "Log files are rotated weekly. Twelve old ones are kept."),
)


class Topic(BaseModel):
    """A small shape to ask for."""

    topic: str
    count: int


def ask(question: str, passages: tuple[Passage, ...] = PASSAGES) -> AnswerRequest:
    """A request as the hub makes it."""
    return AnswerRequest("You are the Archivist.", (), question, question, passages, (), "Archivist")
