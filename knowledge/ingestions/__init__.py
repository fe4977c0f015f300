"""Wishes to learn something, as rows that outlive every process: waiting, running under a lease, and how they ended."""

from knowledge.ingestions.errors import Crashed, LeaseLost
from knowledge.ingestions.lease import (
    ATTEMPTS,
    LEASE,
    Claim,
    Stage,
    Standing,
    claim,
    fail,
    finish,
    hold,
    release,
    renew,
    stop,
)
from knowledge.ingestions.line import Ended, Handed, Waiting, drop_cancelled, give_up, hand_over, move_up, upcoming
from knowledge.ingestions.wish import Wish, cancel, place_in_queue, request, retry

__all__ = [
    "ATTEMPTS",
    "LEASE",
    "Claim",
    "Crashed",
    "Ended",
    "Handed",
    "LeaseLost",
    "Stage",
    "Standing",
    "Waiting",
    "Wish",
    "cancel",
    "claim",
    "drop_cancelled",
    "fail",
    "finish",
    "give_up",
    "hand_over",
    "hold",
    "move_up",
    "place_in_queue",
    "release",
    "renew",
    "request",
    "retry",
    "stop",
    "upcoming",
]
