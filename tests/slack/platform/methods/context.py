"""A call as its method sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..arguments import Arguments
from ..backend import Backend
from ..errors import SlackError, missing_scope
from ..people import Channel, User, Workspace
from ..scopes import KINDS


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, with what; methods that take no bot token have no workspace."""

    backend: Backend
    arguments: Arguments
    workspace: Workspace | None = None

    @property
    def team(self) -> Workspace:
        if self.workspace is None:
            raise SlackError("not_authed")
        return self.workspace

    @property
    def bot(self) -> User:
        return self.backend.world.users[self.team.bot_user_id]

    def need(self, *scopes: str) -> None:
        """Refuse unless the token has one of these scopes."""
        if not set(scopes) & self.team.scopes:
            raise missing_scope(scopes[0], sorted(self.team.scopes))

    def channel(self, name: str = "channel") -> Channel:
        """The conversation named by an argument, if the app can see it."""
        wanted = self.arguments.required(name)
        channel = self.backend.world.channels.get(wanted)
        if channel is None or self.team.team_id not in channel.teams:
            raise SlackError("channel_not_found")
        if channel.kind != "channel" and self.team.bot_user_id not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def readable(self, what: str, name: str = "channel") -> Channel:
        """A conversation the app may read: `what` is read or history."""
        channel = self.channel(name)
        self.need(f"{KINDS[channel.kind]}:{what}")
        if what == "history" and self.team.bot_user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def writable(self, name: str = "channel") -> Channel:
        """A conversation the app may write in; a person's id stands for the direct message with them.

        https://docs.slack.dev/reference/methods/chat.postMessage#channels
        """
        wanted = self.arguments.required(name)
        user = self.backend.world.users.get(wanted)
        if user is not None and not user.is_bot and user.team_id == self.team.team_id:
            channel = self.backend.world.direct(user, self.team)
            channel.opened = True
        else:
            channel = self.channel(name)
        if channel.archived:
            raise SlackError("is_archived")
        if self.team.bot_user_id not in channel.members and "chat:write.public" not in self.team.scopes:
            raise SlackError("not_in_channel")
        return channel


Run = Callable[[Call], "dict[str, Any] | Awaitable[dict[str, Any]]"]
Auth = Literal["bot", "app", "none"]


@dataclass(frozen=True, slots=True)
class Method:
    """A method, and the facts of its page; tier 0 is not counted."""

    run: Run
    parameters: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    """One of these is needed."""
    tier: int = 0
    json: bool = True
    """Whether it reads JSON bodies."""
    auth: Auth = "bot"


def method(
    run: Run, parameters: str = "", *, scopes: str = "", tier: int = 0, json: bool = True, auth: Auth = "bot"
) -> Method:
    """A method, its parameters and scopes as words."""
    return Method(run, frozenset(parameters.split()), tuple(scopes.split()), tier, json, auth)
