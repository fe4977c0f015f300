"""What can go wrong with the graph.

HubError
└── GraphError
    ├── GraphUnavailable   it is away, sick or too slow: go on without it and say so
    └── StatementRefused   it answers, but refused what we asked (a fault of ours or of its data)
"""

from knowledge.errors import HubError


class GraphError(HubError):
    """Root of this package's errors."""

    code = "graph"


class GraphUnavailable(GraphError):
    """The graph server did not answer within the budget; `retry_after` is in seconds."""

    code = "graph_unavailable"

    def __init__(self, retry_after: float = 0.0) -> None:
        super().__init__("The knowledge graph does not answer at the moment, so answers do without it.")
        self.retry_after = retry_after


class StatementRefused(GraphError):
    """The graph server refused a statement; `reason` is its own code for why."""

    code = "graph_refused"

    def __init__(self, reason: str) -> None:
        super().__init__("The knowledge graph refused a statement. Running `evermynd graph rebuild` may mend it.")
        self.reason = reason
