"""The check of Teams: whether the bot gets its proof, and whether those who call it can be proven."""

from __future__ import annotations

import httpx

from bots.teams.errors import TeamsSettingsError
from bots.teams.settings import MESSAGES_PATH, TeamsSettings
from ui.doctor.check import Finding
from ui.settings import Settings, variable

PATIENCE = 5.0
_SCOPE = "https://api.botframework.com/.default"


async def teams(settings: Settings) -> Finding:
    """Whether Microsoft knows the bot's id and secret, and whether its keys can be fetched."""
    try:
        bot = settings.teams
    except TeamsSettingsError as error:
        return Finding(False, "cannot run", str(error))
    if bot is None:
        return Finding(True, f"no bot: {variable('teams_app_id')} is not set")
    if bot.anonymous:
        return Finding(True, "anonymous, for programs on this machine alone")
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            keys = await http.get(bot.openid_url)
            answer = await _ask(http, bot)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        mend = f"look at {variable('teams_login_base')} and {variable('teams_openid_url')}, and this machine's network"
        return Finding(False, f"no answer ({type(error).__name__})", mend)
    if not keys.is_success:
        return Finding(False, f"no keys ({keys.status_code})", f"look at {variable('teams_openid_url')}")
    if not answer.is_success:
        names = f"{variable('teams_app_id')}, {variable('teams_app_password')} and {variable('teams_tenant_id')}"
        return Finding(False, "Microsoft does not take the id and secret", f"look at {names}")
    where = "one organisation" if bot.tenant_id else "any organisation"
    return Finding(True, f"knows its bot, for {where}; the messaging endpoint is {settings.address}{MESSAGES_PATH}")


async def _ask(http: httpx.AsyncClient, bot: TeamsSettings) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": bot.app_id, "client_secret": bot.app_password}
    return await http.post(bot.token_url, data=form | {"scope": _SCOPE})
