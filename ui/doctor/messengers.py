"""Checks of the messengers: whether each knows its bot, and where it brings what people write."""

from __future__ import annotations

from typing import Any

import httpx

from bots.telegram.errors import TelegramSettingsError
from bots.telegram.settings import TelegramSettings
from ui.doctor.check import Finding
from ui.settings import Settings, variable

PATIENCE = 5.0


async def telegram(settings: Settings) -> Finding:
    """Whether Telegram knows the token, and whether updates arrive the way the settings say."""
    try:
        bot = settings.telegram
    except TelegramSettingsError as error:
        return Finding(False, "cannot run", str(error))
    if bot is None:
        return Finding(True, f"no bot: {variable('telegram_token')} is not set")
    mend = f"look at {variable('telegram_api_base')}, and whether this machine reaches it"
    try:
        me = await _ask(bot, "getMe")
        hook = await _ask(bot, "getWebhookInfo")
    except (httpx.HTTPError, ValueError) as error:
        return Finding(False, f"no answer ({type(error).__name__})", mend)
    if not me.get("ok"):
        mend = f"set {variable('telegram_token')} to what @BotFather gave"
        elsewhere = "" if bot.official else f", and look at {variable('telegram_api_base')}"
        return Finding(False, "does not know the token", mend + elsewhere)
    name = f"@{me['result'].get('username', '')}"
    return _arrival(bot, name, str(hook.get("result", {}).get("url", "")), hook.get("result", {}))


def _arrival(bot: TelegramSettings, name: str, url: str, hook: dict[str, Any]) -> Finding:
    waiting = f", {hook.get('pending_update_count', 0)} updates waiting"
    if bot.uses_webhook and url != bot.webhook_url:
        return Finding(False, f"{name}, whose webhook is not ours", "start the gateway, which sets it")
    if bot.uses_webhook and hook.get("last_error_message"):
        mend = f"look whether {bot.webhook_url} is reached from outside, and at its certificate"
        return Finding(False, f"{name}, webhook failing: {hook['last_error_message']}", mend)
    return Finding(True, f"{name}, {'webhook' if bot.uses_webhook else 'polling'}{waiting}")


async def _ask(bot: TelegramSettings, method: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(f"{bot.api_base.rstrip('/')}/bot{bot.token}/{method}")
    found: dict[str, Any] = answer.json()
    return found
