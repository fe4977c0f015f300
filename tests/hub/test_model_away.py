"""A model endpoint that misbehaves: the person hears so, is answered from the sources, and the next message is fine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Addresses
from tests.hub.trip import Trip, open_trip
from tests.knowledge.parsers import making

QUESTION = "How long does green tea steep?"
TEA = "# Brewing\n\nGreen tea steeps for two minutes in water of eighty degrees, or it turns bitter.\n"
_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def _chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    told = {"id": "1", "object": "chat.completion.chunk", "model": "m", "created": 1, "choices": [choice]}
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def _refusal(line: str, *headers: str) -> bytes:
    return (
        "\r\n".join([f"HTTP/1.1 {line}", "Content-Length: 2", "Connection: close", *headers]).encode() + b"\r\n\r\n{}"
    )


WELL = _STREAM + _chunk("It steeps for two minutes [1].", "stop") + b"data: [DONE]\n\n"
FAULTS = {
    "busy": (_refusal("429 Too Many Requests", "Retry-After: 40"), "very busy. Please try again in 40 seconds"),
    "broken": (_refusal("500 Internal Server Error"), "does not answer at the moment"),
    "refusing the key": (_refusal("401 Unauthorized"), "refuses the key of this hub"),
    "talking nonsense": (_STREAM + b"data: {nonsense\n\n", "language model"),
    "silent": (b"", "does not answer at the moment"),
    "breaking off": (_STREAM + _chunk("It steeps for"), "stopped in the middle of its answer"),
}


@dataclass
class Endpoint:
    """Answers every request with `reply` after `pause` seconds."""

    reply: bytes = WELL
    pause: float = 0.0
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(self.pause)
        writer.write(self.reply)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def open_endpoint() -> AsyncGenerator[tuple[Endpoint, asyncio.Server]]:
    endpoint = Endpoint()
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server:
        yield endpoint, server


@asynccontextmanager
async def open_taught(addresses: Addresses, folder: Path, url: str) -> AsyncGenerator[Trip]:
    """A trip whose coach knows about tea and answers by the model at this address."""
    async with open_trip(addresses, folder, openai_base_url=url) as trip:
        await trip.teach(making.written(folder / "tea.md", TEA))
        yield trip


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_model_that_fails_is_told_of_and_the_sources_answer(
    addresses: Addresses, tmp_path: Path, fault: str
) -> None:
    async with open_endpoint() as (endpoint, _), open_taught(addresses, tmp_path, endpoint.url) as trip:
        endpoint.reply, words = FAULTS[fault]
        answer = await trip.ask(QUESTION)
        assert words in answer.text and "steeps for two minutes" in answer.text
        assert [citation.quote[:9] for citation in answer.citations] == ["Green tea"]
        endpoint.reply = WELL
        assert (await trip.ask(QUESTION)).text == "It steeps for two minutes [1]."


async def test_a_model_that_is_down_and_comes_back(addresses: Addresses, tmp_path: Path) -> None:
    async with open_endpoint() as (endpoint, server), open_taught(addresses, tmp_path, endpoint.url) as trip:
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        answer = await trip.ask(QUESTION)
        assert "does not answer at the moment" in answer.text and "steeps for two minutes" in answer.text
        async with await asyncio.start_server(endpoint.serve, "127.0.0.1", port):
            assert (await trip.ask(QUESTION)).text == "It steeps for two minutes [1]."


async def test_a_slow_model_is_waited_for(addresses: Addresses, tmp_path: Path) -> None:
    async with open_endpoint() as (endpoint, _), open_taught(addresses, tmp_path, endpoint.url) as trip:
        endpoint.pause = 2.0
        assert (await trip.ask(QUESTION)).text == "It steeps for two minutes [1]."
