"""What can go wrong in background work.

HubError
└── JobError
    ├── SlotLost       another process has taken over the slot that this one was running
    ├── QueueAway      Redis does not answer; the relay carries the work meanwhile
    ├── Unexpected     a fault of ours while learning; the person gets a neutral sentence, the log the traceback
    ├── NoRoom         the disk is full
    └── NothingLearned an archive of which no file could be learned
"""

from knowledge.errors import HubError
from knowledge.parsers.archive import Skipped


class JobError(HubError):
    """Root of this package's errors."""


class SlotLost(JobError):
    """The slot was given to another process; nothing of ours is committed."""

    code = "slot_lost"


class QueueAway(JobError):
    """Redis did not answer."""

    code = "queue_away"


class Unexpected(JobError):
    """Something failed that we did not foresee."""

    code = "unexpected"

    def __init__(self, name: str) -> None:
        super().__init__(
            "Something went wrong on my side while I was learning “{name}”. Nothing was changed.", name=name
        )


class NoRoom(JobError):
    """The disk is full."""

    code = "disk_full"

    def __init__(self, name: str) -> None:
        super().__init__(
            "There is no room left on my disk to learn “{name}”. Please try again a little later.", name=name
        )


class NothingLearned(JobError):
    """An archive brought nothing; `skipped` tells why, for each of its files."""

    code = "nothing_learned"

    def __init__(self, name: str, skipped: tuple[Skipped, ...] = ()) -> None:
        self.skipped = skipped
        if skipped:
            super().__init__("I could not learn any file of “{name}”.", name=name)
        else:
            super().__init__("“{name}” has no files in it that I could learn.", name=name)
