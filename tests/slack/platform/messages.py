"""A message as it is stored, and as the API writes it.

https://docs.slack.dev/messaging#message_structure and https://docs.slack.dev/reference/events/message
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Streaming = Literal["", "in_progress", "completed", "expired", "stopped"]


@dataclass(slots=True)
class Message:
    """One message; `customised` says that the app chose another name or picture for it."""

    channel: str
    ts: str
    team_id: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    attachments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    files: list[str] = field(default_factory=list[str])
    thread_ts: str = ""
    bot_id: str = ""
    app_id: str = ""
    bot_name: str = ""
    username: str = ""
    icon_url: str = ""
    icon_emoji: str = ""
    subtype: str = ""
    client_msg_id: str = ""
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    markdown: str = ""
    """What was sent as `markdown_text`, or streamed."""
    mrkdwn: bool = True
    edited_at: str = ""
    deleted: bool = False
    tombstone: bool = False
    only_for: str = ""
    """The one who sees an ephemeral message."""
    streaming: Streaming = ""
    started: float = 0.0
    broadcast: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def customised(self) -> bool:
        return bool(self.username or self.icon_url or self.icon_emoji)

    @property
    def in_thread(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def to_json(self, *, metadata: bool = False) -> dict[str, Any]:
        """The message without what its conversation adds."""
        fields: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text}
        fields |= self._author()
        if self.subtype:
            fields["subtype"] = self.subtype
        if self.broadcast:
            fields["subtype"] = "thread_broadcast"
        optional: dict[str, Any] = {
            "client_msg_id": self.client_msg_id,
            "thread_ts": self.thread_ts,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "streaming_state": self.streaming,
        }
        fields |= {name: value for name, value in optional.items() if value}
        if self.edited_at:
            fields["edited"] = {"user": self.user or self.bot_id, "ts": self.edited_at}
        if self.reactions:
            fields["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        if metadata and self.metadata:
            fields["metadata"] = self.metadata
        return fields

    def _author(self) -> dict[str, Any]:
        if not self.bot_id:
            return {"user": self.user, "team": self.team_id}
        if self.customised:
            icons = {"emoji": self.icon_emoji} if self.icon_emoji else {"image_48": self.icon_url}
            named: dict[str, Any] = {"subtype": "bot_message", "username": self.username or self.bot_name}
            named |= {"bot_id": self.bot_id, "app_id": self.app_id}
            return named | ({"icons": icons} if self.icon_emoji or self.icon_url else {})
        fields: dict[str, Any] = {"user": self.user} if self.user else {"subtype": "bot_message"}
        profile = {"id": self.bot_id, "app_id": self.app_id, "name": self.bot_name, "team_id": self.team_id}
        return fields | {"bot_id": self.bot_id, "app_id": self.app_id, "team": self.team_id, "bot_profile": profile}
