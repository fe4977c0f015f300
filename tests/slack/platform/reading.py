"""What a test sees of a platform: messages as people read them, and the record of what the app did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .backend import Backend, Status, Thread
from .files import File
from .journal import Call, Notice
from .outlet import Delivery
from .people import Channel
from .person import Person
from .shown import Shown, read, shown


@dataclass
class Reading:
    """Looks at everything, and changes nothing."""

    backend: Backend

    def _id(self, where: Channel | Person | str) -> str:
        if isinstance(where, Person):
            return where.direct.id
        return where if isinstance(where, str) else where.id

    def messages(self, channel: Channel | Person | str, thread_ts: str = "") -> list[Shown]:
        """What stands in a conversation, ephemeral messages too; a Person stands for their direct message."""
        said = [each for each in self.backend.world.messages.get(self._id(channel), []) if not each.deleted]
        for each in said:
            self.backend.streaming(each)
        return [shown(each, self.backend.name_of) for each in said if thread_ts in ("", each.ts, each.thread_ts)]

    def replies(self, channel: Channel | Person | str, thread_ts: str = "") -> list[Shown]:
        """What the app said in a conversation."""
        ours = {team.bot_id for team in self.backend.world.workspaces.values()}
        said = {each.ts for each in self.backend.world.messages.get(self._id(channel), []) if each.bot_id in ours}
        rest = [each for each in self.messages(channel, thread_ts) if each.ts in said]
        return [each for each in rest if (self._id(channel), each.ts) not in self.backend.threads]

    def message(self, channel: Channel | Person | str, ts: str) -> Shown:
        """One message as it stands now."""
        return next(each for each in self.messages(channel) if each.ts == ts)

    def shown(self, channel: Channel | Person | str, ts: str) -> str:
        """What people read of a message."""
        message = self.backend.world.find(self._id(channel), ts)
        if message is None:
            raise LookupError(f"no message {ts}")
        return read(message, self.backend.name_of).text

    @property
    def notified(self) -> list[Notice]:
        """Whom the app's messages notified."""
        return self.backend.journal.notices

    @property
    def calls(self) -> list[Call]:
        return self.backend.journal.calls

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def violations(self) -> list[str]:
        return self.backend.journal.violations

    @property
    def deliveries(self) -> list[Delivery]:
        """Every try to hand something to the app."""
        return self.backend.outlet.deliveries

    @property
    def lost(self) -> list[Mapping[str, Any]]:
        """Events the app never took."""
        return self.backend.outlet.lost

    @property
    def statuses(self) -> list[Status]:
        """What the app said it was doing in assistant threads."""
        return self.backend.statuses

    def thread(self, channel: Channel | Person | str, ts: str) -> Thread:
        """An assistant thread, with its title and prompts."""
        return self.backend.threads[self._id(channel), ts]

    def suggested(self, channel: Channel | Person | str, ts: str = "") -> list[dict[str, str]]:
        """The prompts of an assistant thread, or those at the top of a direct message."""
        found = self.backend.threads.get((self._id(channel), ts))
        return found.prompts if found else []

    def file(self, file_id: str) -> File:
        """A file, with its bytes."""
        return self.backend.world.files[file_id]
