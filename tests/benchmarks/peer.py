"""What `ingestion` compares with: markitdown, LlamaIndex's SentenceSplitter and PGVectorStore, and the same embedding.

Runs in `.bench-venv`, because its versions need not agree with ours. Reads an order from standard input and writes the
median seconds by edition to standard output, as JSON.
"""
# pyright: basic, reportMissingImports=false, reportIncompatibleMethodOverride=false

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import wordllama
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.vector_stores.postgres import PGVectorStore
from markitdown import MarkItDown
from pydantic import PrivateAttr


class Embedding(BaseEmbedding):
    """The model that the hub embeds with."""

    _model: Any = PrivateAttr()

    def __init__(self) -> None:
        super().__init__(model_name="wordllama-256", embed_batch_size=256)
        folder = Path(wordllama.__file__).parent
        self._model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._model.embed(texts, norm=True).tolist()

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def open_store(url: str) -> PGVectorStore:
    """Connect to the database."""
    parts = urlsplit(url)
    return PGVectorStore.from_params(
        host=parts.hostname,
        port=str(parts.port),
        database=parts.path.strip("/"),
        user=parts.username,
        password=parts.password,
        table_name="manual",
        embed_dim=256,
    )


def learn(texts: list[str], embedding: Embedding, storage: StorageContext) -> None:
    """Split, embed and store."""
    VectorStoreIndex.from_documents(
        [Document(text=text) for text in texts],
        storage_context=storage,
        embed_model=embedding,
        transformations=[SentenceSplitter()],
    )


def main() -> None:
    """Do the order."""
    order = json.load(sys.stdin)
    embedding, converter = Embedding(), MarkItDown()
    storage = StorageContext.from_defaults(vector_store=open_store(order["url"]))
    learn(["Warm."], embedding, storage)
    medians: dict[str, float] = {}
    for name, files in order["editions"].items():
        spent: list[float] = []
        for _ in range(order["rounds"]):
            began = time.perf_counter()
            learn([converter.convert(file).text_content for file in files], embedding, storage)
            spent.append(time.perf_counter() - began)
        medians[name] = statistics.median(spent)
    print(json.dumps(medians))


if __name__ == "__main__":
    main()
