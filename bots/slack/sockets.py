"""Socket Mode: Slack's events over a connection that we open, for hubs that Slack cannot call.

https://docs.slack.dev/apis/events-api/using-socket-mode; Bolt's handler acknowledges after our commit.
"""

from __future__ import annotations

import asyncio

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError

from bots.slack.api import Api

PAUSE = 3.0
PING = 10.0

_log = structlog.get_logger(__name__)


class Sockets:
    """Keeps a connection open; when Slack is away it goes on trying."""

    def __init__(self, app_token: str, api: Api, app: AsyncApp, pause: float = PAUSE) -> None:
        self._app_token = app_token
        self._api = api
        self._app = app
        self._pause = pause

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            handler = AsyncSocketModeHandler(
                self._app, self._app_token, web_client=self._api.client(), ping_interval=PING
            )
            try:
                await handler.connect_async()
                _log.info("slack.listening")
                await asyncio.Event().wait()
            except SlackApiError as error:
                _log.error("slack.socket_refused", says=str(error))
            except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
                _log.warning("slack.away", reason=type(error).__name__)
            finally:
                await handler.close_async()
            await asyncio.sleep(self._pause)
