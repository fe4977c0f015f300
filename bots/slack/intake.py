"""How a payload reaches the core, whichever way it came: committed first, acknowledged after."""

from __future__ import annotations

import structlog

from bots.arrivals import TRIES, Failures, Intake
from bots.fields import fields_of, text, whole
from bots.slack.channel import SlackChannel
from bots.slack.parse import uninstalled
from bots.slack.workspaces import Workspaces
from knowledge.db.errors import DatabaseUnavailable

_log = structlog.get_logger(__name__)


class Door:
    """Hands payloads to the core, and gives up on one that fails three times, or that Slack brings only once."""

    def __init__(self, channel: SlackChannel, intake: Intake, workspaces: Workspaces) -> None:
        self._channel = channel
        self._intake = intake
        self._workspaces = workspaces
        self._failures = Failures()

    async def take(self, event: object) -> bool:
        """Commit a payload; False if that failed and Slack has to bring it again."""
        try:
            account = uninstalled(self._channel.parse(event))
            if account and await self._workspaces.is_newer(account, whole(fields_of(event), "event_time") or 0):
                _log.info("slack.uninstalled_before", account=account)
                return True
            await self._channel.learn(event)
            await self._intake.take(self._channel, event)
            if account:
                self._workspaces.forget(account)
        except DatabaseUnavailable:
            _log.warning("slack.no_database")
            return False
        except Exception:  # a fault of ours with one payload must not hold up all that follow
            return await self._gives_up(event)
        return True

    async def _gives_up(self, event: object) -> bool:
        """Count a failure, and tell whether it was the last try; what cannot be taken is put aside, not lost."""
        event_id = text(fields_of(event), "event_id")
        failures = self._failures.count(event_id) if event_id else TRIES
        _log.exception("slack.event_failed", event_id=event_id, attempt=failures)
        if failures >= TRIES:
            _log.error("slack.event_put_aside", event_id=event_id)
            await self._intake.put_aside(event)
            return True
        return False
