"""Retrieval: BM25 and vectors fused by rank, then widened by what the graph knows."""

from knowledge.retrieval.hit import Hit, Recall
from knowledge.retrieval.retriever import Neighbours, Retriever
from knowledge.retrieval.strategies import BRIDGED, DENSE, FUSED, LEXICAL, Strategy

__all__ = ["BRIDGED", "DENSE", "FUSED", "LEXICAL", "Hit", "Neighbours", "Recall", "Retriever", "Strategy"]
