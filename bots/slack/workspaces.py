"""The workspaces in which the app is installed, each with its token: the one of the settings, and those that
installed it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog

from bots.slack.errors import LONG_PAUSE, Uninstalled
from bots.slack.reading import CHANNEL
from conversation.errors import RetryLater
from conversation.installations import Installation, Installations
from knowledge.vault import VaultError

FRESH = 60.0
"""Seconds for which a token that was read holds, should nobody tell that it changed."""
PAUSE = 3.0
"""Seconds until the next try while Slack has still to tell whose a token is."""

SINCE = "since"
"""Where an installation says when it came about, in seconds."""

_REVOKED = frozenset({"token_revoked", "account_inactive", "app_uninstalled"})
"""What Slack says of a token whose workspace has taken the app out."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace: its token, and our user there."""

    account: str
    token: str = field(repr=False)
    me: str = ""
    name: str = ""


class Workspaces:
    """Finds the workspace of an account."""

    def __init__(self, bot_token: str, installations: Installations | None) -> None:
        self._bot_token = bot_token
        self._installations = installations
        self._own: Workspace | None = None
        self._found: dict[str, tuple[float, Workspace]] = {}
        self.bots: dict[str, str] = {}
        """Our user in each workspace that is known."""

    @property
    def own(self) -> Workspace | None:
        """The workspace of the settings' token, once Slack has told which it is."""
        return self._own

    @property
    def waits(self) -> bool:
        """Whether Slack has still to tell whose the settings' token is."""
        return bool(self._bot_token) and self._own is None

    def meet(self, workspace: Workspace) -> None:
        """Learn whose the settings' token is."""
        self._own = workspace
        self.bots[workspace.account] = workspace.me

    async def find(self, account: str) -> Workspace:
        """Give a workspace; raises `Uninstalled`, or `RetryLater` while it cannot be told."""
        known = self._found.get(account)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        installed = await self._installed(account)
        if installed is not None and (token := installed.secrets.get("bot_token")):
            return self._keep(Workspace(account, token, str(installed.details.get("me", "")), installed.name))
        if self._own is not None and self._own.account == account:
            return self._own
        if self.waits:
            raise RetryLater(PAUSE)
        raise Uninstalled("the app is not installed in this workspace")

    async def _installed(self, account: str) -> Installation | None:
        """Read an installation; one that no key opens waits until somebody brings the key back."""
        if self._installations is None:
            return None
        try:
            return await self._installations.find(CHANNEL, account)
        except VaultError as error:
            _log.error("slack.token_sealed", account=account, says=str(error))
            raise RetryLater(LONG_PAUSE) from error

    def _keep(self, workspace: Workspace) -> Workspace:
        self._found[workspace.account] = time.monotonic() + FRESH, workspace
        if workspace.me:
            self.bots[workspace.account] = workspace.me
        return workspace

    async def add(self, workspace: Workspace, scopes: str) -> None:
        """Keep what an installation brought."""
        if self._installations is None:
            raise RuntimeError("installations need keys that seal them")
        details = {"me": workspace.me, "scopes": scopes, SINCE: int(time.time())}
        secrets = {"bot_token": workspace.token}
        await self._installations.put(
            Installation(CHANNEL, workspace.account, workspace.name, secrets=secrets, details=details)
        )
        self._found.pop(workspace.account, None)

    async def lose(self, account: str, reason: str, token: str) -> None:
        """Forget a token that is none any more; its installation is removed if it was taken out."""
        self._found.pop(account, None)
        _log.warning("slack.token_lost", account=account, reason=reason)
        if self._installations is not None and reason in _REVOKED:
            installed = await self._installed(account)
            if installed is not None and installed.secrets.get("bot_token") == token:
                await self._installations.remove(CHANNEL, account)

    async def is_newer(self, account: str, at: int) -> bool:
        """Tell whether a workspace installed the app after a time in seconds, and so after what Slack tells of it."""
        try:
            installed = await self._installed(account)
        except RetryLater:
            return False
        since = installed.details.get(SINCE) if installed is not None else None
        return bool(at) and isinstance(since, int) and at < since

    def is_mendable(self, account: str, reason: str) -> bool:
        """Tell whether a token is refused that the settings name, and that was not taken back: somebody can mend it."""
        own = self._own is not None and self._own.account == account and account not in self._found
        return own and reason not in _REVOKED

    def forget(self, account: str = "") -> None:
        """Read a workspace anew, or all of them."""
        if account:
            self._found.pop(account, None)
        else:
            self._found.clear()
