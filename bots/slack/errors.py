"""What can go wrong with Slack, beyond what any channel meets.

HubError
├── SlackError
│   ├── SlackSettingsError      a setting that the app cannot run with; said at start, by name
│   │   └── TokenRefused        Slack does not know the token
│   └── NotInstalled            an installation did not come about
└── ConversationError
    └── ChannelError
        ├── Forbidden
        │   └── Uninstalled     the app is not in this workspace any more
        ├── Gone
        │   └── NotStreaming    a message takes no more text: its stream has ended
        ├── StillStreaming      a message cannot be changed: its stream has not ended
        ├── RetryLater
        │   ├── Unmended        the app lacks what somebody can give it
        │   └── FileLate        a file did not come through for now
        └── Rejected
            ├── TooLate         a form can be opened for three seconds only
            ├── FileTooLarge    a file is larger than what is read
            └── FileGone        Slack does not hand the file out
"""

from conversation.errors import ChannelError, Forbidden, Gone, Rejected, RetryLater
from knowledge.errors import HubError

LONG_PAUSE = 30.0
"""Seconds until the next try when somebody has to mend something first."""


class SlackError(HubError):
    """Root of this package's errors."""

    code = "slack"


class SlackSettingsError(SlackError):
    """A setting is missing or cannot be used; the sentence names it."""

    code = "slack_settings"


class TokenRefused(SlackSettingsError):
    """Slack does not know this token."""

    code = "slack_token"

    def __init__(self) -> None:
        super().__init__(
            "Slack does not know the token in EVERMYND_SLACK_BOT_TOKEN: take the Bot User OAuth Token anew from the "
            "app's page OAuth & Permissions. With another server, EVERMYND_SLACK_API_BASE may be wrong as well."
        )


class NotInstalled(SlackError):
    """An installation did not come about."""

    code = "slack_not_installed"


class Uninstalled(Forbidden):
    """The app was taken out of this workspace, or its token was revoked."""


class NotStreaming(Gone):
    """The message takes no more text: its stream was ended, or ran out."""


class StillStreaming(ChannelError):
    """The message is being streamed, and cannot be changed before that has ended."""


class Unmended(RetryLater):
    """The app lacks a scope, or the right kind of token, until somebody gives it that; nothing was done."""

    def __init__(self, message: str) -> None:
        ChannelError.__init__(self, message)
        self.retry_after = LONG_PAUSE


class TooLate(Rejected):
    """Slack opens a form only within three seconds after the button was pressed."""

    code = "slack_too_late"

    def __init__(self) -> None:
        super().__init__("That took me too long, and Slack does not open the form any more. Please press once more.")


class FileTooLarge(Rejected):
    """A file is larger than what is read."""

    code = "file_too_large"

    def __init__(self, size: int, limit_mb: int) -> None:
        super().__init__(
            "This file has {megabytes} MB; I can read up to {limit} MB. Send me a link to it.",
            megabytes=max(-(-size // (1 << 20)), limit_mb + 1),
            limit=limit_mb,
        )


class FileGone(Rejected):
    """Slack does not hand out this file."""

    code = "file_gone"

    def __init__(self) -> None:
        super().__init__(
            "Slack does not let me read this file: it was deleted, or I am not allowed to see it. Please send it again."
        )


class FileLate(RetryLater):
    """A file did not come through for now."""

    code = "file_late"

    def __init__(self, retry_after: float) -> None:
        ChannelError.__init__(self, "The file did not come through. Please send it again.")
        self.retry_after = retry_after
