"""Time to the first character that a person sees, over the time the model takes for it.

The model is a scripted endpoint over HTTP in a process of its own. Its own time is that of a bare HTTP client, ours is
from handing the message to the web chat's core until the draft reaches whoever looks at the thread.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx

from tests.benchmarks.figures import quantiles, show
from tests.benchmarks.ground import Ground, open_ground, until_taught
from ui.embedded import ports
from ui.gateway import Parts, open_parts
from ui.settings import Settings
from ui.web.backend import Drafted, Settled

ROUNDS = 60
WARM_UP = 10


@asynccontextmanager
async def open_endpoint() -> AsyncGenerator[str]:
    """Run the scripted endpoint; gives its base URL."""
    port = ports.free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.endpoint", str(port)])  # noqa: ASYNC220
    try:
        async with asyncio.timeout(60):
            while await ports.answers("127.0.0.1", port, "/v1/chat/completions") is None:
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


async def of_the_model(client: httpx.AsyncClient, base_url: str) -> float:
    """Ask the endpoint directly; give the milliseconds until its first character."""
    began = time.perf_counter()
    body = {"model": "scripted", "stream": True, "messages": [{"role": "user", "content": "How?"}]}
    async with client.stream("POST", f"{base_url}/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                return 1000 * (time.perf_counter() - began)
    raise RuntimeError("the scripted endpoint wrote nothing")


async def of_the_hub(parts: Parts, user_id: UUID, thread_id: UUID, question: str) -> float:
    """Send a message; give the milliseconds until the first character of its answer, once its turn is over."""
    first = 0.0
    async with parts.core.subscribe(user_id, thread_id) as events, asyncio.timeout(30):
        began = time.perf_counter()
        await parts.core.accept(user_id, thread_id, uuid4(), question)
        async for event in events:
            if isinstance(event, Drafted) and event.text.strip() and not first:
                first = 1000 * (time.perf_counter() - began)
            if isinstance(event, Settled):
                return first
    raise RuntimeError("the hub wrote nothing")


def to_settings(ground: Ground, base_url: str) -> Settings:
    """Point a gateway at these servers and this model."""
    return Settings(
        data_dir=ground.folder,
        database_url=ground.postgres.url,
        neo4j_uri=ground.graph.uri,
        neo4j_user=ground.graph.user,
        neo4j_password=ground.graph.password,
        openai_base_url=base_url,
        daily_token_limit=0,
    )


async def run() -> None:
    """Print the figures of this module."""
    async with (
        open_ground() as ground,
        open_endpoint() as base_url,
        open_parts(to_settings(ground, base_url)) as parts,
        httpx.AsyncClient() as client,
    ):
        await until_taught(parts.database)
        user_id, thread_id = uuid4(), uuid4()
        async with parts.database.system() as connection:
            await connection.execute("insert into users (user_id) values (%s)", (user_id,))
        theirs: list[float] = []
        ours: list[float] = []
        for number in range(WARM_UP + ROUNDS):
            theirs.append(await of_the_model(client, base_url))
            ours.append(await of_the_hub(parts, user_id, thread_id, f"How do I teach a coach with file {number}?"))
        theirs, ours = theirs[WARM_UP:], ours[WARM_UP:]
        over = [mine - own for mine, own in zip(ours, theirs, strict=True)]
        show("model's own time to its first character", quantiles(theirs))
        show("first character at the person, through the hub", quantiles(ours))
        show("over the model's own", quantiles(over))
        show("ratio of the medians", f"{statistics.median(ours) / statistics.median(theirs):.2f}")


if __name__ == "__main__":
    asyncio.run(run())
