"""`python -m tests.jobs.process worker|schedule`: the real thing, whose settings come on standard input."""

import json
import logging
import sys
from pathlib import Path

from jobs import schedule, worker
from jobs.settings import JobSettings

if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(process)d %(name)s %(message)s")
    given = json.load(sys.stdin)
    settings = JobSettings(**given | {"data_dir": Path(given["data_dir"])})
    {"worker": worker.run, "schedule": schedule.run}[sys.argv[1]](settings)
