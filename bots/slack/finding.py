"""Looking for what may have been posted: back through a conversation, from now on into the past.

Many apps may look once a minute, at fifteen messages (https://docs.slack.dev/reference/methods/conversations.replies),
and a thread is told from its beginning. So the last minutes are looked through first, and a look that Slack puts off
goes on where it was, beside everything else that is said.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bots.slack.api import Api
from bots.slack.errors import Unmended
from bots.slack.posting import found_in, next_page, to_history
from conversation.errors import Delayed, Forbidden, Rejected, RetryLater, Unknown
from conversation.message import Address

BACK = (600.0, 7200.0, 86_400.0)
"""Seconds back to which is looked, one stretch after the other."""
PAGES = 10
"""Pages of messages that are looked through for one of ours."""
PUT_OFF = 30
"""How often Slack puts a look off before nobody can tell any more."""

_MOST = 1000


@dataclass(slots=True)
class _Look:
    """How far the search for one message has come."""

    began: float
    stretch: int = 0
    cursor: str = ""
    pages: int = 0
    put_off: int = 0

    @property
    def over(self) -> bool:
        return self.stretch >= len(BACK)


class Finding:
    """The searches that are under way, by the key of what is searched."""

    def __init__(self, api: Api, now: Callable[[], float] = time.time) -> None:
        self._api = api
        self._now = now
        self._looks: OrderedDict[str, _Look] = OrderedDict()

    async def find(self, to: Address, key: str) -> str:
        """Give the message that was posted under a key, "" if none arrived.

        Raises `Delayed` if it has to go on later, and `Unknown` if it cannot be told.
        """
        look = self._looks.setdefault(key, _Look(self._now()))
        if len(self._looks) > _MOST:
            self._looks.popitem(last=False)
        found = ""
        while not found and not look.over:
            if look.pages >= PAGES or look.put_off >= PUT_OFF:
                self._looks.pop(key, None)
                raise Unknown("too much was said since to look through all of it")
            found = await self._page(to, key, look)
        self._looks.pop(key, None)
        return found

    async def _page(self, to: Address, key: str, look: _Look) -> str:
        until = look.began - BACK[look.stretch - 1] if look.stretch else 0.0
        method, given = to_history(to, look.began - BACK[look.stretch], look.cursor, until)
        try:
            page = await self._api.call(to.account, method, given)
        except Forbidden:  # we are no member there, so that nothing arrived either
            look.stretch = len(BACK)
            return ""
        except (Unmended, Rejected) as error:  # that we may not look says nothing about the message
            raise Unknown(str(error)) from error
        except RetryLater as error:
            look.put_off += isinstance(error.__cause__, SlackApiError)  # a net that is away comes back
            raise Delayed(error.retry_after) from error
        look.pages += 1
        look.cursor = next_page(page)
        look.stretch += not look.cursor
        return found_in(page, key)
