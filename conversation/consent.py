"""Consent: a turn that paused before an effect, and the buttons that let it go on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import UUID

from conversation.message import Button, Reply
from conversation.speech import Speech

_ANSWER = re.compile(r"/(yes|no) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said to a paused turn."""

    turn_id: UUID
    yes: bool


def answer_to(text: str) -> Answer | None:
    """Read the press of a consent button; None for any other text."""
    found = _ANSWER.fullmatch(text.strip())
    return Answer(UUID(found[2]), found[1].lower() == "yes") if found else None


def asked(question: Reply, turn_id: UUID, speech: Speech) -> Reply:
    """Put the two buttons under a question; a label given by the skill names the effect."""
    yes = question.buttons[0].label if question.buttons else speech.say("Yes")
    no = Button(speech.say("No, keep it"), f"/no {turn_id}")
    return replace(question, buttons=(Button(yes, f"/yes {turn_id}"), no))
