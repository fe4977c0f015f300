"""Named ways to search."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bridge:
    """How far the graph may widen a search.

    It starts from the `seeds` best hits, looks at up to `reach` neighbours, and may fill `places` of the result,
    which are taken from its end. `patience` is how many seconds the graph has to answer, `rest` how many it is left
    alone after it failed.
    """

    seeds: int = 5
    reach: int = 40
    places: int = 2
    patience: float = 0.5
    rest: float = 5.0


@dataclass(frozen=True, slots=True)
class Strategy:
    """How much each way of searching counts; `pool` is how many candidates each of them brings."""

    name: str
    lexical: float
    dense: float
    pool: int = 60
    bridge: Bridge | None = None


LEXICAL = Strategy("lexical", lexical=1.0, dense=0.0)
DENSE = Strategy("dense", lexical=0.0, dense=1.0)
FUSED = Strategy("fused", lexical=1.0, dense=0.3)
BRIDGED = Strategy("bridged", lexical=1.0, dense=0.3, bridge=Bridge())
