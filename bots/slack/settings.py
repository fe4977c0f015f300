"""The settings of the Slack app, checked at start."""

from __future__ import annotations

from dataclasses import dataclass, field

from bots.slack.errors import SlackSettingsError

OFFICIAL = "https://slack.com/api"
WEBHOOK_PATH = "/webhooks/slack"
INSTALL_PATH = "/oauth/slack/install"
CALLBACK_PATH = "/oauth/slack/callback"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What the app needs; raises `SlackSettingsError`, which names the variable to mend.

    Events come over Socket Mode where there is an app token, otherwise Slack calls us and signs its calls. The bot
    token is that of one workspace; with the client's id and secret, others install the app themselves.
    """

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_base: str = OFFICIAL
    public_url: str = ""
    upload_limit_mb: int = 100

    def __post_init__(self) -> None:
        if self.bot_token and not self.bot_token.startswith("xoxb-"):
            raise SlackSettingsError(
                "EVERMYND_SLACK_BOT_TOKEN is not the token of a bot: take the Bot User OAuth Token, which begins with "
                "xoxb-, from the app's page OAuth & Permissions."
            )
        if self.app_token and not self.app_token.startswith("xapp-"):
            raise SlackSettingsError(
                "EVERMYND_SLACK_APP_TOKEN is not the token of an app: make one with the scope connections:write on the "
                "app's page Basic Information; it begins with xapp-."
            )
        if not self.app_token and not self.signing_secret.strip():
            raise SlackSettingsError(
                "EVERMYND_SLACK_SIGNING_SECRET is missing: with it Slack proves that it is Slack when it calls the "
                "hub. It stands on the app's page Basic Information. Where Slack cannot call the hub, set "
                "EVERMYND_SLACK_APP_TOKEN instead, for Socket Mode."
            )
        self._check_installing()

    def _check_installing(self) -> None:
        if self.client_id and not self.client_secret:
            raise SlackSettingsError(
                "EVERMYND_SLACK_CLIENT_SECRET is missing: it goes with EVERMYND_SLACK_CLIENT_ID, and stands beside it "
                "on the app's page Basic Information."
            )
        if self.client_secret and not self.client_id:
            raise SlackSettingsError(
                "EVERMYND_SLACK_CLIENT_ID is missing: it goes with EVERMYND_SLACK_CLIENT_SECRET, and stands beside it "
                "on the app's page Basic Information."
            )
        if not self.bot_token and not self.client_id:
            raise SlackSettingsError(
                "EVERMYND_SLACK_BOT_TOKEN is missing: take it from the app's page OAuth & Permissions, or set "
                "EVERMYND_SLACK_CLIENT_ID and EVERMYND_SLACK_CLIENT_SECRET, with which workspaces install the app."
            )

    @property
    def uses_sockets(self) -> bool:
        """Whether events come over Socket Mode; otherwise Slack calls us."""
        return bool(self.app_token)

    @property
    def installs(self) -> bool:
        """Whether workspaces can install the app themselves."""
        return bool(self.client_id)

    @property
    def authorize_url(self) -> str:
        """Where somebody agrees to an installation."""
        return self.api_base.rstrip("/").removesuffix("/api") + "/oauth/v2/authorize"

    @property
    def callback_url(self) -> str:
        """Where Slack brings them back to."""
        return self.public_url.rstrip("/") + CALLBACK_PATH

    @property
    def web_chat(self) -> str:
        """Where the web chat is; "" if people cannot reach it."""
        return self.public_url and self.public_url.rstrip("/") + "/chat"
