"""A model endpoint that is down, slow, busy or talks nonsense: one kind error each, and no endless wait."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from knowledge.models.errors import ModelUnavailable, RateLimited
from knowledge.models.openai import Endpoint, Patience, open_openai
from knowledge.models.port import StructuredRequest
from tests.knowledge.models.requests import Topic, ask
from ui.embedded.ports import free_port

_QUICK = Patience(connect=0.5, first_token=0.5, between_tokens=0.3, whole_reply=0.5, back_off=0.01, longest_wait=0.2)
_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def _chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return (
        b"data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"
    )


def _status(line: str, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {line}", "Content-Length: 2", "Content-Type: application/json", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n{}"


_WHOLE = _STREAM + _chunk("All ") + _chunk("well", "stop") + b"data: [DONE]\n\n"


@dataclass
class _Server:
    """Answers the nth request with the nth reply, and every later one with the last; None never answers."""

    replies: list[bytes | None]
    hold: bool = False
    asked: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        reply = self.replies[min(self.asked, len(self.replies) - 1)]
        self.asked += 1
        if reply:
            writer.write(reply)
            await writer.drain()
        if reply is None or self.hold:
            while await reader.read(4096):
                pass
            self.left.set()
        writer.close()


@asynccontextmanager
async def _serving(*replies: bytes | None, hold: bool = False) -> AsyncGenerator[tuple[_Server, Endpoint]]:
    server = _Server(list(replies), hold)
    listener = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        yield server, Endpoint("key", f"http://127.0.0.1:{port}/v1", "broken")


async def _answer(endpoint: Endpoint, on_piece: Callable[[str], object] = str) -> str:
    text = ""
    async with open_openai(endpoint, _QUICK) as model:
        async for piece in model.stream(ask("Where do log files go?")):
            text += piece
            on_piece(piece)
    return text


async def test_an_endpoint_that_is_down_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable, match="try again"):
        await _answer(Endpoint("key", f"http://127.0.0.1:{free_port()}/v1", "absent"))


async def test_an_endpoint_that_never_answers_is_unavailable_in_time() -> None:
    async with _serving(None) as (_, endpoint), asyncio.timeout(5):
        with pytest.raises(ModelUnavailable):
            await _answer(endpoint)


async def test_a_stream_that_falls_silent_is_unavailable_with_its_part() -> None:
    async with _serving(_STREAM + _chunk("Half of "), hold=True) as (server, endpoint), asyncio.timeout(5):
        with pytest.raises(ModelUnavailable) as caught:
            await _answer(endpoint)
        assert caught.value.part == "Half of "
        await server.left.wait()


async def test_a_reader_who_takes_his_time_does_not_time_out() -> None:
    async with _serving(_WHOLE) as (_, endpoint), open_openai(endpoint, _QUICK) as model:
        pieces: list[str] = []
        async for piece in model.stream(ask("Where?")):
            pieces.append(piece)
            await asyncio.sleep(_QUICK.between_tokens * 1.5)
        assert "".join(pieces) == "All well"


async def test_closing_a_stream_closes_the_connection_at_once() -> None:
    held = _serving(_STREAM + _chunk("Half of "), hold=True)
    async with held as (server, endpoint), open_openai(endpoint, Patience()) as model, asyncio.timeout(5):
        stream = model.stream(ask("Where?"))
        assert await anext(stream) == "Half of "
        await stream.aclose()
        await server.left.wait()
        assert server.asked == 1


@pytest.mark.parametrize("line", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
async def test_tries_again_before_the_first_token(line: str) -> None:
    async with _serving(_status(line, "Retry-After: 0"), _WHOLE) as (server, endpoint):
        assert await _answer(endpoint) == "All well"
        assert server.asked == 2


async def test_never_tries_again_after_the_first_token() -> None:
    async with _serving(_STREAM + _chunk("Half of "), _WHOLE) as (server, endpoint):
        with pytest.raises(ModelUnavailable):
            await _answer(endpoint)
        assert server.asked == 1


async def test_gives_up_after_three_tries() -> None:
    async with _serving(_status("500 Internal Server Error")) as (server, endpoint):
        with pytest.raises(ModelUnavailable):
            await _answer(endpoint)
        assert server.asked == 3


async def test_tells_how_long_a_busy_endpoint_asks_to_wait() -> None:
    async with _serving(_status("429 Too Many Requests", "Retry-After: 40")) as (server, endpoint):
        with pytest.raises(RateLimited, match="in 40 seconds") as caught:
            await _answer(endpoint)
        assert caught.value.retry_after == 40
        assert server.asked == 1


async def test_understands_a_date_to_wait_for() -> None:
    busy = _status("429 Too Many Requests", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT")
    async with _serving(busy) as (_, endpoint):
        with pytest.raises(RateLimited) as caught:
            await _answer(endpoint)
        assert caught.value.retry_after > 3600


@pytest.mark.parametrize("line", ["400 Bad Request", "404 Not Found", "401 Unauthorized"])
async def test_does_not_repeat_what_is_refused(line: str) -> None:
    async with _serving(_status(line)) as (server, endpoint):
        with pytest.raises(Exception, match="language model"):
            await _answer(endpoint)
        assert server.asked == 1


async def test_a_stream_of_invalid_json_is_unavailable() -> None:
    async with _serving(_STREAM + _chunk("Half of ") + b"data: {not json\n\n") as (_, endpoint):
        with pytest.raises(ModelUnavailable) as caught:
            await _answer(endpoint)
        assert caught.value.part == "Half of "


async def test_an_error_inside_a_stream_is_unavailable() -> None:
    async with _serving(_STREAM + b'data: {"error": {"message": "overloaded"}}\n\n') as (_, endpoint):
        with pytest.raises(ModelUnavailable):
            await _answer(endpoint)


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b'{"choices": []}', b""])
async def test_nonsense_instead_of_structured_output_is_unavailable(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with _serving(head + body) as (_, endpoint), open_openai(endpoint, _QUICK) as model:
        with pytest.raises(ModelUnavailable):
            await model.structured(StructuredRequest("What?", "text"), Topic)
