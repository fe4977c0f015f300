"""Which models, retriever and graph a process works with: the settings decide, and without a key all is local."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from conversation.state import Services
from knowledge.db import Database
from knowledge.errors import HubError
from knowledge.graph import Graph, open_graph
from knowledge.graph.neighbours import GraphNeighbours
from knowledge.graph.statements import load_statements
from knowledge.models.embedders import open_embedder
from knowledge.models.embeddings import WordLlama
from knowledge.models.offline import OfflineModel
from knowledge.models.openai import Endpoint, endpoint_of, open_openai, open_transcriber
from knowledge.retrieval import Retriever
from ui.settings import Settings

WARM_UP = 3.0
"""Seconds that the graph's first answer may take while the gateway starts."""
NOTHING = {"graph_id": "", "chunk_ids": [""], "entities": 1}


def endpoint_in(settings: Settings) -> Endpoint | None:
    """Give the model endpoint of the settings, or None offline."""
    return endpoint_of(settings.openai_api_key, settings.openai_base_url, settings.chat_model, settings.fast_model)


@asynccontextmanager
async def open_services(settings: Settings, database: Database) -> AsyncGenerator[Services]:
    """Open everything turns work with."""
    endpoint = endpoint_in(settings)
    async with AsyncExitStack() as stack:
        local = WordLlama()
        await local.embed(["warm"])  # the first question should not wait for the weights
        extractive = OfflineModel(local)
        online = await stack.enter_async_context(open_openai(endpoint)) if endpoint else None
        remote = endpoint and settings.embedding_model
        embedder = (
            await stack.enter_async_context(open_embedder(endpoint, settings.embedding_model)) if remote else local
        )
        graph = await _graph(stack, settings)
        transcriber = None
        if endpoint and settings.audio_model:
            transcriber = await stack.enter_async_context(open_transcriber(endpoint, settings.audio_model))
        yield Services(
            database=database,
            chat=online or extractive,
            extractive=extractive,
            structured=online,
            searcher=Retriever(embedder, GraphNeighbours(graph) if graph else None),
            daily_tokens=settings.daily_token_limit,
            link_hosts=settings.allowed_link_hosts,
            graph=graph,
            transcriber=transcriber,
        )


async def _graph(stack: AsyncExitStack, settings: Settings) -> Graph | None:
    if not settings.neo4j_uri:
        return None
    graph = await stack.enter_async_context(
        open_graph(settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password or "")
    )
    with suppress(HubError):  # a cold server takes longer over its first question than an answer would wait
        await graph.read(load_statements("neighbours.cypher")["neighbours"], budget=WARM_UP, **NOTHING)
    return graph
