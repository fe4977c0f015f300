"""Tokens: testing, revoking, installing and uninstalling, and the way into Socket Mode.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

from typing import Any

from ..errors import SlackError
from .context import Call, method


def api_test(call: Call) -> dict[str, Any]:
    """Answer what was sent: https://docs.slack.dev/reference/methods/api.test."""
    if error := call.arguments.text("error"):
        raise SlackError(error, args=dict(call.arguments.values))
    return {"args": dict(call.arguments.values)}


def auth_test(call: Call) -> dict[str, Any]:
    """Whose token this is: https://docs.slack.dev/reference/methods/auth.test."""
    team, bot = call.team, call.bot
    who = {"user": bot.name, "team_id": team.team_id, "user_id": bot.id, "bot_id": bot.bot_id}
    where = {"url": f"https://{team.domain}.slack.com/", "team": team.name, "is_enterprise_install": False}
    return where | who


def auth_revoke(call: Call) -> dict[str, Any]:
    """Make a token useless; revoking a bot token takes the bot out of the workspace."""
    if call.arguments.flag("test"):
        return {"revoked": False}
    team = call.team
    call.backend.world.uninstall(team, "token_revoked")
    _say_revoked(call)
    return {"revoked": True}


def _say_revoked(call: Call) -> None:
    team = call.team
    event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user_id]}}
    call.backend.outlet.soon(call.backend.envelope(event, team, None))


def uninstall(call: Call) -> dict[str, Any]:
    """Take the app out of a workspace: https://docs.slack.dev/reference/methods/apps.uninstall."""
    app = call.backend.app
    if call.arguments.required("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if call.arguments.required("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    team = call.team
    call.backend.world.uninstall(team, "account_inactive")
    _say_revoked(call)
    call.backend.outlet.soon(call.backend.envelope({"type": "app_uninstalled"}, team, None))
    return {}


def oauth_access(call: Call) -> dict[str, Any]:
    """Exchange a code for a bot token: https://docs.slack.dev/reference/methods/oauth.v2.access."""
    backend, arguments = call.backend, call.arguments
    if arguments.text("client_id") != backend.app.client_id:
        raise SlackError("invalid_client_id")
    if arguments.text("client_secret") != backend.app.client_secret:
        raise SlackError("bad_client_secret")
    team_id, user_id, redirect, made = backend.codes.pop(arguments.text("code"), ("", "", "", 0.0))
    if not team_id:
        raise SlackError("code_already_used" if arguments.text("code").startswith("code-") else "invalid_code")
    if backend.clock.now() > made + backend.lifetimes.code:
        raise SlackError("invalid_code")
    if redirect and arguments.text("redirect_uri") != redirect:
        raise SlackError("bad_redirect_uri")
    team = backend.world.workspaces[team_id]
    token = backend.world.install(team)
    answer: dict[str, Any] = {"access_token": token, "token_type": "bot", "scope": ",".join(sorted(team.scopes))}
    answer |= {"bot_user_id": team.bot_user_id, "app_id": backend.app.app_id, "enterprise": None}
    answer |= {"team": {"id": team.team_id, "name": team.name}, "authed_user": {"id": user_id}}
    return answer | {"is_enterprise_install": False}


def open_connection(call: Call) -> dict[str, Any]:
    """An address for one WebSocket: https://docs.slack.dev/reference/methods/apps.connections.open."""
    sockets = call.backend.sockets
    if len(sockets.connections) >= 10:
        raise SlackError("too_many_websockets")
    base = call.backend.world.base.replace("http://", "ws://")
    return {"url": f"{base}/link/?ticket={sockets.ticket()}&app_id={call.backend.app.app_id}"}


METHODS = {
    "api.test": method(api_test, "error foo", auth="none"),
    "auth.test": method(auth_test),
    "auth.revoke": method(auth_revoke, "test", tier=3, json=False),
    "apps.uninstall": method(uninstall, "client_id client_secret", tier=1, json=False),
    "apps.connections.open": method(open_connection, tier=1, auth="app"),
    "oauth.v2.access": method(
        oauth_access,
        "client_id client_secret code code_verifier redirect_uri grant_type refresh_token",
        json=False,
        auth="none",
    ),
}
