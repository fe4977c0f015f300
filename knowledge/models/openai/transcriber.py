"""Recordings written down by an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.models.errors import RecordingTooLarge
from knowledge.models.openai.endpoint import Endpoint, Patience, open_client, with_retries

if TYPE_CHECKING:
    from openai import AsyncOpenAI

LIMIT = 25_000_000
"""Bytes of a recording that the endpoint takes. https://platform.openai.com/docs/guides/speech-to-text"""


class OpenAITranscriber:
    """Implements `Transcriber` with one model of the endpoint."""

    def __init__(self, client: AsyncOpenAI, model: str, patience: Patience) -> None:
        self._client = client
        self._model = model
        self._patience = patience

    async def transcribe(self, recording: Path) -> str:
        """Give the words of a recording; raises `RecordingTooLarge` or another `ModelError`."""
        if (await asyncio.to_thread(recording.stat)).st_size > LIMIT:
            raise RecordingTooLarge(LIMIT // 1_000_000)

        async def ask() -> str:
            create = self._client.audio.transcriptions.create
            reply = await create(model=self._model, file=recording)
            return reply.text.strip()

        return await with_retries(ask, self._patience)


@asynccontextmanager
async def open_transcriber(
    endpoint: Endpoint, model: str, patience: Patience | None = None
) -> AsyncGenerator[OpenAITranscriber]:
    """Open the endpoint for recordings."""
    patience = patience or Patience(whole_reply=180.0)
    async with open_client(endpoint, patience) as client:
        yield OpenAITranscriber(client, model, patience)
