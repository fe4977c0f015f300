"""Understand: which skill is meant, and what a follow-up question asks once it stands alone."""

from __future__ import annotations

import re
import textwrap

from langgraph.runtime import Runtime

from conversation.skills import route
from conversation.state import Setting, State
from conversation.turn import Turn
from knowledge.terms import terms

_LEANING = re.compile(
    r"^(and|but|so|also|or|then|what about|how about|what if|why( not)?\b|which one|and if|same for)\b", re.IGNORECASE
)
# "that" points back at the end of a clause or before its verb ("what does that mean?"), not before a clause of its own
# ("how do I declare that two packages conflict?"); "there" and "one" likewise.
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|she|him|her"
    r"|(?:that|this|these|those|there|one|ones)"
    r"(?=\s*(?:[?.!,;]|$)|\s+(?:is|are|was|were|do|does|did|can|could|should|mean|means|work|works|apply|applies|then)\b)"
    r"|(?:the|that|this) (?:first|second|third|last|former|latter|same|other)(?: (?:one|thing|case))?)\b",
    re.IGNORECASE,
)
_FEW = 2
_QUOTED = 200


async def understand(state: State, runtime: Runtime[Setting]) -> State:
    """Choose the skill; for a question, make it stand alone."""
    turn = runtime.context.turn
    skill = route(turn)
    if skill is not None:
        return {"skill": skill.name, "question": turn.text}
    return {"skill": "", "question": standalone(turn)}


def standalone(turn: Turn) -> str:
    """Add what an elliptic question leans on: the words it replies to, or the question before it, as that one stood
    alone."""
    before = textwrap.shorten(turn.quoted, _QUOTED, placeholder="") or next(
        (said.about for said in reversed(turn.history) if said.about), ""
    )
    if not before or not leans(turn.text):
        return turn.text
    return f"{turn.text} ({before})"


def leans(text: str) -> bool:
    """Tell whether a question can only be understood from what came before."""
    content = terms(text)
    if _LEANING.match(text.strip()) or len(content) < _FEW:
        return True
    return bool(_POINTING.search(text)) and len(content) <= _FEW + 1
