"""What the bot's side and the people's side share: one platform, as one bot meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from .faults import Faults
from .files import Files
from .identity import Identity
from .journal import Journal
from .limits import Pace
from .outgoing import Checker
from .world import World


@dataclass(slots=True)
class Backend:
    """The state, and the parts that look after it."""

    world: World
    identity: Identity
    pace: Pace
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    files: Files = field(init=False)

    def __post_init__(self) -> None:
        self.files = Files(self.report)

    @property
    def service_url(self) -> str:
        """What activities name as the way back, with the slash at its end."""
        return f"{self.url}/amer/"

    @property
    def report(self) -> Callable[[str], None]:
        """Takes note of what the bot should never do."""
        return self.journal.violate

    @property
    def checker(self) -> Checker:
        """Checks what the bot posts, by the limits of now."""
        return Checker(self.pace.limits, self.report, lambda own: self.files.uploads.get(own) is not None)
