"""The people's side over HTTP (`tests.control`): a verb does what the platform's method of that name does.

Files of an album travel as objects. `faults.<kind>` orders failures, `limits` sets other numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests import control

from .errors import ApiError
from .limits import Limits
from .speech import Attachment

if TYPE_CHECKING:
    from . import Platform

PEOPLE = (
    "person",
    "group",
    "topic",
    "appoint",
    "block",
    "unblock",
    "add_bot",
    "remove_bot",
    "upgrade",
    "remove",
    "deactivate",
)
SPEECH = ("say", "send_document", "send_album", "send_photo", "send_voice", "send_sticker", "send_location", "edit")
ACTS = ("press", "react", "stop", "inject", "redeliver")
SIGHTS = ("shown", "replies", "last", "message", "stamps", "busiest", "typing", "drafts", "answer_to", "unanswered")
RECORDS = ("calls", "violations", "refused", "unconfirmed", "content_of", "commands")
VERBS = (*PEOPLE, *SPEECH, *ACTS, *SIGHTS, *RECORDS)
FAULTS = ("error", "gateway", "flood", "lose", "reset", "clear")


def routes(platform: Platform) -> list[web.RouteDef]:
    """The control surface of a platform."""
    verbs: dict[str, Callable[..., Any]] = {name: getattr(platform, name) for name in VERBS}
    verbs |= {f"faults.{name}": getattr(platform.faults, name) for name in FAULTS}
    verbs["limits"] = functools.partial(_limit, platform)

    return [control.route(verbs, ApiError, read=_read)]


def _limit(platform: Platform, **numbers: Any) -> None:
    platform.limit(Limits(**numbers))


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    keywords = control.keywords_of(sent)
    if "files" in keywords:
        keywords["files"] = [Attachment(**control.keywords_of(each)) for each in keywords["files"]]
    return keywords
