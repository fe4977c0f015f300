"""Both models pass the same suite: the one that writes (over real HTTP) and the one that quotes."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from knowledge.models.embeddings import WordLlama
from knowledge.models.offline import OfflineModel
from knowledge.models.openai import Endpoint, open_openai
from knowledge.models.port import ChatModel, Usage
from tests.aimock import server
from tests.knowledge.models.requests import PASSAGES, ask

_WRITES = pytest.param("openai", marks=pytest.mark.skipif(bool(server.missing()), reason=server.missing()))


@pytest.fixture(params=[_WRITES, "offline", "offline without embeddings"])
async def model(request: pytest.FixtureRequest) -> AsyncGenerator[ChatModel]:
    """Each implementation in turn."""
    if request.param == "openai":
        async with server.open_aimock() as aimock, open_openai(Endpoint("key", aimock.url, "scripted")) as opened:
            yield opened
    else:
        yield OfflineModel(WordLlama() if request.param == "offline" else None)


async def test_streams_an_answer_in_pieces(model: ChatModel) -> None:
    pieces = [piece async for piece in model.stream(ask("Where do log files go?"))]
    assert len(pieces) > 1
    assert "Log files go to /var/log" in "".join(pieces)


async def test_cites_only_passages_it_was_given(model: ChatModel) -> None:
    answer = "".join([piece async for piece in model.stream(ask("Where do log files go?"))])
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", answer)}
    assert cited
    assert cited <= {passage.number for passage in PASSAGES}


async def test_reports_usage_once_at_the_end(model: ChatModel) -> None:
    reported: list[Usage] = []
    async for _ in model.stream(ask("Where do log files go?"), reported.append):
        assert not reported
    assert len(reported) == 1


async def test_a_stream_that_is_closed_early_ends_at_once_and_reports_usage(model: ChatModel) -> None:
    reported: list[Usage] = []
    async with aclosing(model.stream(ask("Where do log files go?"), reported.append)) as stream:
        await anext(stream)
    assert len(reported) == 1
    assert [piece async for piece in stream] == []


async def test_answers_without_passages_too(model: ChatModel) -> None:
    assert "".join([piece async for piece in model.stream(ask("Where do log files go?", ()))])


async def test_has_a_name_and_says_whether_it_writes(model: ChatModel) -> None:
    assert model.name
    assert model.offline == model.name.startswith("offline")
