"""The people's side of a platform over HTTP, for a test that runs in another process (`tests.remote`).

`POST /__control/<verb>` with a JSON object of keyword arguments does what the verb does and answers `{"result": …}`, or
`{"error": …}` with status 400. Bytes travel as base64; those that are sent are called `content`.
"""

from __future__ import annotations

import base64
import dataclasses
import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast

from aiohttp import web

Json = dict[str, Any]


def keywords_of(sent: Json) -> Json:
    """Read the arguments of a verb."""
    return sent | {"content": base64.b64decode(sent["content"])} if "content" in sent else dict(sent)


def as_it_is(value: Any) -> Any:
    """Give back what it is given."""
    return value


def route(
    verbs: Mapping[str, Callable[..., Any]],
    refusal: type[Exception],
    *,
    read: Callable[[Json], Json] = keywords_of,
    shorten: Callable[[Any], Any] = as_it_is,
) -> web.RouteDef:
    """Answer for these verbs; `refusal` is what the platform raises, and `shorten` says what stands for a value."""

    async def act(request: web.Request) -> web.Response:
        verb = verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": "no such verb"}, status=404)
        try:
            result = verb(**read(await request.json() if request.can_read_body else {}))
            found = await result if inspect.isawaitable(result) else result
            return web.json_response({"result": plain(found, shorten)})
        except (refusal, LookupError, ValueError, TypeError, RuntimeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return web.post("/__control/{verb}", act)


def plain(value: Any, shorten: Callable[[Any], Any] = as_it_is) -> Any:
    """Give a result as JSON takes it."""
    value = shorten(value)
    if dataclasses.is_dataclass(value):
        return {each.name: plain(getattr(value, each.name), shorten) for each in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): plain(each, shorten) for name, each in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each, shorten) for each in cast("list[Any]", value)]
    return value
