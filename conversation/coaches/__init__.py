"""Coaches: AI personas that creators make, and everyone talks with."""

from conversation.coaches.store import (
    NAME_LIMIT,
    Coach,
    begin_anew,
    beginning,
    change,
    create,
    delete,
    describe,
    find,
    latest,
    named,
    own,
    page,
    said,
    switch,
    visible,
)

__all__ = [
    "NAME_LIMIT",
    "Coach",
    "begin_anew",
    "beginning",
    "change",
    "create",
    "delete",
    "describe",
    "find",
    "latest",
    "named",
    "own",
    "page",
    "said",
    "switch",
    "visible",
]
