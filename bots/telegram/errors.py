"""What can go wrong with Telegram, beyond what any channel meets.

HubError
├── TelegramError
│   └── TelegramSettingsError   a setting that the bot cannot run with; said at start, by name
│       └── TokenRefused        Telegram does not know the token
└── ConversationError
    └── ChannelError
        ├── RetryLater
        │   ├── TokenUnknown    Telegram does not know the token; all waits until it is mended
        │   │   └── TokenRevoked    Telegram is reached, and says that the token counts no more
        │   ├── NoAnswer        a gateway's page came in place of an answer
        │   └── FileLate        a file did not come through for now
        ├── Conflict            somebody else fetches this bot's updates
        └── Rejected
            ├── NoSuchMethod    the Bot API server does not have what was called
            ├── NotModified     the message shows this already
            ├── NoDrafts        the server takes no drafts of this bot
            ├── Unparsable      the formatting is not one Telegram takes
            ├── TooBig          a file is larger than the server takes or hands out
            │   └── FileTooLarge    the same, told to the person
            └── FileGone        Telegram no longer hands the file out
"""

from conversation.errors import ChannelError, Rejected, RetryLater
from knowledge.errors import HubError


class TelegramError(HubError):
    """Root of this package's errors."""

    code = "telegram"


class TelegramSettingsError(TelegramError):
    """A setting is missing or cannot be used; the sentence names it."""

    code = "telegram_settings"


class TokenRefused(TelegramSettingsError):
    """Telegram does not know this token."""

    code = "telegram_token"

    def __init__(self) -> None:
        super().__init__(
            "Telegram does not know the token in EVERMYND_TELEGRAM_TOKEN: "
            "take it anew from @BotFather, with the number and the colon before it. With another Bot API server, "
            "EVERMYND_TELEGRAM_API_BASE may be wrong as well."
        )


class TokenUnknown(RetryLater):
    """Telegram does not know the token: nothing is lost while somebody puts the right one in."""


class TokenRevoked(TokenUnknown):
    """Telegram is reached, and says that the token counts no more: its owner took it back, or it never was one."""


class NoAnswer(RetryLater):
    """A gateway's page came in place of the server's answer, which may be away for a moment; nothing was done."""


class NoSuchMethod(Rejected):
    """The Bot API server does not know what was called: it is older than that, or does less."""


class Conflict(ChannelError):
    """Updates are fetched in another way or by somebody else: a webhook, or another program with the same token."""


class NotModified(Rejected):
    """The message shows this already."""


class NoDrafts(Rejected):
    """The server takes no drafts of this bot: before Bot API 9.5 they needed topics in private chats."""


class Unparsable(Rejected):
    """Telegram does not take the formatting of this text."""


class TooBig(Rejected):
    """A file is larger than the Bot API server takes or hands out."""

    code = "file_too_large"


class FileTooLarge(TooBig):
    """A file is too large to be read through Telegram: `megabytes` against `limit`; `url` is the web chat."""

    def __init__(self, size: int, limit: int, url: str = "") -> None:
        self.megabytes = max(-(-size // (1 << 20)), (limit >> 20) + 1)
        self.limit = limit >> 20
        self.url = url
        if url:
            super().__init__(
                "This file has {megabytes} MB; through Telegram I can read up to {limit} MB. "
                "Send me a link to it, or use the web chat: {url}",
                megabytes=self.megabytes,
                limit=self.limit,
                url=url,
            )
        else:
            super().__init__(
                "This file has {megabytes} MB; through Telegram I can read up to {limit} MB. "
                "Send me a link to it, or use the web chat.",
                megabytes=self.megabytes,
                limit=self.limit,
            )


class FileGone(Rejected):
    """Telegram no longer hands out a file under this id."""

    code = "file_gone"

    def __init__(self) -> None:
        super().__init__("Telegram no longer has this file; please send it once more.")


class FileLate(RetryLater):
    """A file did not come through for now."""

    code = "file_late"

    def __init__(self, retry_after: float) -> None:
        ChannelError.__init__(self, "The file did not come through. Please send it again.")
        self.retry_after = retry_after
