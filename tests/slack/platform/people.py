"""Who there is and where they meet: workspaces, users, conversations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["channel", "group", "im", "mpim"]


@dataclass(slots=True)
class Workspace:
    """A team, and the app's installation in it."""

    name: str
    team_id: str
    domain: str
    bot_user_id: str
    bot_id: str
    bot_token: str = ""
    scopes: set[str] = field(default_factory=set[str])
    installed: bool = False
    old_tokens: dict[str, str] = field(default_factory=dict[str, str])
    """Tokens that no longer work, and the error they get."""

    def to_json(self) -> dict[str, str]:
        """The team as an interaction names it."""
        return {"id": self.team_id, "domain": self.domain}


@dataclass(slots=True)
class User:
    """A human, the app's bot user, or another app's bot."""

    id: str
    team_id: str
    name: str
    real_name: str
    locale: str = "en-US"
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    email: str = ""
    is_bot: bool = False
    bot_id: str = ""
    app_id: str = ""
    deleted: bool = False

    def to_json(self, *, locale: bool = False, email: bool = False) -> dict[str, Any]:
        """The user object: https://docs.slack.dev/reference/objects/user-object."""
        profile: dict[str, Any] = {
            "real_name": self.real_name,
            "display_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name_normalized": self.real_name,
            "image_72": f"https://secure.gravatar.com/avatar/{self.id}.png",
            "team": self.team_id,
        }
        if email and self.email:
            profile["email"] = self.email
        if self.is_bot:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        fields: dict[str, Any] = {"id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted}
        fields |= {"real_name": self.real_name, "tz": self.tz, "tz_label": self.tz, "tz_offset": self.tz_offset}
        fields |= {"profile": profile, "is_admin": False, "is_owner": False, "is_restricted": False}
        fields |= {"is_ultra_restricted": False, "is_bot": self.is_bot, "is_app_user": False, "updated": 1_700_000_000}
        if locale:
            fields["locale"] = self.locale
        return fields


@dataclass(slots=True)
class Channel:
    """A conversation: public or private channel, direct message, or group message."""

    id: str
    kind: Kind
    team_id: str
    name: str = ""
    members: set[str] = field(default_factory=set[str])
    teams: list[str] = field(default_factory=list[str])
    """Every workspace that shares it, its own first."""
    user: str = ""
    """The human of a direct message with the app."""
    archived: bool = False
    opened: bool = False

    @property
    def direct(self) -> bool:
        return self.kind == "im"

    @property
    def shared(self) -> bool:
        """Whether it is a Slack Connect conversation."""
        return len(self.teams) > 1

    def to_json(self, *, bot: str = "", members: bool = False) -> dict[str, Any]:
        """The conversation object: https://docs.slack.dev/reference/objects/conversation-object."""
        fields: dict[str, Any] = {"id": self.id, "created": 1_700_000_000, "is_archived": self.archived}
        fields |= {"is_im": self.direct, "is_org_shared": False, "context_team_id": self.team_id, "updated": 0}
        if self.direct:
            return fields | {"user": self.user, "is_open": self.opened, "priority": 0}
        fields |= {"name": self.name, "name_normalized": self.name, "is_channel": self.kind == "channel"}
        fields |= {"is_group": self.kind == "group", "is_mpim": self.kind == "mpim", "is_general": False}
        fields |= {"is_private": self.kind != "channel", "is_shared": self.shared, "is_ext_shared": self.shared}
        fields |= {"shared_team_ids": list(self.teams), "is_pending_ext_shared": False, "creator": "U000000000"}
        fields |= {"topic": {"value": "", "creator": "", "last_set": 0}, "is_member": bot in self.members}
        fields |= {"purpose": {"value": "", "creator": "", "last_set": 0}, "is_frozen": False}
        return fields | ({"num_members": len(self.members)} if members else {})
