"""Structured logs: one JSON object a line for machines, a calm line for a person at a terminal.

Every library's standard logging takes the same way, so nothing prints past it.
"""

import logging
import sys
import warnings
from collections.abc import MutableMapping
from typing import IO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_WORDS = ("password", "secret", "token", "api_key", "authorization", "cookie")
CHATTY = ("httpx", "httpcore", "openai", "neo4j", "asyncio", "urllib3", "multipart", "watchfiles", "alembic")
"""Libraries that tell each request at level info; we hear them from `warning` on."""


def configure(level: str = "info", *, stream: IO[str] | None = None, as_json: bool | None = None) -> None:
    """Send all logs of this process to the stream (standard error), as JSON unless it is a terminal."""
    output = stream or sys.stderr
    as_json = not output.isatty() if as_json is None else as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask_secrets,
    ]
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(as_json)],
        )
    )
    _take_over(handler, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace values whose name says that they are secret; a processor for structlog."""
    _mask(event)
    return event


def _mask(event: MutableMapping[str, object]) -> None:
    for name, value in event.items():
        if value is not None and any(word in name.lower() for word in SECRET_WORDS) and not isinstance(value, int):
            event[name] = "•••"


def _rendering(as_json: bool) -> list[Processor]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _take_over(handler: logging.Handler, level: str) -> None:
    """Make the handler the only one, and let warnings of Python come through it."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    warnings.simplefilter("default" if level == "debug" else "ignore", DeprecationWarning)
