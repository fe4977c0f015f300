"""What can be wrong with a wish for a digest.

HubError
└── DigestError
    ├── NoSuchTime  a clock never shows this, such as 25:00
    ├── NoSuchZone  no time zone is called so; `near` are the closest ones
    └── Unclear     the words say no days, no time, or something else as well
"""

from conversation.markdown import label, plain
from knowledge.errors import HubError


class DigestError(HubError):
    """Root of this package's errors."""


class NoSuchTime(DigestError):
    """There is no such time of day."""

    code = "no_such_time"

    def __init__(self, written: str) -> None:
        super().__init__(
            "No clock shows {time}: hours run from 0 to 23, minutes from 0 to 59.", time=plain(label(written))
        )


class NoSuchZone(DigestError):
    """There is no such time zone; `near` are those that are called something like it."""

    code = "no_such_zone"

    def __init__(self, written: str, near: tuple[str, ...] = ()) -> None:
        super().__init__("I know no time zone called “{name}”.", name=plain(label(written)))
        self.written = written
        self.near = near


class Unclear(DigestError):
    """The words were not understood."""

    code = "unclear_schedule"

    def __init__(self) -> None:
        super().__init__(
            "I did not understand when it should come. Please say the days and the time, such as "
            "`/digest daily 08:00`, `/digest every Monday at 7` or `/digest weekdays 7:30`."
        )
