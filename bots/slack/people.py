"""Who writes: names, languages, who governs. Slack tells ids alone, so that these are asked for and remembered.

So it is with the files that somebody of another organisation shares.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from bots.fields import Fields, fields_of, first, part, text, true
from bots.slack.api import Api
from bots.slack.attachments import told_of, untold_in
from bots.slack.errors import Uninstalled
from bots.slack.reading import Kind, Known, Person, direct, person
from bots.slack.words import mentioned
from conversation.errors import ChannelError, Forbidden
from conversation.message import Address, Author
from knowledge.db.errors import DatabaseUnavailable

FRESH = 3600.0
"""Seconds for which a name holds."""
GOVERNING = 60.0
"""Seconds for which the answer holds whether somebody runs a channel."""
PATIENCE = 0.8
"""Seconds that an event waits for a name; Slack waits three for its answer."""
MOST = 10_000
"""Entries of each kind that are remembered."""
_WRITTEN = ("message", "app_mention", "assistant_thread_started", "app_home_opened")
"""Events by which somebody comes to talk."""
NAMED = 5
"""People whose names are asked for because a message mentions them."""

_Ask = Callable[[str, str], Coroutine[Any, Any, None]]
_log = structlog.get_logger(__name__)


class People:
    """Asks Slack who somebody is, and remembers the answer."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._people: dict[tuple[str, str], Person] = {}
        self._teams: dict[tuple[str, str], str] = {}
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._files: dict[tuple[str, str], Fields] = {}
        self._due: dict[tuple[str, str], float] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._governing: dict[tuple[str, str, str], tuple[float, bool]] = {}

    @property
    def known(self) -> Known:
        """What is known at the moment."""
        return Known(self._api.workspaces.bots, self._people, self._kinds, self._files)

    def team_of(self, account: str, user_id: str) -> str:
        """Give the workspace somebody belongs to; in a shared channel that may be another one."""
        return self._teams.get((account, user_id)) or account

    async def learn(self, event: object) -> None:
        """Ask for what an event does not tell, for a moment; without it, ids are shown."""
        account, users, channel = _wanted(fields_of(event))
        if not account:
            return
        asked = [self._asking(self._ask, account, user) for user in users]
        asked += [self._asking(self._look, account, channel)] if channel else []
        asked += [self._asking(self._open, account, file) for file in untold_in(_said(part(fields_of(event), "event")))]
        if tasks := [task for task in asked if task is not None]:
            _, late = await asyncio.wait(tasks, timeout=PATIENCE)
            if late:
                _log.info("slack.names_late", account=account)

    def _asking(self, ask: _Ask, account: str, named: str) -> asyncio.Task[None] | None:
        """Give the question that is under way, for all who wait for its answer; None if none is needed."""
        key = account, named
        if (task := self._asked.get(key)) is not None:
            return task
        if self._due.get(key, 0.0) >= time.monotonic():
            return None
        if len(self._due) > MOST:
            for each in (self._people, self._teams, self._kinds, self._files, self._due):
                each.clear()
        self._due[key] = time.monotonic() + GOVERNING
        task = self._asked[key] = asyncio.create_task(ask(account, named))
        task.add_done_callback(partial(self._answered, key))
        return task

    def _answered(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._asked.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("slack.not_learnt", exc_info=error)

    async def _ask(self, account: str, user: str) -> None:
        profile = await self._tell(account, "users.info", {"user": user, "include_locale": "true"}, "user")
        if profile:
            self._people[account, user] = person(profile)
            self._teams[account, user] = text(profile, "team_id")
            self._due[account, user] = time.monotonic() + FRESH

    async def _look(self, account: str, channel: str) -> None:
        """Learn what kind of conversation this is; in one that Slack does not show us we are not."""
        try:
            found = part(await self._api.call(account, "conversations.info", {"channel": channel}), "channel")
        except Uninstalled as error:
            _log.info("slack.not_told", method="conversations.info", reason=type(error).__name__)
        except Forbidden:
            self._kinds[account, channel] = "foreign"
        except (ChannelError, DatabaseUnavailable) as error:
            _log.info("slack.not_told", method="conversations.info", reason=type(error).__name__)
        else:
            kind: Kind = "direct" if true(found, "is_im") else "talk" if true(found, "is_mpim") else "channel"
            self._kinds[account, channel] = kind
            self._due[account, channel] = time.monotonic() + FRESH

    async def _open(self, account: str, file: str) -> None:
        """Learn the name and the kind of a file of which Slack told the id alone."""
        if found := await self._tell(account, "files.info", {"file": file}, "file"):
            self._files[account, file] = told_of(found)

    async def _tell(self, account: str, method: str, arguments: dict[str, str], name: str) -> Fields:
        """Ask for something an event can do without."""
        try:
            return part(await self._api.call(account, method, arguments), name)
        except (ChannelError, DatabaseUnavailable) as error:
            _log.info("slack.not_told", method=method, reason=type(error).__name__)
            return {}

    async def governs(self, address: Address, author: Author) -> bool:
        """Tell whether somebody runs a channel: they opened it, or they run the workspace."""
        key = (address.account, address.group_id, author.external_id)
        known = self._governing.get(key)
        if known is None or known[0] < time.monotonic():
            known = (time.monotonic() + GOVERNING, await self._runs(address, author))
            if len(self._governing) > MOST:
                self._governing.clear()
            self._governing[key] = known
        return known[1]

    async def _runs(self, address: Address, author: Author) -> bool:
        account = address.account
        try:
            profile = part(await self._api.call(account, "users.info", {"user": author.external_id}), "user")
            ours = text(profile, "team_id") == account
            if ours and any(true(profile, each) for each in ("is_admin", "is_owner", "is_primary_owner")):
                return True
            channel = part(
                await self._api.call(account, "conversations.info", {"channel": address.group_id}), "channel"
            )
            return text(channel, "creator") == author.external_id
        except Forbidden:
            return False


def _wanted(event: Fields) -> tuple[str, list[str], str]:
    """Tell of an event the workspace, whose names are wanted, and the conversation whose kind is not told."""
    if "command" in event:
        channel = text(event, "channel_id")
        users = [text(event, "user_id"), *_mentioned(event)]
        return text(event, "team_id"), [user for user in users if user], channel if direct(channel) else ""
    if text(event, "type") != "event_callback":
        container = part(event, "container")
        channel = text(container, "channel_id") if true(container, "is_ephemeral") else ""
        users = [user] if (user := text(part(event, "user"), "id")) else []
        return text(part(event, "team"), "id"), users, channel if direct(channel) else ""
    ours = first(event, "authorizations")
    content = part(event, "event")
    if text(content, "bot_id") or text(content, "type") not in _WRITTEN:
        return "", [], ""
    me, said = text(ours, "user_id"), _said(content)
    if text(said, "bot_id"):
        return "", [], ""
    users = [text(said, "user"), text(part(content, "assistant_thread"), "user_id"), *_mentioned(said)]
    untold = text(content, "type") == "app_mention" and not text(content, "channel_type")
    wanted = [user for user in dict.fromkeys(users) if user and user != me]
    return text(ours, "team_id") or text(event, "team_id"), wanted, text(content, "channel") if untold else ""


def _said(event: Fields) -> Fields:
    """Give what was said: a later wording stands in its event as a message of its own."""
    return part(event, "message") or event


def _mentioned(said: Fields) -> list[str]:
    return list(dict.fromkeys(mentioned(text(said, "text"))))[:NAMED]
