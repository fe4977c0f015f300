"""What the app's side and the people's side share: one platform, as one app meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .app import App, Lifetimes
from .clock import Clock
from .errors import SlackError
from .faults import Faults
from .interactions import Interactions
from .journal import Journal, Notice
from .limits import Pace
from .messages import Message
from .outlet import Outlet
from .people import Channel, User, Workspace
from .scopes import may_receive
from .shown import read
from .sockets import Sockets
from .world import World


@dataclass(slots=True)
class Status:
    """What an app says it is doing in an assistant thread."""

    at: float
    channel: str
    thread_ts: str
    text: str
    loading: tuple[str, ...] = ()


@dataclass(slots=True)
class Thread:
    """An assistant thread: its title and the prompts it suggests."""

    channel: str
    ts: str
    user: str
    title: str = ""
    prompts: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    prompts_title: str = ""


@dataclass(slots=True)
class Backend:
    """The state, and the parts that look after it."""

    app: App
    world: World
    clock: Clock
    lifetimes: Lifetimes
    pace: Pace
    journal: Journal
    outlet: Outlet
    interactions: Interactions
    sockets: Sockets
    faults: Faults = field(default_factory=Faults)
    statuses: list[Status] = field(default_factory=list[Status])
    threads: dict[tuple[str, str], Thread] = field(default_factory=dict[tuple[str, str], Thread])
    sessions: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """The status of each thread's agent session, by channel and thread."""
    codes: dict[str, tuple[str, str, str, float]] = field(default_factory=dict[str, tuple[str, str, str, float]])
    """OAuth codes: workspace, who installs, the redirect address, and when it was made."""
    mention_first: bool = False
    """Whether of a mention's two events the `app_mention` comes first; Slack promises no order."""
    uploads: dict[str, str] = field(default_factory=dict[str, str])
    """Upload tokens and the files they are for."""

    def name_of(self, thing: str) -> str:
        """How people read an id."""
        if user := self.world.users.get(thing):
            return user.real_name
        channel = self.world.channels.get(thing)
        return channel.name if channel else thing

    def bot_of(self, channel: Channel) -> Workspace | None:
        """The installation whose bot is in a conversation; the conversation's own workspace goes first."""
        for team_id in channel.teams:
            team = self.world.workspaces[team_id]
            if team.installed and team.bot_user_id in channel.members:
                return team
        return None

    def note_reading(self, message: Message) -> None:
        """Keep whom a message of the app notifies, and what it did not escape."""
        reading = read(message, self.name_of)
        known = {(each.kind, each.target) for each in self.journal.notices if each.ts == message.ts}
        for kind, target in reading.notified:
            if (kind, target) not in known:
                self.journal.notices.append(Notice(message.channel, message.ts, kind, target))
        if reading.stray:
            self.journal.violate(f"unescaped < in mrkdwn: {message.text or message.blocks!r}")
        self.journal.changed()

    def streaming(self, message: Message) -> bool:
        """Whether a message still streams; one past its time stops here."""
        if message.streaming == "in_progress" and self.clock.now() >= message.started + self.lifetimes.stream:
            message.streaming = "expired"
        return message.streaming == "in_progress"

    def message_event(self, message: Message, **more: Any) -> dict[str, Any]:
        """The event a new message makes."""
        channel = self.world.channels[message.channel]
        kind = {"channel": "channel", "group": "group", "im": "im", "mpim": "mpim"}[channel.kind]
        fields = self.world.message_json(message) | {"channel": channel.id, "event_ts": message.ts}
        return fields | self._foreign(channel, message.team_id) | {"channel_type": kind} | more

    def _foreign(self, channel: Channel, team_id: str) -> dict[str, Any]:
        """https://docs.slack.dev/apis/slack-connect: somebody of another workspace is named with both teams."""
        return {"user_team": team_id, "source_team": team_id} if channel.shared else {}

    def changed_event(self, message: Message, before: Mapping[str, Any], subtype: str) -> dict[str, Any]:
        """The event an edit or a deletion makes."""
        channel, stamp = self.world.channels[message.channel], self.clock.stamp()
        fields: dict[str, Any] = {"type": "message", "subtype": subtype, "hidden": True, "ts": stamp}
        fields |= {"channel": channel.id, "event_ts": stamp, "channel_type": channel.kind, "previous_message": before}
        if subtype == "message_deleted":
            return fields | {"deleted_ts": message.ts}
        now = self.world.message_json(message)
        return fields | {"message": now | self._foreign(channel, message.team_id)}

    def envelope(self, event: Mapping[str, Any], team: Workspace, channel: Channel | None) -> dict[str, Any]:
        """An event in its outer payload: https://docs.slack.dev/apis/events-api#event-type-structure."""
        who = {"enterprise_id": None, "team_id": team.team_id, "user_id": team.bot_user_id, "is_bot": True}
        return {
            "token": self.app.verification_token,
            "team_id": team.team_id,
            "context_team_id": team.team_id,
            "context_enterprise_id": None,
            "api_app_id": self.app.app_id,
            "event": dict(event),
            "type": "event_callback",
            "event_id": self.world.new_id("Ev"),
            "event_time": int(self.clock.now()),
            "authorizations": [who | {"is_enterprise_install": False}],
            "is_ext_shared_channel": bool(channel and channel.shared),
            "event_context": f"4-{self.world.new_id('ctx')}",
        }

    def addressed(self, event: Mapping[str, Any], channel: Channel) -> dict[str, Any] | None:
        """The payload for an event of a conversation, if the app is there and may see it."""
        team = self.bot_of(channel)
        if team is None or not may_receive(event, channel.kind, team.scopes) or not self._subscribed(event, channel):
            return None
        return self.envelope(event, team, channel)

    def _subscribed(self, event: Mapping[str, Any], channel: Channel) -> bool:
        plural = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[channel.kind]
        name = f"message.{plural}" if event["type"] == "message" else event["type"]
        return self.app.events is None or name in self.app.events

    async def publish(self, event: Mapping[str, Any], channel: Channel) -> None:
        """Let the app know of something in a conversation, and wait for its first answer."""
        if payload := self.addressed(event, channel):
            await self.outlet.event(payload)

    def publish_soon(self, event: Mapping[str, Any], channel: Channel) -> None:
        """Let the app know, and do not wait: what it did itself comes back this way."""
        if payload := self.addressed(event, channel):
            self.outlet.soon(payload)

    def new_code(self, team: Workspace, redirect: str = "", user: str = "") -> str:
        """Somebody agrees to install the app: a code to exchange for a token."""
        code = self.world.new_id("code-")
        self.codes[code] = (team.team_id, user or team.bot_user_id, redirect, self.clock.now())
        return code

    def user(self, user_id: str) -> User:
        """A user, or the API's refusal."""
        user = self.world.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user
