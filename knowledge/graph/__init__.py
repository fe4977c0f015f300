"""The graph: a projection of the ledger that retrieval walks, and that can be lost and made again."""

from knowledge.graph.driver import Graph, open_graph
from knowledge.graph.errors import GraphError, GraphUnavailable, StatementRefused

__all__ = ["Graph", "GraphError", "GraphUnavailable", "StatementRefused", "open_graph"]
