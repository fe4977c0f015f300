"""The settings of background work, and how they reach a job: RQ passes ids alone."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.models.openai import Endpoint, endpoint_of


@dataclass(frozen=True, slots=True)
class JobSettings:
    """What workers, relay and scheduler need; without a Neo4j address nothing is projected.

    Without a key and an address of a model endpoint, they work offline.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    data_dir: Path
    upload_limit_mb: int = 100
    neo4j_uri: str | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: str | None = field(default=None, repr=False)
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    chat_model: str = ""
    fast_model: str = ""
    embedding_model: str = ""
    daily_token_limit: int = 0

    def endpoint(self) -> Endpoint | None:
        """Give the model endpoint, or None offline."""
        return endpoint_of(self.openai_api_key, self.openai_base_url, self.chat_model, self.fast_model)


_current: ContextVar[JobSettings] = ContextVar("job_settings")


@contextmanager
def in_use(settings: JobSettings) -> Generator[None]:
    """Let the job that runs inside find these settings."""
    token = _current.set(settings)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> JobSettings:
    """Give the settings of the worker that runs this job; raises LookupError outside of one."""
    return _current.get()
