"""The people's side over HTTP, for a test that runs in another process.

`POST /__control/<verb>` with a JSON object of keyword arguments does what the platform's method of that name does and
answers `{"result": …}`, or `{"error": …}` with status 400. Bytes (`content`) travel as base64, files of an album as
objects. `faults.<kind>` orders failures, `limits` sets other numbers.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

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

    async def act(request: web.Request) -> web.Response:
        verb = verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": "no such verb"}, status=404)
        try:
            keywords = _read(await request.json() if request.can_read_body else {})
            result = verb(**keywords)
            return web.json_response({"result": plain(await result if inspect.isawaitable(result) else result)})
        except (ApiError, LookupError, ValueError, TypeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return [web.post("/__control/{verb}", act)]


def _limit(platform: Platform, **numbers: Any) -> None:
    platform.limit(Limits(**numbers))


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    keywords: dict[str, Any] = dict(sent)
    if "content" in keywords:
        keywords["content"] = base64.b64decode(keywords["content"])
    if "files" in keywords:
        keywords["files"] = [Attachment(**_read(each)) for each in keywords["files"]]
    return keywords


def plain(value: Any) -> Any:
    """A result as JSON takes it."""
    if dataclasses.is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in cast("list[Any]", value)]
    return value
