"""Getting updates: by asking for them, or by having them brought."""

from __future__ import annotations

import asyncio
import time
from typing import Any, cast

from ..arguments import Arguments
from ..backend import Backend
from ..errors import conflict, too_many
from ..updates import KINDS, Update
from ..webhook import Webhook, check_secret, check_url

LONGEST_POLL = 50  # seconds


async def get_updates(backend: Backend, arguments: Arguments) -> list[dict[str, Any]]:
    """Wait for updates; a second call ends the first one with 409."""
    if backend.postman.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    offset, limit = arguments.number("offset"), min(100, max(1, arguments.number("limit", 100)))
    _ask_for(backend, arguments)
    _end_poll(backend, "other getUpdates request; make sure that only one bot instance is running")
    updates = backend.queue.take(offset, limit)
    timeout = min(LONGEST_POLL, max(0, arguments.number("timeout")))
    if not updates and timeout:
        updates = await _wait(backend, max(0, offset), limit, timeout)
    return [update.to_json() for update in updates]


async def _wait(backend: Backend, offset: int, limit: int, seconds: float) -> list[Update]:
    over = backend.poll = asyncio.Event()
    ends = time.monotonic() + seconds
    try:
        while not backend.closing.is_set():
            if updates := backend.queue.take(offset, limit):
                return updates
            if (left := ends - time.monotonic()) <= 0:
                return []
            await _first_of(left, backend.queue.news(), over.wait(), backend.closing.wait())
            if over.is_set():
                raise conflict(f"terminated by {backend.poll_ended_by}")
    finally:
        if backend.poll is over:
            backend.poll = None
    return []


async def _first_of(seconds: float, *waits: Any) -> None:
    tasks = {asyncio.ensure_future(wait) for wait in waits}
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _end_poll(backend: Backend, by: str) -> None:
    if backend.poll is not None:
        backend.poll_ended_by = by
        backend.poll.set()
        backend.poll = None


def _ask_for(backend: Backend, arguments: Arguments) -> None:
    """Take over the kinds of updates a call asks for; without any, what was asked before stays."""
    value = arguments.structure("allowed_updates", "allowed_updates")
    if not isinstance(value, list):
        return
    kinds = {str(kind) for kind in cast("list[object]", value)}
    for unknown in sorted(kinds - KINDS):
        backend.report(f"allowed_updates names an unknown kind: {unknown}")
    backend.queue.allowed = frozenset(kinds & KINDS) or None


async def set_webhook(backend: Backend, arguments: Arguments) -> bool:
    """Have updates brought to an address; without one, stop it."""
    url = arguments.text("url")
    if not url:
        return await delete_webhook(backend, arguments)
    now = time.monotonic()
    if backend.pace.limits.enforced and now < backend.next_set_webhook:
        raise too_many(1)
    backend.next_set_webhook = now + backend.pace.limits.webhook_gap
    check_url(url, loopback=backend.loopback_webhooks)
    check_secret(arguments.text("secret_token"))
    _drop(backend, arguments)
    _ask_for(backend, arguments)
    _end_poll(backend, "setWebhook request")
    connections = min(100, max(1, arguments.number("max_connections", 40)))
    await backend.postman.start(Webhook(url, arguments.text("secret_token"), connections))
    return True


async def delete_webhook(backend: Backend, arguments: Arguments) -> bool:
    """Have updates brought no longer; they wait to be asked for."""
    _drop(backend, arguments)
    await backend.postman.start(Webhook())
    return True


def _drop(backend: Backend, arguments: Arguments) -> None:
    if arguments.flag("drop_pending_updates"):
        backend.queue.clear()


async def get_webhook_info(backend: Backend, _: Arguments) -> dict[str, Any]:
    """Where updates are brought, and how that goes."""
    return backend.postman.info(backend.queue.allowed)


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
