"""What this process said: which message stands under which key, as long as it stands. Pure."""

from __future__ import annotations

from collections import OrderedDict

from bots.slack.posting import channel_of
from conversation.message import Address

MOST = 5000
"""Keys that are remembered."""


class Sent:
    """The receipts by key; "" where nobody knows whether the message arrived."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._receipts: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def of(self, key: str) -> str | None:
        """Give the message under a key, "" if its fate is unknown, None if there was none."""
        found = self._receipts.get(key)
        return found[1] if found else None

    def has(self, to: Address, receipt: str) -> bool:
        """Tell whether this process posted a message, and not as a stream."""
        return (_place(to), receipt) in self._receipts.values()

    def keep(self, to: Address, key: str, receipt: str) -> str:
        """Remember what stands under a key."""
        self._receipts[key] = _place(to), receipt
        if len(self._receipts) > self._most:
            self._receipts.popitem(last=False)
        return receipt

    def drop(self, key: str) -> None:
        """Forget a key: nothing arrived under it."""
        self._receipts.pop(key, None)

    def gone(self, to: Address, receipt: str) -> None:
        """Forget every key under which a message stood that is not there any more."""
        gone = _place(to), receipt
        for key in [key for key, stands in self._receipts.items() if stands == gone]:
            del self._receipts[key]


def _place(to: Address) -> str:
    return f"{to.account}:{channel_of(to)}"
