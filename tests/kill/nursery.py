"""`python -m tests.kill.nursery`: has everything imported, and forks a gateway or a worker for each line it reads.

A line is JSON: which of the two, and its settings; the answer is the process id.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from jobs import worker
from jobs.processes import tie_to
from jobs.settings import JobSettings
from knowledge.models.embeddings import WordLlama
from tests.kill import gateway
from ui import logs


def main() -> None:
    """Fork until standard input ends; the children end with us."""
    embedder = WordLlama()
    asyncio.run(embedder.embed(["warm"]))
    __import__("openai")
    logs.configure("warning", as_json=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried at once
    print("ready", flush=True)
    for line in sys.stdin:
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            _live(parent, embedder, json.loads(line))
        print(pid, flush=True)


def _live(parent: int, embedder: WordLlama, order: dict[str, Any]) -> NoReturn:
    try:
        tie_to(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(2, 1)
        kind = order.pop("kind")
        if kind == "gateway":
            asyncio.run(gateway.run(gateway.Order(**order), embedder))
        else:
            folder = Path(order.pop("data_dir"))
            worker.run(JobSettings(data_dir=folder, **order))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
