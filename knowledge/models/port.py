"""The model port: what the hub asks of a language model, whichever one answers.

A stream is an asynchronous generator. Whoever may stop reading early closes it (`contextlib.aclosing`), which
ends the request to the model at once.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One earlier message of the conversation."""

    role: Literal["person", "coach"]
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a source that an answer may rest on; answers refer to it as `[number]`."""

    number: int
    title: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Frames:
    """What stands around quotations, in the person's language, where a rule quotes instead of a model writing.

    `{source}` stands for where a quotation is from; `uncovered` begins every answer that is none.
    """

    source: str = "From {source}:"
    another: str = "Also from {source}:"
    uncovered: str = "My sources do not cover this."
    nearest: str = "The nearest I have is from {source}:"
    nothing: str = "They hold nothing that comes near it either."


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """All a model needs for one answer; `standalone` is the question rewritten to be understood by itself.

    `weights` holds the inverse document frequency of the question's terms (`Recall.weights`), where it is known;
    `frames` serve a model that quotes.
    """

    instructions: str
    history: tuple[ChatMessage, ...]
    question: str
    standalone: str
    passages: tuple[Passage, ...]
    memory: tuple[str, ...]
    coach_name: str
    model: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    frames: Frames = Frames()


@dataclass(frozen=True, slots=True)
class StructuredRequest:
    """A task whose result has a declared shape: `instructions` say what to do with `text`."""

    instructions: str
    text: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens spent on one request; estimated where the model did not say (a stream that was stopped)."""

    input_tokens: int = 0
    output_tokens: int = 0


OnUsage = Callable[[Usage], None]


def ignore_usage(usage: Usage) -> None:
    """Let the tokens go uncounted."""


class ChatModel(Protocol):
    """Answers in prose."""

    @property
    def name(self) -> str:
        """What the model is called in logs and in the usage table."""
        ...

    @property
    def offline(self) -> bool:
        """Whether it quotes passages by rule instead of writing."""
        ...

    def stream(self, request: AnswerRequest, on_usage: OnUsage = ignore_usage) -> AsyncGenerator[str, None]:
        """Give the answer piece by piece; claims carry `[n]` marks of the request's passages.

        `on_usage` is called exactly once, whether the stream ends, fails or is closed early.
        Raises `ModelError`.
        """
        ...


class StructuredModel(Protocol):
    """Answers in a declared shape."""

    async def structured(self, request: StructuredRequest, schema: type[T], on_usage: OnUsage = ignore_usage) -> T:
        """Give a valid `schema`; after one try to repair an invalid answer raises `InvalidOutput`."""
        ...


class Transcriber(Protocol):
    """Writes down what is said in a recording."""

    async def transcribe(self, recording: Path) -> str:
        """Give the words, in the language they are said in; the file's ending tells its format. Raises `ModelError`."""
        ...
