"""What can go wrong with Teams, beyond what any channel meets.

HubError
├── TeamsError
│   ├── TeamsSettingsError      a setting that the bot cannot run with; said at start, by name
│   ├── Unproven                who calls us has not shown that they are the Bot Framework
│   └── KeysAway                the keys by which calls are proven cannot be fetched now
└── ConversationError
    └── ChannelError
        ├── RetryLater
        │   ├── BearerRefused   the bot's own proof is not taken; all waits until it is mended
        │   └── FileLate        a file did not come through for now
        ├── Unknown
        │   └── ServiceFault    a fault that passes, or a message that is not there any more
        └── Rejected
            ├── StreamRefused   a message that is written before somebody's eyes cannot go on
            └── FileRefused     a file cannot be read, as the person is told
                ├── FileGone        it is not there any more
                ├── FileElsewhere   it lies where we do not call
                └── FileTooLarge    it is larger than what is read
"""

from __future__ import annotations

from typing import Literal

from conversation.errors import ChannelError, Rejected, RetryLater, Unknown
from knowledge.errors import HubError


class TeamsError(HubError):
    """Root of this package's errors."""

    code = "teams"


class TeamsSettingsError(TeamsError):
    """A setting is missing or cannot be used; the sentence names it."""

    code = "teams_settings"


class Unproven(TeamsError):
    """A call does not come from the Bot Framework, or not for this bot."""

    code = "teams_unproven"


class KeysAway(TeamsError):
    """Nobody can tell now whether a call is genuine."""

    code = "teams_keys"


class BearerRefused(RetryLater):
    """The bot's id or secret is not taken: nothing is lost while somebody puts the right ones in."""


class ServiceFault(Unknown):
    """Teams has a fault of its own, or was asked to change a message that was deleted: it says the same of both."""


Reason = Literal["stopped", "over", "rewritten", "other"]


class StreamRefused(Rejected):
    """A stream cannot go on: the person stopped it, it is over, or the text does not continue what was shown."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class FileRefused(Rejected):
    """A file cannot be read; the sentence is for the person."""

    code = "file_refused"


class FileGone(FileRefused):
    """Teams no longer hands a file out."""

    code = "file_gone"

    def __init__(self) -> None:
        super().__init__("Teams no longer has this file; please send it once more.")


class FileElsewhere(FileRefused):
    """A file lies on a host that is none of Microsoft's."""

    code = "file_elsewhere"

    def __init__(self) -> None:
        super().__init__("This file lies where I cannot read it. Please send it to me as a file, or send me a link.")


class FileTooLarge(FileRefused):
    """A file is larger than `limit` megabytes."""

    code = "file_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__("This file has more than {limit} MB, which is the most I can read.", limit=limit)
        self.limit = limit


class FileLate(RetryLater):
    """A file did not come through for now."""

    code = "file_late"

    def __init__(self, retry_after: float) -> None:
        ChannelError.__init__(self, "The file did not come through. Please send it again.")
        self.retry_after = retry_after
