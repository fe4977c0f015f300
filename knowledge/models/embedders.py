"""Which model embeds: the endpoint's where one is named, else the small local one."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from knowledge.models import openai
from knowledge.models.embeddings import Embedder, WordLlama
from knowledge.models.openai import Endpoint


@asynccontextmanager
async def open_embedder(endpoint: Endpoint | None, name: str) -> AsyncGenerator[Embedder]:
    """Open the embedder that documents and questions share; both sides must open the same one."""
    if endpoint is None or not name:
        yield WordLlama()
        return
    async with openai.open_embedder(endpoint, name) as embedder:
        yield embedder
