"""Reaching an endpoint: its client, how long we wait for it, and what its errors mean to us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from knowledge.models.errors import ModelError, ModelUnavailable, RateLimited, Unauthorised

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_DEFAULT_RETRY_AFTER = 5.0
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where models are served and which ones to use; small tasks take `fast_model`, if it is named."""

    api_key: str
    base_url: str
    chat_model: str
    fast_model: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to try.

    `longest_wait` bounds a single pause between tries: if the endpoint asks for more, the person is told instead.
    """

    connect: float = 3.0
    first_token: float = 30.0
    between_tokens: float = 20.0
    whole_reply: float = 60.0
    attempts: int = 3
    back_off: float = 0.5
    longest_wait: float = 8.0


def endpoint_of(api_key: str | None, base_url: str | None, chat_model: str, fast_model: str = "") -> Endpoint | None:
    """Give the endpoint of some settings; None where neither a key nor an address is set: the hub works offline."""
    if not (api_key or base_url):
        return None
    return Endpoint(api_key or "none", base_url or "", chat_model, fast_model)


@asynccontextmanager
async def open_client(endpoint: Endpoint, patience: Patience) -> AsyncGenerator[AsyncOpenAI, None]:
    """Open the vendor's client without its own retries: they would not know about streams that have begun."""
    client = await asyncio.to_thread(_client, endpoint, patience)
    async with client:
        yield client


def _client(endpoint: Endpoint, patience: Patience) -> AsyncOpenAI:
    from openai import AsyncOpenAI, Timeout

    slowest = max(patience.first_token, patience.between_tokens, patience.whole_reply)
    return AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url or None,
        max_retries=0,
        timeout=Timeout(slowest, connect=patience.connect),
    )


def to_model_error(error: Exception, part: str = "") -> ModelError:
    """Say in our words what went wrong; `part` is what of the answer had arrived."""
    import openai

    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.RateLimitError):
        return RateLimited(_retry_after(error.response.headers))
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError | openai.NotFoundError):
        return Unauthorised()
    return ModelUnavailable(f"{type(error).__name__}: {error}"[:300], part)


def pause_before_retry(error: ModelError, cause: Exception, attempt: int, patience: Patience) -> float | None:
    """Seconds to wait before the next try, or None where another try is pointless or too far away."""
    if attempt + 1 >= patience.attempts or not _may_pass(error, cause):
        return None
    asked = error.retry_after if isinstance(error, RateLimited) else patience.back_off * 2**attempt
    return asked if asked <= patience.longest_wait else None


async def with_retries(ask: Callable[[], Awaitable[R]], patience: Patience) -> R:
    """Ask for one whole reply, again where that may help; raises `ModelError`."""
    attempt = 0
    while True:
        try:
            async with asyncio.timeout(patience.whole_reply):
                return await ask()
        except Exception as error:
            failure = to_model_error(error)
            pause = pause_before_retry(failure, error, attempt, patience)
            if pause is None:
                raise failure from error
        await asyncio.sleep(pause)
        attempt += 1


def _may_pass(error: ModelError, cause: Exception) -> bool:
    import openai

    if isinstance(cause, openai.APIStatusError):
        return cause.status_code == 429 or cause.status_code >= 500
    if isinstance(cause, openai.APITimeoutError | TimeoutError):
        return False
    return isinstance(error, ModelUnavailable | RateLimited)


def _retry_after(headers: object) -> float:
    value = str(getattr(headers, "get", dict[str, str]().get)("retry-after", "") or "")
    try:
        return max(0.0, float(value))
    except ValueError:
        return _seconds_until(value)


def _seconds_until(date: str) -> float:
    try:
        return max(0.0, (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return _DEFAULT_RETRY_AFTER
