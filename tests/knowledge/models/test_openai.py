"""The OpenAI-compatible model: usage, structured output and embeddings against a server nobody here wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np
import pytest

from knowledge.models.errors import InvalidOutput, ModelUnavailable, RateLimited, Unauthorised
from knowledge.models.openai import Endpoint, OpenAIModel, Patience, open_embedder, open_openai
from knowledge.models.port import StructuredRequest, Usage
from tests.aimock import server
from tests.aimock.server import Aimock
from tests.knowledge.models.requests import Topic, ask

pytestmark = pytest.mark.skipif(bool(server.missing()), reason=server.missing())
_QUICK = Patience(back_off=0.01, longest_wait=0.1)


@pytest.fixture(scope="module")
async def aimock() -> AsyncGenerator[Aimock]:
    async with server.open_aimock() as running:
        yield running


@pytest.fixture
async def model(aimock: Aimock) -> AsyncGenerator[OpenAIModel]:
    async with open_openai(Endpoint("key", aimock.url, "scripted", "small"), _QUICK) as opened:
        yield opened


async def test_reports_the_tokens_the_endpoint_counted(model: OpenAIModel) -> None:
    reported: list[Usage] = []
    async for _ in model.stream(ask("Where do log files go?"), reported.append):
        pass
    assert reported == [Usage(321, 17)]


async def test_estimates_the_tokens_of_a_stream_that_was_stopped(model: OpenAIModel) -> None:
    reported: list[Usage] = []
    async with aclosing(model.stream(ask("Tell me a long story"), reported.append)) as stream:
        await anext(stream)
    assert reported[0].input_tokens > 50
    assert reported[0].output_tokens >= 1


async def test_a_cancelled_task_ends_its_request(model: OpenAIModel) -> None:
    reported: list[Usage] = []
    begun = asyncio.Event()

    async def read() -> None:
        async with aclosing(model.stream(ask("Tell me a long story"), reported.append)) as stream:
            async for _ in stream:
                begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(reported) == 1


async def test_passages_are_sent_as_data_apart_from_the_instructions(model: OpenAIModel, aimock: Aimock) -> None:
    async for _ in model.stream(ask("Where do log files go?")):
        pass
    messages = (await aimock.journal())[-1]["body"]["messages"]
    assert messages[0]["role"] == "system"
    assert "/var/log" not in messages[0]["content"]
    assert "passage [1], from: Manual · page 3" in messages[-1]["content"]


async def test_half_a_stream_is_an_error_that_keeps_the_part_received(model: OpenAIModel) -> None:
    received: list[str] = []

    async def read() -> None:
        async for piece in model.stream(ask("Stop half-way")):
            received.append(piece)  # noqa: PERF401

    with pytest.raises(ModelUnavailable, match="stopped in the middle") as caught:
        await read()
    assert caught.value.part == "".join(received) != ""


async def test_gives_structured_output(model: OpenAIModel, aimock: Aimock) -> None:
    request = StructuredRequest("What is asked?", "Where do log files go?")
    assert await model.structured(request, Topic) == Topic(topic="log files", count=2)
    sent = (await aimock.journal())[-1]["body"]
    assert sent["model"] == "small"
    assert sent["response_format"]["json_schema"]["name"] == "Topic"


async def test_repairs_an_invalid_reply_once(model: OpenAIModel) -> None:
    reported: list[Usage] = []
    answer = await model.structured(StructuredRequest("What is asked?", "Mend this once"), Topic, reported.append)
    assert answer.topic == "mended"
    assert len(reported) == 1


async def test_says_so_when_the_repaired_reply_is_invalid_too(model: OpenAIModel) -> None:
    with pytest.raises(InvalidOutput):
        await model.structured(StructuredRequest("Give up.", "Never mend this"), Topic)


async def test_a_refused_key_is_named_as_such(model: OpenAIModel) -> None:
    with pytest.raises(Unauthorised, match="EVERMYND_OPENAI_API_KEY"):
        await anext(model.stream(ask("Wrong key")))


async def test_a_long_wait_is_told_instead_of_waited_for(model: OpenAIModel) -> None:
    with pytest.raises(RateLimited) as caught:
        await anext(model.stream(ask("Too many")))
    assert caught.value.retry_after == 1.0


async def test_embeds_as_unit_rows_in_order(aimock: Aimock) -> None:
    async with open_embedder(Endpoint("key", aimock.url, ""), "scripted", _QUICK) as embedder:
        rows = await embedder.embed(["one", "two", "one", ""])
    assert rows.shape == (4, embedder.dimensions)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(rows[0], rows[2])
