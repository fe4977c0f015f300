"""RQ: putting ids into its queues, and the worker process that takes them out.

One queue per worker process: RQ 2.12 takes a job from one queue with a move that survives the worker's death, but from
several with a pop that does not (`rq/queue.py`, `dequeue_any`).
"""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from typing import ClassVar, Literal, NoReturn

import redis
import structlog
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from jobs import processes
from jobs.errors import QueueAway
from jobs.settings import JobSettings, in_use

QueueName = Literal["ingest", "timely"]
_log = structlog.stdlib.get_logger(__name__)


class IdsJob(Job):
    """A job whose arguments are ids, kept as JSON: nothing in Redis is ever unpickled."""

    def __init__(self, id: str | None = None, connection: redis.Redis | None = None, serializer: object = None) -> None:
        super().__init__(id, connection, serializer or JSONSerializer)  # pyright: ignore[reportUnknownMemberType]


def connect(url: str, timeout: float = 2.0) -> redis.Redis:
    """Give a client that tries each command once and waits `timeout` seconds for it."""
    return redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 0)
    )


class Queues:
    """The queues as the relay fills them; every method blocks, and raises `QueueAway` when Redis does not answer."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)

    def queued(self, queue: QueueName) -> set[str]:
        """List the ids of the jobs that wait in a queue."""
        try:
            return set(self._queue(queue).get_job_ids())
        except (RedisError, OSError) as error:
            raise QueueAway from error

    def enqueue(self, queue: QueueName, function: str, job_id: str, *ids: str) -> None:
        """Put a call of `function` (dotted name) with these ids into a queue; it has no time limit of RQ's."""
        try:
            self._queue(queue).enqueue_call(  # pyright: ignore[reportUnknownMemberType]
                function, args=ids, job_id=job_id, timeout=-1, result_ttl=0, failure_ttl=60, description=job_id
            )
        except (RedisError, OSError) as error:
            raise QueueAway from error

    def close(self) -> None:
        """Let the connection go."""
        self._redis.close()

    def _queue(self, name: QueueName) -> Queue:
        return Queue(name, connection=self._redis, job_class=IdsJob, serializer=JSONSerializer)


class QueueWorker(Worker):
    """RQ's worker with our settings: its jobs end with it, and hear of a SIGTERM in time to give their work back."""

    max_connection_wait_time: ClassVar[float] = 2.0

    def __init__(self, queue: QueueName, connection: redis.Redis, settings: JobSettings) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            [Queue(queue, connection=connection, job_class=IdsJob, serializer=JSONSerializer)],
            connection=connection,
            job_class=IdsJob,
            serializer=JSONSerializer,
            maintenance_interval=15,
            worker_ttl=30,
            log_job_description=False,
        )
        self._settings = settings
        self._parent = os.getpid()

    def main_work_horse(self, job: Job, queue: Queue) -> NoReturn:
        """Run a job in the process forked for it."""
        processes.tie_to(self._parent)
        super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Run a job where it finds the settings."""
        with in_use(self._settings):
            return super().perform_job(job, queue)

    def handle_warm_shutdown_request(self) -> None:
        """Pass SIGTERM on to the running job; see `jobs.running`."""
        if self.horse_pid:
            with suppress(ProcessLookupError):  # it ended this very moment
                os.kill(self.horse_pid, signal.SIGTERM)


def work(queue: QueueName, settings: JobSettings) -> None:
    """Work on one queue until SIGTERM (blocking); waits for Redis as long as that takes."""
    logging.getLogger("rq.worker").addFilter(_tells_news)
    connection = connect(settings.redis_url)
    _await(connection)
    QueueWorker(queue, connection, settings).work(logging_level="WARNING")


def _await(connection: redis.Redis) -> None:
    while True:
        try:
            connection.ping()  # pyright: ignore[reportUnknownMemberType]
        except (RedisError, OSError):
            time.sleep(1)
        else:
            return


def _tells_news(record: logging.LogRecord) -> bool:
    """Drop the line that RQ repeats at every try to reach Redis; the relay tells once that it is away."""
    return "could not connect to Redis" not in str(record.msg)
