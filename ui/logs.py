"""Structured logs: one JSON object a line for machines, a calm line for a person at a terminal.

Every library's standard logging takes the same way, so nothing prints past it. Of an error we print where it happened
and what kind it is; its sentence only if that speaks of the program, for a database's or a parser's quotes its input,
which may be what a person wrote.
"""

import logging
import sys
import traceback
import warnings
from collections.abc import Iterator, MutableMapping
from typing import IO, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from knowledge.errors import HubError

SECRET_WORDS = ("password", "secret", "token", "api_key", "authorization", "cookie")
CHATTY = (
    *("httpx", "httpcore", "openai", "neo4j", "asyncio", "urllib3", "multipart", "watchfiles", "alembic"),
    *("slack_sdk", "slack_bolt", "msal", "msrest", "oauthlib", "requests_oauthlib", "markdown_it"),
)
"""Libraries that tell each request, some of them with its secrets; we hear them from `warning` on."""
SPEAKING = (HubError, OSError, RuntimeError, TypeError, AttributeError, NameError, ImportError, AssertionError)
"""Errors whose sentence is about the program and not about what it was given."""


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
        return [structlog.processors.ExceptionRenderer(_tell), structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(exception_formatter=_print_discreetly)]


def discreet(error: BaseException) -> str:
    """Tell where an error happened and of what kind it is, with what caused it first."""
    return "".join(_told(error, set())).rstrip()


def _told(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inside: tuple[object, ...] = getattr(error, "exceptions", ())  # those of a group
    for other in (before, *inside):
        if isinstance(other, BaseException) and id(other) not in told:
            yield from _told(other, told)
            yield "\nThen:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    kind = type(error)
    says = f": {error}" if isinstance(error, SPEAKING) and str(error) else ""
    yield f"{kind.__module__}.{kind.__qualname__}{says}\n".removeprefix("builtins.")


def _tell(exc_info: ExcInfo) -> str:
    return discreet(exc_info[1])


def _print_discreetly(output: TextIO, info: ExcInfo) -> None:
    output.write(f"\n{discreet(info[1])}")


def _take_over(handler: logging.Handler, level: str) -> None:
    """Make the handler the only one, and let warnings of Python come through it."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    warnings.simplefilter("default" if level == "debug" else "ignore", DeprecationWarning)
