"""Two servers of the test over real HTTP: a model that can be held in the middle of a word, and a chat platform."""

from __future__ import annotations

import asyncio
import json
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.kill.holds import Holds

Handler = Callable[[str, dict[str, Any], StreamWriter], Awaitable[None]]
MARK = re.compile(r"mark-[0-9a-f]+")


@asynccontextmanager
async def serve(handler: Handler) -> AsyncGenerator[str]:
    """Answer HTTP requests with JSON bodies, one a connection; gives the address."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):  # whoever asked was killed
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            body = await reader.readexactly(int(length[1]) if length else 0)
            await handler(head.split(" ", 2)[1], json.loads(body or b"{}"), writer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def _begin(writer: StreamWriter, kind: str) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n".encode())


@dataclass(slots=True)
class Model:
    """An OpenAI-compatible endpoint that says the mark of the question it was asked.

    Its places: `first word`, `middle`, `last word`. `pause` is how long it thinks before each word, in seconds.
    """

    url: str = ""
    pause: float = 0.0
    holds: Holds = field(default_factory=Holds)
    asked: list[str] = field(default_factory=list[str])

    async def answer(self, path: str, body: dict[str, Any], writer: StreamWriter) -> None:
        """Stream an answer."""
        mark = MARK.findall(body["messages"][-1]["content"])[0]
        self.asked.append(mark)
        _begin(writer, "text/event-stream")
        words = ["This ", "is ", f"about {mark}. [1]"]
        for place, word in zip(("first word", "middle", "middle"), words, strict=True):
            await writer.drain()
            await self.holds.pass_by(place)
            await asyncio.sleep(self.pause)
            self._say(writer, {"content": word}, None)
        await writer.drain()
        await self.holds.pass_by("last word")
        self._say(writer, {}, "stop")
        writer.write(b"data: [DONE]\n\n")

    def _say(self, writer: StreamWriter, delta: dict[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
        writer.write(f"data: {json.dumps(chunk)}\n\n".encode())


@dataclass(slots=True)
class Platform:
    """A chat platform that keeps what was posted, by the id it gave; it knows nothing of our ledger.

    Its places: `send`, `sent`, `edit`, `edited`: before it does something, and before it says that it did. What is in
    `streaming` was begun as a draft, and is one until it is edited.
    """

    url: str = ""
    idempotent: bool = False
    holds: Holds = field(default_factory=Holds)
    posts: dict[str, str] = field(default_factory=dict[str, str])
    by_key: dict[str, str] = field(default_factory=dict[str, str])
    streaming: set[str] = field(default_factory=set[str])

    async def answer(self, path: str, body: dict[str, Any], writer: StreamWriter) -> None:
        """Send or edit."""
        act, done, do = ("send", "sent", self._send) if path == "/send" else ("edit", "edited", self._edit)
        await self.holds.pass_by(act)
        result = do(body)
        await self.holds.pass_by(done)
        _begin(writer, "application/json")
        writer.write(json.dumps(result).encode())

    def _send(self, body: dict[str, Any]) -> dict[str, str]:
        key, number = body["key"], str(len(self.posts) + 1)
        number = self.by_key.get(key, number) if self.idempotent else number
        self.by_key[key] = number
        self.posts[number] = body["text"]
        if body.get("draft"):
            self.streaming.add(number)
        return {"id": number}

    def _edit(self, body: dict[str, Any]) -> dict[str, str]:
        self.posts[body["id"]] = body["text"]
        if not body.get("draft"):
            self.streaming.discard(body["id"])
        return {"id": body["id"]}
