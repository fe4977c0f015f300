"""Answers and structured output from an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

from knowledge.models.errors import ModelUnavailable
from knowledge.models.openai.endpoint import Endpoint, Patience, open_client, pause_before_retry, to_model_error
from knowledge.models.openai.meter import Meter
from knowledge.models.openai.shaped import shaped
from knowledge.models.port import AnswerRequest, OnUsage, StructuredRequest, T, ignore_usage
from knowledge.models.rendering import to_messages

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk


class OpenAIModel:
    """A chat and structured model behind any OpenAI-compatible endpoint."""

    offline = False

    def __init__(self, client: AsyncOpenAI, endpoint: Endpoint, patience: Patience) -> None:
        self.name = endpoint.chat_model
        self._client = client
        self._endpoint = endpoint
        self._patience = patience

    async def stream(self, request: AnswerRequest, on_usage: OnUsage = ignore_usage) -> AsyncGenerator[str, None]:
        """Give the answer piece by piece; see `ChatModel.stream`."""
        meter = Meter(to_messages(request))
        try:
            async with aclosing(self._with_retries(request, meter)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            on_usage(meter.usage)

    async def structured(self, request: StructuredRequest, schema: type[T], on_usage: OnUsage = ignore_usage) -> T:
        """Give a valid `schema`; see `StructuredModel.structured`."""
        model = request.model or self._endpoint.fast_model or self.name
        return await shaped(self._client, model, request, schema, self._patience, on_usage)

    async def _with_retries(self, request: AnswerRequest, meter: Meter) -> AsyncGenerator[str, None]:
        attempt = 0
        while True:
            try:
                async with aclosing(self._pieces(request.model or self.name, meter)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except Exception as error:
                failure = to_model_error(error, meter.text)
                pause = pause_before_retry(failure, error, attempt, self._patience)
                if meter.text or pause is None:
                    raise failure from error
            await asyncio.sleep(pause)
            attempt += 1

    async def _pieces(self, model: str, meter: Meter) -> AsyncGenerator[str, None]:
        """One try: text as it arrives; ends only where the endpoint says that the answer has ended."""
        first_token = asyncio.get_running_loop().time() + self._patience.first_token
        async with asyncio.timeout_at(first_token):
            stream = await self._begin(model, meter)
        try:
            async for piece in self._read(stream, meter, first_token):
                yield piece
        finally:
            await stream.close()

    async def _read(
        self, stream: AsyncStream[ChatCompletionChunk], meter: Meter, first_token: float
    ) -> AsyncGenerator[str, None]:
        """The time-outs cover our waiting for the endpoint alone, never the time our reader takes."""
        chunks = aiter(stream)
        while True:
            async with asyncio.timeout_at(self._deadline(first_token, begun=bool(meter.text))):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            if piece := meter.read(chunk):
                yield piece
        if not meter.finished:
            raise ModelUnavailable("the stream broke off", meter.text)

    def _deadline(self, first_token: float, *, begun: bool) -> float:
        return asyncio.get_running_loop().time() + self._patience.between_tokens if begun else first_token

    async def _begin(self, model: str, meter: Meter) -> AsyncStream[ChatCompletionChunk]:
        return await self._client.chat.completions.create(
            model=model,
            messages=meter.to_params(),
            stream=True,
            stream_options={"include_usage": True},
        )


@asynccontextmanager
async def open_openai(endpoint: Endpoint, patience: Patience | None = None) -> AsyncGenerator[OpenAIModel, None]:
    """Open the model; nothing is asked of the endpoint yet."""
    patience = patience or Patience()
    async with open_client(endpoint, patience) as client:
        yield OpenAIModel(client, endpoint, patience)
