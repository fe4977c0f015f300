"""The check of Slack: whether it knows the tokens, and which way events come."""

from __future__ import annotations

from typing import Any, cast

import httpx

from bots.slack.errors import SlackSettingsError
from bots.slack.settings import WEBHOOK_PATH, SlackSettings
from ui.doctor.check import Finding
from ui.settings import Settings, variable

PATIENCE = 5.0


async def slack(settings: Settings) -> Finding:
    """Whether Slack knows the tokens, and whether events can arrive the way the settings say."""
    try:
        app = settings.slack
    except SlackSettingsError as error:
        return Finding(False, "cannot run", str(error))
    if app is None:
        return Finding(True, f"no app: {variable('slack_bot_token')} is not set")
    mend = f"look at {variable('slack_api_base')}, and whether this machine reaches it"
    try:
        name = await _name(app)
        connects = not app.uses_sockets or (await _ask(app, "apps.connections.open", app.app_token)).get("ok")
    except (httpx.HTTPError, ValueError) as error:
        return Finding(False, f"no answer ({type(error).__name__})", mend)
    if name is None:
        mend = f"set {variable('slack_bot_token')} to the Bot User OAuth Token"
        return Finding(False, "does not know the token", mend)
    if not connects:
        mend = f"set {variable('slack_app_token')} to a token with the scope connections:write"
        return Finding(False, f"{name}, but Socket Mode is refused", mend)
    return _arrival(app, name)


def _arrival(app: SlackSettings, name: str) -> Finding:
    if app.uses_sockets:
        return Finding(True, f"{name}, Socket Mode")
    if not app.public_url.startswith("https://"):
        mend = f"set {variable('public_url')} to an https address, or {variable('slack_app_token')} for Socket Mode"
        return Finding(False, f"{name}, but Slack calls https addresses alone", mend)
    return Finding(True, f"{name}, events at {app.public_url.rstrip('/')}{WEBHOOK_PATH}")


async def _name(app: SlackSettings) -> str | None:
    """Give the workspace of the token; None if Slack does not know it."""
    if not app.bot_token:
        return "workspaces install the app"
    told = await _ask(app, "auth.test", app.bot_token)
    return f"{told.get('team', '')} (@{told.get('user', '')})" if told.get("ok") else None


async def _ask(app: SlackSettings, method: str, token: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.post(f"{app.api_base.rstrip('/')}/{method}", headers=headers)
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("an answer that is no object")
    return cast("dict[str, Any]", found)
