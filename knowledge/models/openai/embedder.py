"""Embeddings from an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.models.errors import ModelUnavailable
from knowledge.models.openai.endpoint import Endpoint, Patience, open_client, with_retries

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_BATCH = 128
Rows = npt.NDArray[np.float32]


class OpenAIEmbedder:
    """Embeds texts as unit rows of `dimensions` numbers; `name` keys the vectors in the database.

    `dimensions` is 0 until the first answer, where they were not given.
    """

    def __init__(self, client: AsyncOpenAI, name: str, dimensions: int, patience: Patience) -> None:
        self.name = name
        self.dimensions = dimensions
        self._client = client
        self._patience = patience

    async def embed(self, texts: Sequence[str]) -> Rows:
        """One unit row per text, in order; raises `ModelError`."""
        parts = [
            await _embed(self._client, self.name, texts[at : at + _BATCH], self._patience)
            for at in range(0, len(texts), _BATCH)
        ]
        rows = np.concatenate(parts) if parts else np.zeros((0, self.dimensions), np.float32)
        self.dimensions = self.dimensions or rows.shape[1]
        if rows.shape != (len(texts), self.dimensions):
            raise ModelUnavailable(f"{rows.shape} embeddings for {len(texts)} texts of {self.dimensions}")
        return rows


@asynccontextmanager
async def open_embedder(
    endpoint: Endpoint, name: str, patience: Patience | None = None, *, dimensions: int = 0
) -> AsyncGenerator[OpenAIEmbedder, None]:
    """Open the embedder; without `dimensions` the first answer tells how many they are."""
    patience = patience or Patience()
    async with open_client(endpoint, patience) as client:
        yield OpenAIEmbedder(client, name, dimensions, patience)


async def _embed(client: AsyncOpenAI, name: str, texts: Sequence[str], patience: Patience) -> Rows:
    # Endpoints refuse empty texts.
    wanted = [text or " " for text in texts]

    async def ask() -> Rows:
        reply = await client.embeddings.create(model=name, input=wanted, encoding_format="float")
        ordered = sorted(reply.data, key=lambda item: item.index)
        rows = np.asarray([item.embedding for item in ordered], dtype=np.float32)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(norms == 0, 1, norms)).astype(np.float32)

    return await with_retries(ask, patience)
