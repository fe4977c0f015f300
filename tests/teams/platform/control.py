"""The people's side over HTTP, for a test that runs in another process.

`POST /__control/<verb>` with a JSON object of keyword arguments does what the platform's method of that name does and
answers `{"result": …}`, or `{"error": …}` with status 400. What a person does is `person.<act>` with their name as
`who`. Messages and chats are given by id or name, bytes (`content`) travel as base64. `look.<property>` reads one.
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
from .people import Person, Sent

if TYPE_CHECKING:
    from . import Platform

CROWD = ("group", "channel", "add_bot", "remove_bot", "joins", "leaves", "other_bot", "activity", "inject")
SIGHTS = ("messages", "last", "message", "typing", "unfinished", "uploaded", "deliver_to", "fail")
LOOKS = ("calls", "violations", "refused", "deliveries", "service_url", "app_id", "app_password", "tenant_id")
ADDRESSES = ("openid_url", "login_url", "token_url", "authority", "url", "bot")
ACTS = ("says", "edits", "deletes", "undeletes", "types", "presses", "stops", "feedback", "reacts")
DEEDS = ("uploads", "pastes", "consents", "installs", "uninstalls", "blocks")


def routes(platform: Platform) -> list[web.RouteDef]:
    """The control surface of a platform."""
    verbs: dict[str, Callable[..., Any]] = {name: getattr(platform, name) for name in (*CROWD, *SIGHTS)}
    verbs |= {f"look.{name}": functools.partial(getattr, platform, name) for name in (*LOOKS, *ADDRESSES)}
    verbs |= {f"person.{name}": functools.partial(_act, platform, name) for name in (*ACTS, *DEEDS)}
    verbs["person"] = functools.partial(_person, platform)
    verbs["redeliver"] = functools.partial(_redeliver, platform)
    verbs["revoke"] = platform.identity.revoke
    verbs["limits"] = functools.partial(_limit, platform)

    async def act(request: web.Request) -> web.Response:
        verb = verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": "no such verb"}, status=404)
        try:
            keywords = _read(await request.json() if request.can_read_body else {})
            result = verb(**keywords)
            return web.json_response({"result": plain(await result if inspect.isawaitable(result) else result)})
        except (ApiError, LookupError, ValueError, TypeError, RuntimeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return [web.post("/__control/{verb}", act)]


def _person(platform: Platform, name: str) -> dict[str, str]:
    person = platform.person(name)
    return {"id": person.id, "name": name, "aad_object_id": person.aad_object_id, "personal": person.personal.id}


def _act(platform: Platform, act: str, who: str, **keywords: Any) -> Any:
    return getattr(platform.person(who), act)(**keywords)


async def _redeliver(platform: Platform, activity: dict[str, Any]) -> Sent:
    return await platform.inject(activity)


def _limit(platform: Platform, **numbers: Any) -> None:
    platform.limit(Limits(**numbers))


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    keywords: dict[str, Any] = dict(sent)
    if "content" in keywords:
        keywords["content"] = base64.b64decode(keywords["content"])
    return keywords


def plain(value: Any) -> Any:
    """A result as JSON takes it."""
    if isinstance(value, Person):
        return value.name
    if dataclasses.is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in cast("list[Any]", value)]
    return value
