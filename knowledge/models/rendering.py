"""Rendering requests as chat messages: instructions in one place, passages as quoted data in another."""

import re
from importlib.resources import files
from typing import Literal, TypedDict

from knowledge.models.port import AnswerRequest, Passage, StructuredRequest


class PromptMessage(TypedDict):
    """A message in the form that OpenAI-compatible endpoints take."""

    role: Literal["system", "user", "assistant"]
    content: str


_ROLES: dict[str, Literal["user", "assistant"]] = {"person": "user", "coach": "assistant"}
_MARK = re.compile(r"\[\d{1,3}\]")
_FENCE = "=" * 12


def to_messages(request: AnswerRequest) -> list[PromptMessage]:
    """The whole prompt of an answer: who speaks and how, what was said before, the question with its passages."""
    system = f"{request.instructions.strip()}\n\n{_prompt('answer.md')}"
    earlier: list[PromptMessage] = [
        {"role": _ROLES[message.role], "content": _MARK.sub("", message.text)} for message in request.history
    ]
    return [
        {"role": "system", "content": system},
        *earlier,
        {"role": "user", "content": _question(request)},
    ]


def to_structured_messages(request: StructuredRequest, schema: str) -> list[PromptMessage]:
    """The prompt of a structured task; `schema` is a JSON schema as text."""
    system = f"{request.instructions.strip()}\n\n{_prompt('structured.md')}\nSchema: {schema}"
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": f"{_FENCE}\n{_without_fences(request.text)}\n{_FENCE}"},
    ]


def to_repair(bad: str, reason: str) -> list[PromptMessage]:
    """What to say after a reply that did not fit its schema."""
    repair = _prompt("repair.md").replace("{reason}", reason)
    return [{"role": "assistant", "content": bad}, {"role": "user", "content": repair}]


def _question(request: AnswerRequest) -> str:
    parts = [request.question.strip()]
    if request.standalone.strip() not in ("", request.question.strip()):
        parts.append(f"(In full: {request.standalone.strip()})")
    if request.memory:
        facts = "\n".join(f"- {_without_fences(fact)}" for fact in request.memory)
        parts.append(f"What I told you about myself:\n{_FENCE} about me\n{facts}\n{_FENCE}")
    passages = "\n".join(map(_passage, request.passages)) or f"{_FENCE}\n(no passage was found)\n{_FENCE}"
    return "\n\n".join([*parts, f"Passages:\n{passages}"])


def _passage(passage: Passage) -> str:
    source = _one_line(" · ".join(filter(None, (passage.title, passage.place))))
    return f"{_FENCE} passage [{passage.number}], from: {source}\n{_without_fences(passage.text)}\n{_FENCE}"


def _one_line(text: str) -> str:
    return _without_fences(" ".join(text.split()))


def _without_fences(text: str) -> str:
    """The text with nothing in it that could pass for the end of its own fence."""
    return re.sub(r"={6,}", "=====", text)


def _prompt(name: str) -> str:
    return files("knowledge.models").joinpath("prompts", name).read_text(encoding="utf-8").strip()
