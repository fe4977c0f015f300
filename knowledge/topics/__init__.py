"""What a document is about, in words for people: its main topics, and questions that it can answer."""

from knowledge.topics.main import topics
from knowledge.topics.questions import questions

__all__ = ["questions", "topics"]
