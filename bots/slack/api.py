"""The Web API: calls with timeouts, each with the token of its workspace; the SDK's own retries are off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bots.fields import Fields, fields_of, items_of, part, text
from bots.slack.errors import FileGone, FileTooLarge, Uninstalled, Unmended
from bots.slack.faults import NOWHERE, PAUSE, answered, refused, unreached
from bots.slack.pacing import START, Pace
from bots.slack.settings import OFFICIAL, SlackSettings
from bots.slack.workspaces import LONG_PAUSE, Workspaces
from conversation.errors import ChannelError, Rejected, RetryLater, Unknown

PATIENCE = 2.8
"""Seconds a call may take; less than the outbox loop waits, so that it hears what became of the call."""
REACH = 1.5
"""Seconds to get a connection: as long as there is none, nothing can have been sent."""
FORM_ONLY = frozenset({"files.getUploadURLExternal", "files.info", "users.info", "conversations.info", "auth.test"})
"""Methods that read no JSON, beside all that list and read. https://docs.slack.dev/apis/web-api#post_bodies"""

_FORM_ONLY = (*FORM_ONLY, "conversations.history", "conversations.replies", "oauth.v2.access")


class Api:
    """Access to the Web API; every call raises a `ChannelError`."""

    def __init__(
        self,
        settings: SlackSettings,
        session: aiohttp.ClientSession,
        workspaces: Workspaces,
        patience: float = PATIENCE,
    ) -> None:
        self._settings = settings
        self._session = session
        self._patience = patience
        self.workspaces = workspaces
        self.pace = Pace()

    def client(self) -> AsyncWebClient:
        """Give the SDK's client, without a token and without retries of its own."""
        return AsyncWebClient(base_url=self._settings.api_base, session=self._session, retry_handlers=[])

    async def call(self, account: str, method: str, arguments: Mapping[str, Any]) -> Fields:
        """Call a method for a workspace; a token that is none any more is forgotten."""
        self.pace.note(account, method)
        workspace = await self.workspaces.find(account)
        try:
            return await self.ask(method, arguments, workspace.token)
        except Unmended:  # what is missing says nothing of the pace
            raise
        except RetryLater as error:
            self.pace.refused(account, method, error.retry_after)
            raise
        except Uninstalled as error:
            if self.workspaces.is_mendable(account, str(error)):
                raise RetryLater(LONG_PAUSE) from error
            await self.workspaces.lose(account, str(error), workspace.token)
            raise

    async def ask(self, method: str, arguments: Mapping[str, Any], token: str = "") -> Fields:
        """Call a method with this token, or with none."""
        client: Any = self.client()  # its types leave open what goes in and out
        client.token = token or None
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            if method in _FORM_ONLY:
                answer = await client.api_call(method, data=given)
            else:
                answer = await client.api_call(method, json=given)
        except SlackApiError as error:
            raise _translated(error, method) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreached(error) from error
        except (SlackClientError, AttributeError, TypeError, ValueError) as error:
            raise Unknown(f"an answer that is none ({type(error).__name__})") from error
        return fields_of(answer.data)

    async def upload(self, url: str, file: Path, patience: float) -> None:
        """Send the bytes of a file where Slack wants them."""
        try:
            with file.open("rb") as content:
                timeout = aiohttp.ClientTimeout(total=patience, connect=REACH, sock_connect=REACH)
                async with self._session.post(url, data=content, timeout=timeout) as answer:
                    if answer.status != 200:
                        raise answered(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreached(error) from error

    async def download(self, account: str, url: str, to: Path, patience: float) -> None:
        """Write a private file to a path; Slack shows a page to sign in to who may not read it.

        Only Slack itself is asked: elsewhere the token, and what this machine reaches, are nobody's business.
        """
        if not self._is_slacks(url):
            raise FileGone
        workspace = await self.workspaces.find(account)
        headers = {"Authorization": f"Bearer {workspace.token}"}
        timeout = aiohttp.ClientTimeout(total=patience, connect=REACH, sock_connect=REACH)
        try:
            async with self._session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
                if answer.status == 429 or answer.status >= 500:
                    raise RetryLater(_seconds(answer.headers))
                if answer.status != 200 or _is_a_page(answer, url):
                    raise FileGone
                await self._write(answer, to)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RetryLater(PAUSE) from error  # fetching again does no harm

    def _is_slacks(self, url: str) -> bool:
        """Tell whether an address is one of Slack's, or of the server that the settings name in its place."""
        try:
            asked, base = URL(url), URL(self._settings.api_base)
            if self._settings.api_base != OFFICIAL and asked.origin() == base.origin():
                return True
        except ValueError:
            return False
        host = asked.host or ""
        known = host in ("slack.com", "slack-files.com") or host.endswith(".slack.com")
        return asked.scheme == "https" and known and asked.is_default_port()

    async def post(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer over the address that came with a command."""
        timeout = aiohttp.ClientTimeout(total=self._patience, connect=REACH, sock_connect=REACH)
        try:
            async with self._session.post(url, json=dict(body), timeout=timeout) as answer:
                if answer.status != 200:
                    raise refused((await answer.text())[:80])
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreached(error) from error

    async def _write(self, answer: aiohttp.ClientResponse, to: Path) -> None:
        limit, written = self._settings.upload_limit_mb << 20, 0
        with to.open("wb") as file:
            async for piece in answer.content.iter_chunked(1 << 16):
                written += len(piece)
                if written > limit:
                    raise FileTooLarge(max(answer.content_length or 0, written), self._settings.upload_limit_mb)
                await asyncio.to_thread(file.write, piece)


def _is_a_page(answer: aiohttp.ClientResponse, url: str) -> bool:
    """Tell whether this is the page to sign in instead of a file."""
    return answer.content_type == "text/html" and not url.lower().partition("?")[0].endswith((".html", ".htm"))


def _translated(error: SlackApiError, method: str) -> ChannelError:
    """Give what a refusal means to us; a page in its place means for streams that there are none, else a later try."""
    answer = cast(Any, error.response)
    data, headers = getattr(answer, "data", None), getattr(answer, "headers", {})
    named = text(fields_of(data), "error")
    if not named:
        status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
        if status in NOWHERE:
            return Rejected(f"HTTP {status}") if method == START else RetryLater(_seconds(headers))
        return answered(status, _seconds(headers))
    messages = items_of(part(fields_of(data), "response_metadata").get("messages"))
    detail = "; ".join(each for each in messages if isinstance(each, str))
    return refused(named, _seconds(headers), detail[:500])


def _seconds(headers: Mapping[str, str]) -> float:
    """Read how long Slack asks us to wait."""
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(given) if given.isascii() and given.isdecimal() else PAUSE


@asynccontextmanager
async def open_session(patience: float = PATIENCE) -> AsyncGenerator[aiohttp.ClientSession]:
    """Open what connections are kept in."""
    timeout = aiohttp.ClientTimeout(total=patience, connect=REACH, sock_connect=REACH)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield session
