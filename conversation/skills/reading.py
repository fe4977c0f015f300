"""A skill that only reads: it has no work to do when its turn is committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversation.turn import Turn
from knowledge.db import Connection


class Reading:
    """Gives a skill the `apply` of one that changes nothing."""

    async def apply(self, connection: Connection, turn: Turn, work: Mapping[str, Any]) -> None:
        """Change nothing."""
