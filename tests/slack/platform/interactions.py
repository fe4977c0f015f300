"""What lets an app answer a person: triggers, response addresses and views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .app import Lifetimes
from .clock import Clock
from .errors import SlackError


@dataclass(slots=True)
class Trigger:
    """Lets an app open one modal for one person, for three seconds."""

    id: str
    team_id: str
    user: str
    at: float
    used: bool = False
    view: str = ""
    """The modal it came from."""


@dataclass(slots=True)
class ResponseUrl:
    """Lets an app answer where a person acted, five times within half an hour."""

    id: str
    team_id: str
    channel: str
    user: str
    at: float
    ts: str = ""
    """The message that was acted on."""
    thread_ts: str = ""
    uses: int = 0


@dataclass(slots=True)
class View:
    """A modal or a home tab, as one person sees it."""

    id: str
    team_id: str
    user: str
    content: dict[str, Any]
    hash: str
    root: str = ""
    previous: str = ""
    open: bool = True
    app_id: str = ""
    bot_id: str = ""
    state: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return self.content["blocks"]

    @property
    def callback_id(self) -> str:
        return self.content.get("callback_id", "")

    @property
    def title(self) -> str:
        return self.content.get("title", {}).get("text", "")

    def to_json(self) -> dict[str, Any]:
        """The view object: https://docs.slack.dev/reference/views."""
        blank: dict[str, Any] = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None}
        blank |= {"submit": None, "clear_on_close": False, "notify_on_close": False}
        fields = blank | self.content | {"id": self.id, "team_id": self.team_id, "hash": self.hash}
        fields |= {"state": {"values": self.state}, "previous_view_id": self.previous or None, "app_id": self.app_id}
        return fields | {"root_view_id": self.root, "app_installed_team_id": self.team_id, "bot_id": self.bot_id}


@dataclass(slots=True)
class Interactions:
    """Everything of the kind that was handed out."""

    clock: Clock
    lifetimes: Lifetimes
    new_id: Callable[[str], str]
    triggers: dict[str, Trigger] = field(default_factory=dict[str, Trigger])
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])
    views: dict[str, View] = field(default_factory=dict[str, View])
    homes: dict[tuple[str, str], View] = field(default_factory=dict[tuple[str, str], View])

    def trigger(self, team_id: str, user: str, view: str = "") -> str:
        """A new trigger id."""
        number = self.new_id("9").lstrip("9")
        trigger = Trigger(f"{number}.{number}.{self.new_id('trigger')}", team_id, user, self.clock.now(), view=view)
        self.triggers[trigger.id] = trigger
        return trigger.id

    def exchange(self, trigger_id: str, team_id: str) -> Trigger:
        """Use a trigger up, or refuse: https://docs.slack.dev/reference/methods/views.open."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None or trigger.team_id != team_id:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() > trigger.at + self.lifetimes.trigger:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(self, team_id: str, channel: str, user: str, ts: str = "", thread_ts: str = "") -> str:
        """The path of a new response address."""
        made = ResponseUrl(self.new_id("R"), team_id, channel, user, self.clock.now(), ts, thread_ts)
        self.response_urls[made.id] = made
        return f"/actions/{team_id}/{made.id}/{self.new_id('secret')}"

    def use(self, response_id: str) -> ResponseUrl | str:
        """A response address with one use gone, or why it does not work any more."""
        found = self.response_urls.get(response_id)
        if found is None:
            return "invalid_url"
        if self.clock.now() > found.at + self.lifetimes.response_url:
            return "expired_url"
        if found.uses >= self.lifetimes.response_uses:
            return "used_url"
        found.uses += 1
        return found
