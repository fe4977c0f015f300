"""What can go wrong around an ingestion, apart from its file.

HubError
└── IngestionError
    ├── LeaseLost   somebody else works on it now, or it was cancelled; a zombie's way out
    └── Crashed     whoever worked on it died too often
"""

from knowledge.errors import HubError
from knowledge.phrases import Phrase


class IngestionError(HubError):
    """Root of this package's errors."""


class LeaseLost(IngestionError):
    """The work is no longer ours: nothing we write now would count."""

    code = "lease_lost"


class Crashed(IngestionError):
    """Every attempt ended with the death of the process that worked on it."""

    code = "crashed"

    def __init__(self, name: str = Phrase("This file")) -> None:
        super().__init__(
            "{name} stopped the reader three times, so I gave up on it. "
            "Saving it again in another format, such as PDF or plain text, often helps.",
            name=name,
        )
