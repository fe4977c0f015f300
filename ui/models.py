"""Which models, retriever and graph a process works with: the settings decide, and without a key all is local."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from conversation.state import Services
from knowledge.db import Database
from knowledge.graph import open_graph
from knowledge.graph.neighbours import GraphNeighbours
from knowledge.models.embeddings import WordLlama
from knowledge.models.offline import OfflineModel
from knowledge.models.openai import Endpoint, OpenAIModel, open_openai
from knowledge.retrieval import Neighbours, Retriever
from ui.settings import Settings


@asynccontextmanager
async def open_services(settings: Settings, database: Database) -> AsyncGenerator[Services]:
    """Open everything turns work with."""
    async with AsyncExitStack() as stack:
        local = WordLlama()
        await local.embed(["warm"])  # the first question should not wait for the weights
        extractive = OfflineModel(local)
        online = await _online(stack, settings)
        searcher = Retriever(local, await _neighbours(stack, settings))
        yield Services(
            database=database,
            chat=online or extractive,
            extractive=extractive,
            structured=online,
            searcher=searcher,
            daily_tokens=settings.daily_token_limit,
        )


async def _online(stack: AsyncExitStack, settings: Settings) -> OpenAIModel | None:
    if not (settings.openai_api_key or settings.openai_base_url):
        return None
    endpoint = Endpoint(
        api_key=settings.openai_api_key or "none",
        base_url=settings.openai_base_url or "",
        chat_model=settings.chat_model,
        fast_model=settings.fast_model,
    )
    return await stack.enter_async_context(open_openai(endpoint))


async def _neighbours(stack: AsyncExitStack, settings: Settings) -> Neighbours | None:
    if not settings.neo4j_uri:
        return None
    graph = await stack.enter_async_context(
        open_graph(settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password or "")
    )
    return GraphNeighbours(graph)
