"""The people's side over HTTP, for a test that runs in another process.

`POST /__control/<verb>` with a JSON object of keyword arguments does what the platform's method of that name does and
answers `{"result": …}`, or `{"error": …}` with status 400. What a person does is `person.<verb>` with the person's id
as `who`. Bytes (`content`) travel as base64. Without keywords `notified`, `calls`, … give those records.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from .errors import SlackError
from .limits import Limits
from .people import Workspace
from .person import Person

if TYPE_CHECKING:
    from .steering import Platform

PLACES = ("workspace", "person", "channel", "archive", "bot_says", "event", "verify_url")
SIGHTS = ("messages", "replies", "message", "shown", "thread", "file", "called")
RECORDS = ("notified", "calls", "violations", "deliveries", "lost", "statuses", "sockets")
CHANCES = ("register", "fail", "forgive", "advance", "deliver_to", "refresh_sockets", "cut_sockets", "settled")
VERBS = (*PLACES, *SIGHTS, *CHANCES)
DEEDS = ("says", "edits", "unfurls", "deletes", "uploads", "reacts", "opens_assistant", "opens_home", "sees", "stops")
MORE_DEEDS = ("adds_bot", "removes_bot", "uninstalls_app", "installs_app", "presses", "selects", "commands")
VIEWING = ("uses", "submits", "closes")


def routes(platform: Platform) -> list[web.RouteDef]:
    """The control surface of a platform."""
    verbs: dict[str, Callable[..., Any]] = {name: getattr(platform, name) for name in VERBS}
    verbs |= {name: functools.partial(getattr, platform, name) for name in RECORDS}
    verbs |= {f"person.{name}": functools.partial(_deed, platform, name) for name in (*DEEDS, *MORE_DEEDS, *VIEWING)}
    verbs |= {"person.views": functools.partial(_views, platform), "person.home": functools.partial(_home, platform)}
    verbs["limit"] = functools.partial(_limit, platform)

    async def act(request: web.Request) -> web.Response:
        verb = verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": "no such verb"}, status=404)
        try:
            keywords: dict[str, Any] = await request.json() if request.can_read_body else {}
            if "content" in keywords:
                keywords["content"] = base64.b64decode(keywords["content"])
            result = verb(**keywords)
            return web.json_response({"result": plain(await result if inspect.isawaitable(result) else result)})
        except (SlackError, LookupError, ValueError, TypeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return [web.post("/__control/{verb}", act)]


def _deed(platform: Platform, deed: str, /, *, who: str, **keywords: Any) -> Any:
    return getattr(platform.people[who], deed)(**keywords)


def _views(platform: Platform, who: str) -> list[dict[str, Any]]:
    return [view.to_json() for view in platform.people[who].views]


def _home(platform: Platform, who: str) -> dict[str, Any] | None:
    home = platform.people[who].home
    return home.to_json() if home else None


def _limit(platform: Platform, **numbers: Any) -> None:
    platform.limit(Limits(**numbers))


def plain(value: Any) -> Any:
    """A result as JSON takes it."""
    if isinstance(value, Person):
        return {"id": value.id, "name": value.user.real_name, "direct": value.direct.id, "mention": value.mention}
    if isinstance(value, Workspace):
        return {"team_id": value.team_id, "bot_token": value.bot_token, "bot_user_id": value.bot_user_id}
    if dataclasses.is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in cast("list[Any]", value)]
    return value
