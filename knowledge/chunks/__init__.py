"""Chunks: the pieces of a document that are searched, embedded and cited."""

from knowledge.chunks.chunk import Chunk
from knowledge.chunks.sentences import sentences
from knowledge.chunks.splitting import split

__all__ = ["Chunk", "sentences", "split"]
