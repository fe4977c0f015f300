"""The app under test as Slack knows it: its credentials, what it may do, and where its events go."""

from __future__ import annotations

from dataclasses import dataclass, field

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
APP_TOKEN = "xapp-1-A0EVERMYND-1001-fake-app-token-for-tests"


@dataclass(slots=True)
class App:
    """One app, installed in any number of workspaces."""

    app_id: str = "A0EVERMYND"
    name: str = "EverMynd"
    client_id: str = "1001.2002"
    client_secret: str = "fake-client-secret-for-tests"
    signing_secret: str = SIGNING_SECRET
    app_token: str = APP_TOKEN
    verification_token: str = "fake-verification-token"
    scopes: frozenset[str] = frozenset()
    """What it asks for when it is installed; empty asks for all that any method or event needs."""
    redirect_uris: list[str] = field(default_factory=list[str])
    """Where an installation may return to; empty lets every address through."""
    request_url: str = ""
    agent: bool = True
    """Whether the app is configured as one that uses AI, in either of the two ways."""
    pane: bool = False
    """Whether it is an older one, with a pane for the assistant, and no agent to write to at the top level.

    https://docs.slack.dev/ai/migrating-to-agent-messaging
    """
    reviewed: bool = True
    """Whether it is in Slack's Marketplace, or one workspace's own: others may read messages once a minute.

    https://docs.slack.dev/apis/web-api/rate-limits
    """
    events: frozenset[str] | None = None
    """What it is subscribed to by its manifest; all there is while it has none."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things live, in seconds of the platform's clock."""

    stream: float = 300.0
    """Observed, not documented: https://github.com/slackapi/python-slack-sdk/issues/1859."""
    trigger: float = 3.0
    """https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses"""
    response_url: float = 1800.0
    """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""
    response_uses: int = 5
    code: float = 600.0
    """https://docs.slack.dev/authentication/installing-with-oauth"""
    patience: float = 3.0
    """Seconds the platform waits for an answer, real ones: https://docs.slack.dev/apis/events-api#responding"""
