"""The app under test as Slack knows it: its credentials, what it may do, and where its events go."""

from __future__ import annotations

from dataclasses import dataclass, field

from .scopes import DEFAULT_SCOPES

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
    scopes: frozenset[str] = DEFAULT_SCOPES
    redirect_uris: list[str] = field(default_factory=list[str])
    """Where an installation may return to; empty lets every address through."""
    request_url: str = ""
    agent: bool = True
    """Whether the app is configured as an agent, with the assistant pane."""


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
