"""The platform from the side of a test: places, people, what they see, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .app import App
from .errors import SlackError
from .faults import Fault, How
from .limits import Limits
from .manifests import events, problems
from .messages import Message
from .outlet import Delivery, encode, sign
from .people import Channel, Kind, User, Workspace
from .person import Person
from .reading import Reading
from .shown import Shown, shown

Result = TypeVar("Result")


@dataclass
class Platform(Reading):
    """A running platform; everything is named by its object or its id."""

    people: dict[str, Person] = field(default_factory=dict[str, Person])

    @property
    def url(self) -> str:
        return self.backend.world.base

    @property
    def api_url(self) -> str:
        """What a client takes as `base_url`."""
        return f"{self.url}/api/"

    @property
    def app(self) -> App:
        return self.backend.app

    def register(self, manifest: Mapping[str, Any]) -> None:
        """Make the app anew of a manifest, or refuse: https://docs.slack.dev/reference/methods/apps.manifest.create."""
        if wrong := problems(manifest):
            raise SlackError("invalid_manifest", wrong)
        self.app.events = events(manifest)
        self.app.pane, self.app.agent = False, "agent_view" in manifest["features"]

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def client_id(self) -> str:
        return self.app.client_id

    @property
    def client_secret(self) -> str:
        return self.app.client_secret

    def workspace(
        self, name: str | Workspace = "Acme", *, installed: bool = True, scopes: Iterable[str] = ()
    ) -> Workspace:
        """A workspace by name, made when there is none; `installed` gives the app a token there."""
        if isinstance(name, Workspace):
            return name
        known = any(name in (team.name, team.team_id) for team in self.backend.world.workspaces.values())
        team = self.backend.world.workspace(name)
        if (not known and installed) or scopes:
            self.backend.world.install(team, scopes)
        return team

    def person(
        self,
        workspace: str | Workspace = "Acme",
        name: str = "Ann",
        *,
        locale: str = "en-US",
        tz: str = "Europe/Amsterdam",
        tz_offset: int = 3600,
        email: str = "",
    ) -> Person:
        """Somebody in a workspace; two people may bear one name."""
        team, world = self.workspace(workspace), self.backend.world
        handle = name.lower().replace(" ", ".")
        user = User(world.new_id("U"), team.team_id, handle, name, locale, tz, tz_offset, email)
        world.users[user.id] = user
        self.people[user.id] = Person(self.backend, user, team)
        return self.people[user.id]

    def channel(
        self,
        workspace: str | Workspace = "Acme",
        name: str = "general",
        members: Iterable[Person | User | str] = (),
        *,
        kind: Kind = "channel",
        shared_with: Iterable[str | Workspace] = (),
        bot: bool = True,
    ) -> Channel:
        """A conversation of several, the app in it unless `bot=False`; nobody is told."""
        team = self.workspace(workspace)
        inside = {member if isinstance(member, str) else member.id for member in members}
        if bot and team.installed:
            inside.add(team.bot_user_id)
        teams = [self.workspace(each).team_id for each in shared_with]
        return self.backend.world.add_channel(team, name, kind, inside, teams)

    def archive(self, channel: Channel | str) -> None:
        """Close a channel; nobody can write in it any more."""
        self.backend.world.channels[self._id(channel)].archived = True

    def fail(
        self,
        method: str = "*",
        how: How = "error",
        *,
        times: int = 1,
        channel: str = "",
        error: str = "internal_error",
        status: int = 503,
        retry_after: int = 1,
        accepted: bool = False,
    ) -> None:
        """Let coming calls fail: `error` in JSON, `status` of a gateway, `flood` 429, `lose` no answer, `drop` cut.

        `accepted` carries the call out before it fails.
        """
        self.backend.faults.order(Fault(method, how, times, channel, error, status, retry_after, accepted))

    def forgive(self) -> None:
        """Order no failure more."""
        self.backend.faults.clear()

    def limit(self, limits: Limits) -> None:
        """Go by other numbers from now on."""
        self.backend.pace.change(limits)

    def advance(self, seconds: float) -> None:
        """Let time pass for streams, triggers, response addresses and rates."""
        self.backend.clock.advance(seconds)

    def deliver_to(self, url: str) -> None:
        """Send events, interactions and commands to this address."""
        self.backend.outlet.url = url

    @property
    def socket_mode(self) -> bool | None:
        """True sends over Socket Mode, False over HTTP, None over a socket while there is one."""
        return self.backend.outlet.socket_mode

    @socket_mode.setter
    def socket_mode(self, wanted: bool | None) -> None:
        self.backend.outlet.socket_mode = wanted

    @property
    def sockets(self) -> int:
        """How many WebSocket connections the app has."""
        return len(self.backend.sockets.connections)

    async def refresh_sockets(self) -> None:
        """Tell every connection that it will be closed."""
        await self.backend.sockets.ask_to_leave()

    async def cut_sockets(self) -> None:
        """Close every connection without a word."""
        await self.backend.sockets.cut()

    async def verify_url(self) -> Delivery:
        """Ask the request URL for its challenge: https://docs.slack.dev/reference/events/url_verification."""
        payload = {"token": self.app.verification_token, "challenge": self.backend.world.new_id("challenge-")}
        return await self.backend.outlet.ask("url_verification", payload | {"type": "url_verification"})

    async def send(
        self, payload: Mapping[str, Any], *, form: bool = False, headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """Send any payload, signed; `headers` replace or spoil what is sent otherwise."""
        kind = "interactive" if form else "events_api"
        body, content_type = encode(kind, payload)
        stamp = str(int(self.backend.clock.now() - self.backend.clock.ahead))
        sent = {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp}
        sent["X-Slack-Signature"] = sign(self.signing_secret, stamp, body)
        return await self.backend.outlet.post(kind, payload, body, sent | dict(headers or {}))

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Hand the same thing over again, as a retry."""
        return await self.send(
            json.loads(json.dumps(delivery.payload)),
            form=delivery.kind != "events_api",
            headers={"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"},
        )

    async def event(self, event: Mapping[str, Any], workspace: str | Workspace = "Acme") -> Delivery | None:
        """Send any event in its envelope."""
        return await self.backend.outlet.event(self.backend.envelope(event, self.workspace(workspace), None))

    async def bot_says(self, text: str, channel: Channel | str, thread_ts: str = "", name: str = "Other bot") -> Shown:
        """Another app's bot posts a message: https://docs.slack.dev/reference/events/message/bot_message."""
        place, world = self.backend.world.channels[self._id(channel)], self.backend.world
        message = Message(place.id, self.backend.clock.stamp(), place.team_id, "", text, thread_ts=thread_ts)
        message.bot_id, message.app_id, message.bot_name = world.new_id("B"), world.new_id("A"), name
        message.username, message.icon_emoji = name, ":robot_face:"
        world.post(message)
        await self.backend.publish(self.backend.message_event(message), place)
        return shown(message, self.backend.name_of)

    async def until(self, predicate: Callable[[], Result], within: float = 10.0) -> Result:
        """Wait until something holds, and return what it was."""
        return await self.backend.journal.until(predicate, within)

    async def settled(self) -> None:
        """Wait until everything on its way to the app has arrived or was given up."""
        await self.backend.outlet.settled()
