"""Embeddings: the port, and WordLlama, a small English model that runs in this process without a network."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_FEW = 4


class Embedder(Protocol):
    """Turns texts into vectors whose inner product tells how close they are in meaning."""

    @property
    def name(self) -> str:
        """The model's name; vectors of different names are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """How long each vector is."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one row a text, of unit length (all zeros for a text without words); raises `ModelError`."""
        ...


def to_halfvec(vector: NDArray[np.float32]) -> str:
    """Write a vector as pgvector reads it; a half float has no more than five digits."""
    return "[" + ",".join(map("{:.5g}".format, vector.tolist())) + "]"


class _Model(Protocol):
    def embed(self, texts: list[str]) -> Vectors: ...


class WordLlama:
    """Averages of token vectors, 256 numbers each: thousands of passages a second on one core, 32 MB of memory.

    The model is loaded at the first use, off the event loop.
    """

    name = "wordllama-256"
    dimensions = 256

    def __init__(self) -> None:
        self._model: _Model | None = None
        self._loading = asyncio.Lock()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text; a few short texts are embedded at once, more of them in a thread."""
        model = await self._loaded()
        if len(texts) <= _FEW:
            return _unit(model, texts)
        return await asyncio.to_thread(_unit, model, texts)

    async def _loaded(self) -> _Model:
        if self._model is None:
            async with self._loading:
                if self._model is None:
                    self._model = await asyncio.to_thread(_load)
        return self._model


def _load() -> _Model:
    """Load the weights that lie in the wheel; its import configures the root logger, which is taken back here."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    import wordllama

    root.handlers[:] = handlers
    root.setLevel(level)
    loaded = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    return cast(_Model, loaded)


def _unit(model: _Model, texts: Sequence[str]) -> Vectors:
    """Embed in order of length, so that little of a batch is padding."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    rows = np.zeros((len(texts), WordLlama.dimensions), np.float32)
    if order:
        rows[order] = model.embed([texts[index] for index in order])
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms > 0, norms, 1)).astype(np.float32, copy=False)
