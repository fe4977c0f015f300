"""A scripted endpoint that speaks OpenAI's streaming API: it thinks for a fixed time, then writes word by word."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

THINKING = 0.15
"""Seconds before the first word."""
WORDS = ("You", "send", "the", "file", "to", "the", "coach.", "[1]")


SLOWLY = "/slow"
"""The path before `/v1` of an endpoint that writes `LONG` times as much, for several seconds."""
LONG = 50


async def _written(slowly: bool) -> AsyncGenerator[str]:
    yield _chunk({"role": "assistant", "content": ""})
    await asyncio.sleep(THINKING)
    for word in WORDS * (LONG if slowly else 1):
        yield _chunk({"content": f"{word} "})
        await asyncio.sleep(0.02 if slowly else 0.01)
    yield _chunk({}, "stop")
    yield "data: [DONE]\n\n"


def _chunk(delta: dict[str, str], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    body = {"id": "chat", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n"


async def _complete(request: Request) -> Response:
    """Stream the answer; what asks for structured output gets an empty object."""
    if json.loads(await request.body()).get("stream"):
        return StreamingResponse(_written(request.url.path.startswith(SLOWLY)), media_type="text/event-stream")
    message = {"role": "assistant", "content": "{}"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"id": "chat", "object": "chat.completion", "created": 0, "model": "scripted", "choices": [choice]}
    return Response(json.dumps(body), media_type="application/json")


if __name__ == "__main__":
    paths = [f"{start}/v1/chat/completions" for start in ("", SLOWLY)]
    app = Starlette(routes=[Route(path, _complete, methods=["POST"]) for path in paths])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
