"""Standing in: when a coach was taken back, whoever still talks with it is told kindly, and the guide takes over."""

from __future__ import annotations

from typing import Any

from conversation.markdown import plain
from conversation.turn import Turn


def notice(turn: Turn) -> str:
    """Say that the coach of this conversation is gone, "" if it is not."""
    if not turn.withdrawn or turn.coach_bound:
        return ""
    return turn.say(
        "The coach you talked with here is not published any more, so I, {coach}, take over. "
        "`/coaches` shows who else is there.",
        coach=plain(turn.coach.name),
    )


def work(turn: Turn) -> list[dict[str, Any]]:
    """Let the guide take the conversation over for good, if its coach is gone."""
    return (
        [{"skill": "coaches", "coach_id": str(turn.coach.coach_id)}] if turn.withdrawn and not turn.coach_bound else []
    )
