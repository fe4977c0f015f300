"""What answers may use of Slack's limits while they are written, so that every finished one finds room at once.

Slack counts each method by app and workspace, in a minute: https://docs.slack.dev/apis/web-api/rate-limits. A stream
has to be ended before its message can be changed, and as few may be ended in a minute as begun; so none is begun whose
end could be one too many. What shows more of an answer is spread over all that are being written: the more there are,
and the less is left of the minute, the longer each of them rests.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from conversation.errors import Delayed

APPEND, UPDATE, START, STOP = "chat.appendStream", "chat.update", "chat.startStream", "chat.stopStream"
ALLOWED: Mapping[str, int] = {START: 20, STOP: 20, UPDATE: 50, APPEND: 100}
"""Calls a minute, by the tier on each method's page."""
BEGUN = 18
"""Streams that may be begun, or have to be ended, in a minute; the other two are for what a dead process left."""
SHOWN: Mapping[str, int] = {UPDATE: 35, APPEND: 90}
"""Calls a minute that may show more of an answer; finished ones need `UPDATE` as well, and nothing else `APPEND`."""
AHEAD = 15.0
"""Seconds for which what is left of a minute should last."""
LEAST = 1.2
"""Seconds that an answer rests anyway, whatever is left."""
MINUTE = 60.0
CROWDED = 5.0
"""Seconds until a stream is tried again where too many are open, of which nobody knows when they end."""

Clock = Callable[[], float]


@dataclass(slots=True)
class _Used:
    """When a method was called within the last minute, and until when Slack refuses it."""

    calls: deque[float] = field(default_factory=deque[float])
    refused_until: float = 0.0


class Pace:
    """Counts what this process calls; what others call shows when Slack refuses."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.now = clock
        self._used: dict[tuple[str, str], _Used] = {}
        self._edited: OrderedDict[tuple[str, str], float] = OrderedDict()

    def note(self, account: str, method: str) -> None:
        """Count a call that is about to be made."""
        if method in ALLOWED:
            self._of(account, method).calls.append(self.now())

    def refused(self, account: str, method: str, seconds: float) -> None:
        """Heed a refusal of Slack's."""
        if method in ALLOWED:
            self._of(account, method).refused_until = self.now() + seconds

    def begin(self, account: str, running: int) -> None:
        """Make sure that one more stream finds room, and later its end; raises `Delayed`.

        `running` is how many are open in this workspace.
        """
        started, stopped = self._of(account, START), self._of(account, STOP)
        wait = max(started.refused_until, stopped.refused_until) - self.now()
        if running + len(stopped.calls) >= BEGUN:
            wait = max(wait, self._freed(stopped))
        if len(started.calls) >= BEGUN:
            wait = max(wait, self._freed(started))
        if wait > 0:
            raise Delayed(wait)

    def show(self, account: str, method: str, running: int, before: float | None) -> None:
        """Make sure that it is an answer's turn to show more; raises `Delayed`.

        `running` is how many answers are being shown in this way, `before` when this one was last, None if never.
        """
        used, now = self._of(account, method), self.now()
        left = SHOWN[method] - len(used.calls)
        wait = used.refused_until - now
        if left <= 0:
            wait = max(wait, self._freed(used))
        elif before is not None and (rest := running * AHEAD / left) > LEAST:
            wait = max(wait, before + rest - now)
        if wait > 0:
            raise Delayed(wait)

    def edit(self, account: str, message: str) -> None:
        """Make sure that it is the turn of a message to show more by an edit; raises `Delayed`."""
        now = self.now()
        while self._edited and next(iter(self._edited.values())) <= now - AHEAD:
            self._edited.popitem(last=False)
        running = sum(place == account for place, _ in self._edited)
        self.show(account, UPDATE, max(running, 1), self._edited.get((account, message)))
        self._edited[account, message] = now
        self._edited.move_to_end((account, message))

    def _of(self, account: str, method: str) -> _Used:
        used = self._used.setdefault((account, method), _Used())
        while used.calls and used.calls[0] <= self.now() - MINUTE:
            used.calls.popleft()
        return used

    def _freed(self, used: _Used) -> float:
        """Tell after how many seconds the first call of the last minute counts no more."""
        return used.calls[0] + MINUTE - self.now() if used.calls else CROWDED
