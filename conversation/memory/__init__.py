"""Memory: facts a person told about themselves, each with the words it rests on."""

from conversation.memory.hearing import HeardFact, hear, only_about_oneself
from conversation.memory.store import Remembered, forget, keep, keep_heard, known

__all__ = ["HeardFact", "Remembered", "forget", "hear", "keep", "keep_heard", "known", "only_about_oneself"]
