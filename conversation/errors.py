"""What can go wrong in a conversation.

HubError
└── ConversationError
    ├── NotFound            a thread, coach or source that is not there, or not for this person
    ├── TooLong             a message longer than we keep
    ├── SpoolFull           no more events can wait for the ledger on this machine
    ├── BotTaken            somebody else brought a bot while we were bringing it
    ├── LeaseLost           another worker took the lane; our turn counts for nothing
    └── ChannelError        a platform refused or did not answer
        ├── RetryLater      it named a time (429), or failed before it did anything
        │   └── Delayed     this message alone has to wait that long
        ├── Forbidden       the person blocked us (403): wait until they write again
        ├── Moved           the conversation goes on at another address
        ├── Gone            the message that was to be changed is not there any more
        ├── Stopped         the person ended the answer on the platform while it was being written
        ├── Unknown         it may or may not have acted
        └── Rejected        it will never accept this
"""

from knowledge.errors import HubError


class ConversationError(HubError):
    """Root of this package's errors."""


class NotFound(ConversationError):
    """There is no such thing for this person; somebody else's looks the same as none."""

    code = "not_found"


class TooLong(ConversationError):
    """A message is longer than we keep."""

    code = "too_long"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            "This message has {length} characters; I can take {limit} at once. "
            "Send it as a text file instead, and I will read all of it.",
            length=f"{length:,}",
            limit=f"{limit:,}",
        )


class SpoolFull(ConversationError):
    """The ledger is away, and the disk holds as many events as may wait for it."""

    code = "spool_full"


class BotTaken(ConversationError):
    """Somebody else brought this bot meanwhile; done again, the turn says so."""

    code = "bot_taken"


class LeaseLost(ConversationError):
    """The lane was leased to somebody else meanwhile."""

    code = "lease_lost"


class ChannelError(ConversationError):
    """A platform did not take what we sent."""

    code = "channel"


class RetryLater(ChannelError):
    """Nothing was sent; try again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("not sent, again in {seconds} s", seconds=retry_after)
        self.retry_after = retry_after


class Delayed(RetryLater):
    """Nothing was sent, because of this message alone: others need not wait for it."""


class Forbidden(ChannelError):
    """The person does not let us write to them."""


class Moved(ChannelError):
    """Nothing was sent: the conversation has moved to `moved_to` (a group that became a supergroup)."""

    def __init__(self, moved_to: str) -> None:
        super().__init__("the conversation has moved")
        self.moved_to = moved_to


class Gone(ChannelError):
    """The message to be changed was deleted, or is too old to be changed."""


class Stopped(ChannelError):
    """The person ended, on the platform, the answer that was being written."""


class Unknown(ChannelError):
    """The platform did not answer, so the message may have arrived."""


class Rejected(ChannelError):
    """The platform will not take this message however often we try."""
