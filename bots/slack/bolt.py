"""Bolt between Slack and our door: it tells apart what comes in, over HTTP and Socket Mode alike.

Bolt would look who is authorised and hand the payload to listeners; before that, ours commits it and answers.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bots.slack.api import Api
from bots.slack.settings import SlackSettings

Take = Callable[[object], Awaitable[bool]]
"""Commits a payload; False if Slack has to bring it again."""


def make_app(settings: SlackSettings, api: Api, take: Take) -> AsyncApp:
    """Make the Bolt app that commits what it is told before it acknowledges; it answers checks by itself."""

    async def commit(req: AsyncBoltRequest, next: Callable[[], Awaitable[Any]]) -> BoltResponse | None:
        if req.body.get("type") == "url_verification":
            await next()
            return None
        return BoltResponse(status=200 if await take(req.body) else 503, body="")

    async def nobody(**_: object) -> None:
        """Authorise nothing: what needs it has been answered before."""

    return AsyncApp(
        name="evermynd",
        signing_secret=settings.signing_secret or secrets.token_hex(),  # Socket Mode signs nothing
        client=api.client(),
        logger=logging.getLogger("slack_bolt"),  # its level counts for all of Bolt, whose own is that of the root
        authorize=nobody,  # pyright: ignore[reportArgumentType]
        before_authorize=commit,
        process_before_response=True,
        ignoring_self_events_enabled=False,
    )
