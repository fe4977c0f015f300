"""The settings of the Teams bot, checked at start."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bots.teams.errors import TeamsSettingsError

MESSAGES_PATH = "/api/messages"
LOGIN_BASE = "https://login.microsoftonline.com"
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
SHARED_TENANT = "botframework.com"
"""The tenant that gives proofs to bots which serve many organisations."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """What the bot needs; raises `TeamsSettingsError`, which names the variable to mend.

    `service_hosts` are hosts that are trusted besides Microsoft's own: with `host:port`, or for any port. Without an
    app id nothing is proven, so that has to be allowed (`allow_anonymous`) and holds for this machine alone.
    """

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    allow_anonymous: bool = False
    login_base: str = LOGIN_BASE
    openid_url: str = OPENID_URL
    service_hosts: tuple[str, ...] = ()
    public_url: str = ""
    upload_limit_mb: int = 100

    def __post_init__(self) -> None:
        if not self.app_id:
            return self._check_anonymous()
        if self.allow_anonymous:
            raise TeamsSettingsError(
                "EVERMYND_TEAMS_ALLOW_ANONYMOUS is for trying out a bot that has no app id: "
                "with EVERMYND_TEAMS_APP_ID set, unset it."
            )
        if not _GUID.fullmatch(self.app_id):
            raise TeamsSettingsError(
                "EVERMYND_TEAMS_APP_ID is not an app id: set it to the Microsoft App ID of the bot's registration, "
                "such as 00000000-0000-0000-0000-000000000000."
            )
        if not self.app_password:
            raise TeamsSettingsError(
                "EVERMYND_TEAMS_APP_PASSWORD is missing: set it to the value of a client secret of the app that "
                "EVERMYND_TEAMS_APP_ID names."
            )
        if self.tenant_id and not _GUID.fullmatch(self.tenant_id):
            raise TeamsSettingsError(
                "EVERMYND_TEAMS_TENANT_ID is not a tenant id: set it to the Directory (tenant) ID of the app's "
                "registration, or leave it out for a bot that serves many organisations."
            )

    def _check_anonymous(self) -> None:
        if not self.allow_anonymous:
            raise TeamsSettingsError(
                "EVERMYND_TEAMS_APP_ID is missing: without it nothing proves that an activity comes from Teams. Set it "
                "to the bot's app id, or set EVERMYND_TEAMS_ALLOW_ANONYMOUS to try the bot out on this machine."
            )
        if self.public_url and not _is_loopback(urlsplit(self.public_url).hostname or ""):
            raise TeamsSettingsError(
                "EVERMYND_TEAMS_ALLOW_ANONYMOUS is for trying out on this machine alone, but EVERMYND_PUBLIC_URL lets "
                "others in: set EVERMYND_TEAMS_APP_ID, or unset one of the two."
            )

    @property
    def anonymous(self) -> bool:
        """Whether activities are taken without a proof."""
        return not self.app_id

    @property
    def bot_id(self) -> str:
        """The id by which Teams knows the bot; "" without an app id."""
        return f"28:{self.app_id}" if self.app_id else ""

    @property
    def account(self) -> str:
        """What stands for the installation where Teams names no tenant."""
        return self.tenant_id or self.app_id or "anonymous"

    @property
    def token_url(self) -> str:
        """Where the bot gets its own proof."""
        return f"{self.login_base.rstrip('/')}/{self.tenant_id or SHARED_TENANT}/oauth2/v2.0/token"

    @property
    def deep_link(self) -> str:
        """The address that opens the chat with the bot with a message ready; `{code}` is the place of a code.

        https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
        """
        return f"https://teams.microsoft.com/l/chat/0/0?users={self.bot_id}&message=/link%20{{code}}"


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")
