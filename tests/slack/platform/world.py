"""The world of a platform: who is in it, where, and what was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .app import App
from .clock import Clock
from .errors import SlackError
from .files import File
from .messages import Message
from .people import Channel, Kind, User, Workspace

HISTORY = 10_000


@dataclass(slots=True)
class World:
    """Everything that is."""

    app: App
    clock: Clock
    base: str = ""
    workspaces: dict[str, Workspace] = field(default_factory=dict[str, Workspace])
    users: dict[str, User] = field(default_factory=dict[str, User])
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    files: dict[str, File] = field(default_factory=dict[str, File])
    messages: dict[str, list[Message]] = field(default_factory=dict[str, list[Message]])
    _count: int = 0

    def new_id(self, prefix: str) -> str:
        """An id no other thing has."""
        self._count += 1
        return f"{prefix}0{self._count:08d}"

    def workspace(self, name: str) -> Workspace:
        """A workspace by name, made when there is none, the app not installed in it."""
        for team in self.workspaces.values():
            if name in (team.name, team.team_id):
                return team
        team_id, user_id, bot_id = self.new_id("T"), self.new_id("U"), self.new_id("B")
        team = Workspace(name, team_id, name.lower().replace(" ", "-"), user_id, bot_id)
        self.workspaces[team_id] = team
        handle = self.app.name.lower()
        bot = User(user_id, team_id, handle, self.app.name, is_bot=True, bot_id=bot_id, app_id=self.app.app_id)
        self.users[user_id] = bot
        return team

    def install(self, team: Workspace, scopes: Iterable[str] = ()) -> str:
        """Give the app a bot token in a workspace."""
        team.scopes = set(scopes or self.app.scopes)
        if not team.bot_token:
            team.bot_token = f"xoxb-{team.team_id.lower()}-{self.new_id('S').lower()}"
        team.installed = True
        return team.bot_token

    def uninstall(self, team: Workspace, error: str) -> None:
        """Take the token away; it gets this error from now on."""
        if team.bot_token:
            team.old_tokens[team.bot_token] = error
        team.bot_token, team.installed = "", False

    def direct(self, user: User, team: Workspace) -> Channel:
        """The direct message of a human with the app."""
        for channel in self.channels.values():
            if channel.direct and channel.user == user.id and channel.team_id == team.team_id:
                return channel
        channel = Channel(self.new_id("D"), "im", team.team_id, user=user.id, members={user.id, team.bot_user_id})
        channel.teams = list(dict.fromkeys([team.team_id, user.team_id]))
        self.channels[channel.id] = channel
        return channel

    def add_channel(self, team: Workspace, name: str, kind: Kind, members: set[str], teams: list[str]) -> Channel:
        """A new conversation of several."""
        prefix = "C" if kind == "channel" else "G"
        channel = Channel(self.new_id(prefix), kind, team.team_id, name, members, [team.team_id, *teams])
        self.channels[channel.id] = channel
        return channel

    def post(self, message: Message) -> Message:
        """Put a message where it belongs."""
        said = self.messages.setdefault(message.channel, [])
        said.append(message)
        del said[:-HISTORY]
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """A message that is still there."""
        for message in reversed(self.messages.get(channel, [])):
            if message.ts == ts and not message.deleted:
                return message
        return None

    def existing(self, channel: str, ts: str) -> Message:
        """A message, or the API's refusal."""
        message = self.find(channel, ts)
        if message is None or message.only_for:
            raise SlackError("message_not_found")
        return message

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A message and its replies, oldest first."""
        return [
            each
            for each in self.messages.get(channel, [])
            if not each.deleted and not each.only_for and ts in (each.ts, each.thread_ts)
        ]

    def message_json(self, message: Message, *, metadata: bool = False) -> dict[str, Any]:
        """A message with its files, and what its thread adds."""
        fields = message.to_json(metadata=metadata)
        if message.files:
            fields["files"] = [self.file_json(self.files[each]) for each in message.files]
            fields |= {"upload": False, "display_as_bot": False} if not message.bot_id else {"upload": False}
        replies = self.thread(message.channel, message.ts)
        if message.thread_ts and message.in_thread:
            parent = self.find(message.channel, message.thread_ts)
            fields["parent_user_id"] = parent.user if parent else ""
        elif len(replies) > 1:
            people = list(dict.fromkeys(each.user or each.bot_id for each in replies[1:]))
            fields |= {"thread_ts": message.ts, "reply_count": len(replies) - 1, "reply_users": people}
            fields |= {"latest_reply": replies[-1].ts, "reply_users_count": len(people), "is_locked": False}
        return fields

    def file_json(self, file: File) -> dict[str, Any]:
        """A file as an event carries it."""
        return file.stub() if file.external else file.to_json(self.base)
