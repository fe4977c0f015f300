"""The settings of the Telegram bot, checked at start."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bots.telegram.errors import TelegramSettingsError

OFFICIAL = "https://api.telegram.org"
WEBHOOK_PATH = "/webhooks/telegram"

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,200}")
# https://core.telegram.org/bots/api#setwebhook
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = (443, 80, 88, 8443)


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """What the bot needs; raises `TelegramSettingsError`, which names the variable to mend.

    Updates come through a webhook where the hub has an https address, otherwise the bot polls. `api_base` is the Bot
    API server, files included; `upload_limit_mb` bounds what is fetched where that server sets no limit. `path` is
    where the webhook is below the hub's address. `brought`: a creator did, and has the token as well.
    """

    token: str = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_base: str = OFFICIAL
    public_url: str = ""
    upload_limit_mb: int = 100
    path: str = WEBHOOK_PATH
    brought: bool = False

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise TelegramSettingsError(
                "EVERMYND_TELEGRAM_TOKEN is not a bot token: set it to what @BotFather gave you, "
                "a number, a colon and about 35 letters and digits."
            )
        if self.uses_webhook and not self.webhook_secret:
            raise TelegramSettingsError(
                "EVERMYND_TELEGRAM_WEBHOOK_SECRET is missing: where EVERMYND_PUBLIC_URL is https, Telegram calls the "
                "hub and proves with this secret that it is Telegram. Set it to a long random word."
            )
        if self.uses_webhook and self.official and _port(self.public_url) not in _PORTS:
            raise TelegramSettingsError(
                "EVERMYND_PUBLIC_URL has a port that Telegram does not call: "
                "let the hub be reached on port 443, 80, 88 or 8443."
            )
        if self.webhook_secret and not _SECRET.fullmatch(self.webhook_secret):
            raise TelegramSettingsError(
                "EVERMYND_TELEGRAM_WEBHOOK_SECRET has characters Telegram does not take: "
                "set it to 1 to 256 of A-Z, a-z, 0-9, _ and -."
            )

    @property
    def uses_webhook(self) -> bool:
        """Whether Telegram calls us; otherwise we poll."""
        return self.public_url.lower().startswith("https://")

    @property
    def webhook_url(self) -> str:
        """Where Telegram calls us."""
        return self.public_url.rstrip("/") + self.path

    @property
    def bot_id(self) -> int:
        """The bot's own id, which is the first part of its token."""
        return int(self.token.partition(":")[0])

    @property
    def official(self) -> bool:
        """Whether the Bot API server is Telegram's own, which passes on files of up to 20 MB."""
        return self.api_base.rstrip("/") == OFFICIAL

    @property
    def web_chat(self) -> str:
        """Where the web chat is; "" if people cannot reach it."""
        return self.public_url and self.public_url.rstrip("/") + "/chat"


@dataclass(frozen=True, slots=True)
class TelegramServer:
    """What all bots of the hub share; see `TelegramSettings`. `key` is the hub's own, and no creator knows it."""

    api_base: str = OFFICIAL
    public_url: str = ""
    upload_limit_mb: int = 100
    key: bytes = field(default=b"", repr=False)

    def bot(self, token: str) -> TelegramSettings:
        """Give the settings of a bot that a creator brought.

        Its webhook is one of its own, and proves itself with a secret that its creator cannot tell: who has the token
        alone could speak as anybody else. Raises `TelegramSettingsError` without the hub's key.
        """
        if not self.key:
            raise TelegramSettingsError(
                "EVERMYND_ENCRYPTION_KEYS is missing: the bots of creators need it. Set it to an id, a colon and 32 "
                "bytes in base64, or use `evermynd up`, which makes its own."
            )
        secret = hmac.new(self.key, f"telegram webhook {token}".encode(), hashlib.sha256).hexdigest()
        path = f"{WEBHOOK_PATH}/{token.partition(':')[0]}"
        return TelegramSettings(token, secret, self.api_base, self.public_url, self.upload_limit_mb, path, brought=True)


def _port(url: str) -> int:
    """Give the port of an https address; 0 if it is none."""
    try:
        return urlsplit(url).port or 443
    except ValueError:
        return 0
