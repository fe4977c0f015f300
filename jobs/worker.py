"""`evermynd worker`: the relay and one RQ worker a queue, each a process of its own that is restarted when it dies."""

from __future__ import annotations

from functools import partial

from jobs import queues, relay
from jobs.processes import Supervisor
from jobs.settings import JobSettings


def run(settings: JobSettings) -> None:
    """Work until SIGTERM or SIGINT (blocking); what is not finished after a while goes back to the ledger."""
    Supervisor(
        {
            "relay": partial(relay.work, settings),
            "ingest": partial(queues.work, "ingest", settings),
            "timely": partial(queues.work, "timely", settings),
        }
    ).run()
