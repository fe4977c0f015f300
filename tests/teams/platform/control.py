"""The people's side over HTTP (`tests.control`): a verb does what the platform's method of that name does.

What a person does is `person.<act>` with their name as `who`. Messages and chats are given by id or name.
`look.<property>` reads one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests import control

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

    return [control.route(verbs, ApiError, shorten=_named)]


def _person(platform: Platform, name: str) -> dict[str, str]:
    person = platform.person(name)
    return {"id": person.id, "name": name, "aad_object_id": person.aad_object_id, "personal": person.personal.id}


def _act(platform: Platform, act: str, who: str, **keywords: Any) -> Any:
    return getattr(platform.person(who), act)(**keywords)


async def _redeliver(platform: Platform, activity: dict[str, Any]) -> Sent:
    return await platform.inject(activity)


def _limit(platform: Platform, **numbers: Any) -> None:
    platform.limit(Limits(**numbers))


def _named(value: Any) -> Any:
    return value.name if isinstance(value, Person) else value
