"""The arguments of a call, whichever way they came: query string, form or JSON.

https://docs.slack.dev/apis/web-api#basics: structures travel as JSON, inside a form as strings; a method whose page
does not name `application/json` does not see a JSON body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web

from .errors import SlackError, missing


@dataclass(frozen=True, slots=True)
class Arguments:
    """Typed access to what was sent."""

    values: Mapping[str, Any]
    as_json: bool = False

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """A string, empty when it was not sent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """A string that must be there."""
        if not (value := self.text(name)):
            raise missing(name)
        return value

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError as error:
            raise SlackError("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]) from error

    def flag(self, name: str) -> bool:
        """A truth value."""
        return self.text(name).lower() in {"true", "1"}

    def structure(self, name: str, error: str) -> Any:
        """A JSON value, itself or as a string; nothing when it was not sent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as broken:
            raise SlackError(error) from broken


async def read(request: web.Request) -> Arguments:
    """What a request carries."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return Arguments(values | cast("dict[str, Any]", body), as_json=True)
    values.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    return Arguments(values)
