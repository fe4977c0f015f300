"""How a workspace adds the app: OAuth, with a state that counts once and belongs to one browser.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import structlog
from slack_sdk.oauth import AuthorizeUrlGenerator

from bots.fields import Fields, part, text, true
from bots.slack.api import Api
from bots.slack.manifest import SCOPES
from bots.slack.pages import page
from bots.slack.reading import CHANNEL
from bots.slack.settings import SlackSettings
from bots.slack.workspaces import Workspace
from bots.webhooks import Answer
from conversation.errors import ChannelError
from conversation.installations import STATE_LIFE, new_state, use_state
from conversation.speech import Speech, nearest
from knowledge.db import Database
from knowledge.db.errors import DatabaseUnavailable

COOKIE = "evermynd_slack_state"

Announce = Callable[[str, str], Awaitable[None]]
"""Notes in which workspace, and under which address, the app is found."""
Outcome = Literal["added", "stale", "denied", "several", "unconfirmed", "away"]
_STATUS: dict[Outcome, int] = {"stale": 400, "denied": 403, "several": 400, "unconfirmed": 502, "away": 503}

_log = structlog.get_logger(__name__)


class Installing:
    """Leads somebody to Slack's consent page, and takes what they bring back."""

    def __init__(self, settings: SlackSettings, api: Api, database: Database, announce: Announce | None = None) -> None:
        self._settings = settings
        self._api = api
        self._database = database
        self._announce = announce
        self._addresses = AuthorizeUrlGenerator(
            client_id=settings.client_id,
            scopes=list(SCOPES),
            redirect_uri=settings.callback_url if settings.public_url else None,
            authorization_url=settings.authorize_url,
        )

    async def begin(self, languages: str = "") -> Answer:
        """Send somebody to Slack; the browser they come back with has to be this one."""
        try:
            state = await new_state(self._database, CHANNEL)
        except DatabaseUnavailable:
            return self._page(Speech(_language(languages)), "away")
        secure = "; Secure" if self._settings.public_url.startswith("https://") else ""
        cookie = f"{COOKIE}={state}; Path=/oauth/slack; HttpOnly; SameSite=Lax; Max-Age={STATE_LIFE}{secure}"
        where = self._addresses.generate(state=state)
        return Answer(302, headers={"Location": where, "Set-Cookie": cookie, "Cache-Control": "no-store"})

    async def finish(self, query: Mapping[str, str], cookies: Mapping[str, str], languages: str = "") -> Answer:
        """Take what somebody brings back from Slack, and say what became of it."""
        speech = Speech(_language(languages))
        try:
            if not await self._is_ours(query.get("state", ""), cookies.get(COOKIE, "")):
                return self._page(speech, "stale")
            if query.get("error") or not query.get("code"):
                return self._page(speech, "denied")
            workspace = await self._exchange(query["code"])
        except ChannelError as error:
            _log.warning("slack.not_installed", reason=str(error)[:200])
            return self._page(speech, "unconfirmed")
        except DatabaseUnavailable:
            return self._page(speech, "away")
        return self._page(speech, "added", workspace.name) if workspace else self._page(speech, "several")

    def _page(self, speech: Speech, outcome: Outcome, workspace: str = "") -> Answer:
        """Say what became of it."""
        match outcome:
            case "added":
                words = speech.say(
                    "EverMynd is in {workspace} now. Write to it in Slack, or mention it in a channel.",
                    workspace=workspace,
                )
                return page(200, speech.say("Added"), words, speech.language)
            case "stale":
                words = speech.say("This link has run out, or was opened in another browser. Please begin once more.")
            case "denied":
                words = speech.say("Nothing was changed: the app was not allowed into the workspace.")
            case "several":
                words = speech.say("The app can be added to single workspaces only. Please choose one of them.")
            case "unconfirmed" | "away":
                words = speech.say("The installation could not be confirmed. Please try again in a moment.")
        return page(_STATUS[outcome], speech.say("Not added"), words, speech.language)

    async def _is_ours(self, state: str, cookie: str) -> bool:
        """Tell whether a state is one that we gave to this browser and that was not used before."""
        same = hmac.compare_digest(state.encode("utf-8", "replace"), cookie.encode("utf-8", "replace"))
        return bool(state) and same and await use_state(self._database, CHANNEL, state)

    async def _exchange(self, code: str) -> Workspace | None:
        """Exchange what Slack sent along for a token, and keep it; None where there is no single workspace."""
        given = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "code": code,
            "redirect_uri": self._settings.callback_url if self._settings.public_url else None,
        }
        answer: Fields = await self._api.ask("oauth.v2.access", given)
        team = part(answer, "team")
        account, token = text(team, "id"), text(answer, "access_token")
        if not account or not token or true(answer, "is_enterprise_install"):
            return None
        name = text(team, "name") or account
        workspace = Workspace(account, token, text(answer, "bot_user_id"), name)
        await self._api.workspaces.add(workspace, text(answer, "scope"))
        _log.info("slack.installed", account=account)
        await self._tell(account)
        return workspace

    async def _tell(self, account: str) -> None:
        """Tell where the app is found; without that it is installed all the same."""
        if self._announce is None:
            return
        try:
            await self._announce(account, f"https://app.slack.com/client/{account}")
        except DatabaseUnavailable:
            _log.warning("slack.not_announced", account=account)


def _language(accepted: str) -> str:
    """Choose the language of a page by what a browser accepts."""
    tags = (each.partition(";")[0].strip() for each in accepted.split(","))
    return next((found for tag in tags if (found := nearest(tag))), "en")
