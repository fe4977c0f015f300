"""Calls of Slack: the signature is checked, the payload committed, and only then the 200 given.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterable, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bots.webhooks import Answer, read

LIMIT = 4 << 20
"""Bytes of a call that are read: far more than Slack sends."""
PATIENCE = 2.5
"""Seconds for a call to arrive; Slack itself waits three for its answer."""
FRESH = 300.0
"""Seconds for which a signature counts."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_log = structlog.get_logger(__name__)


class Webhook:
    """Answers Slack's calls: events, interactions and slash commands."""

    def __init__(self, signing_secret: str, app: AsyncApp) -> None:
        self._verifier = SignatureVerifier(signing_secret) if signing_secret.strip() else None
        self._app = app

    async def handle(self, headers: Mapping[str, str], body: AsyncIterable[bytes]) -> Answer:
        """Take one call and answer it.

        200: committed, or not for us; 400: unreadable; 401: not Slack, or too old; 408 and 413: too slow or too large;
        503: not committed, so that Slack brings it again.
        """
        given = {name.lower(): value for name, value in headers.items()}
        timestamp, signature = given.get("x-slack-request-timestamp", ""), given.get("x-slack-signature", "")
        if not self._may_be_slack(timestamp, signature):
            return _refused()
        try:
            async with asyncio.timeout(PATIENCE):
                content = await read(body, LIMIT)
        except TimeoutError:
            return Answer(408)
        if content is None:
            return Answer(413)
        if not self._is_signed(content, timestamp, signature):
            return _refused()
        text = content.decode()
        if not _is_readable(text, given.get("content-type", "")):
            return Answer(400)
        return await self._dispatch(text, given)

    def _may_be_slack(self, timestamp: str, signature: str) -> bool:
        """Look at the headers alone, which may hold anything; without them nothing of the body is read."""
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return False
        return abs(time.time() - int(timestamp)) <= FRESH

    def _is_signed(self, content: bytes, timestamp: str, signature: str) -> bool:
        if self._verifier is None:
            return False
        try:
            return self._verifier.is_valid(content, timestamp, signature)
        except UnicodeDecodeError:
            return False

    async def _dispatch(self, text: str, headers: Mapping[str, str]) -> Answer:
        try:
            request = AsyncBoltRequest(body=text, headers=dict(headers))
            if _is_form(headers.get("content-type", "")) and "payload" not in (form := _form(text)):
                request.body = form  # Bolt takes the word payload, wherever it stands, for an interaction
            response = await self._app.async_dispatch(request)
        except (AttributeError, KeyError, TypeError, ValueError):  # Bolt does not expect every shape of JSON
            _log.warning("slack.unreadable", exc_info=True)
            return Answer(400)
        status = response.status if response.status in (200, 503) else 400
        kinds = response.headers.get("content-type", ["text/plain"])
        return Answer(status, (response.body or "").encode(), str(kinds[0]))


def _refused() -> Answer:
    _log.warning("slack.webhook_refused")
    return Answer(401)


def _is_form(content_type: str) -> bool:
    return "application/x-www-form-urlencoded" in content_type


def _form(text: str) -> dict[str, Any]:
    return dict(parse_qsl(text, keep_blank_values=True))


def _is_readable(text: str, content_type: str) -> bool:
    """Tell whether this is an object in JSON, or a form, which carries one if it is an interaction."""
    try:
        if _is_form(content_type):
            fields = parse_qs(text, keep_blank_values=True)
            found: Any = json.loads(fields["payload"][0]) if "payload" in fields else {}
        else:
            found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict)
