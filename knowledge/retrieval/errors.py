"""What can go wrong in retrieval.

HubError
└── RetrievalError
    └── GraphAway   the graph did not answer in time, or failed a moment ago (the search goes on without it)
"""

from knowledge.errors import HubError


class RetrievalError(HubError):
    """Root of this package's errors."""

    code = "retrieval"


class GraphAway(RetrievalError):
    """The graph cannot be asked at the moment."""

    code = "graph_away"

    def __init__(self) -> None:
        super().__init__("The knowledge graph does not answer at the moment; I searched without it.")
