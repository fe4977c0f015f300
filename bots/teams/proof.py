"""Whether a call comes from the Bot Framework: botbuilder's check of the token, with keys that we fetch ourselves.

The package is archived, so this is the only module that knows it. Of its CloudAdapter we use what proves a request;
its turns and its client for the Connector stay out, because their typed activities drop the fields they do not know
(streams, labels, feedback), and they fetch keys and tokens in ways that hold up everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import structlog
from botbuilder.schema import Activity
from botframework.connector.auth import (
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from bots.fields import text
from bots.teams.errors import KeysAway, Unproven
from bots.teams.keys import Keys
from bots.teams.settings import TeamsSettings

ISSUER = "https://api.botframework.com"
CHANNEL_ID = "msteams"
_LONGEST = 16_384

_log = structlog.get_logger(__name__)


class Proof:
    """Checks the Authorization header of calls."""

    def __init__(self, settings: TeamsSettings, keys: Keys) -> None:
        # The cache is where botbuilder looks for the keys of this address; what it would put there fetches them
        # without a time limit, and never again for a key that is new.
        cache = cast("dict[str, object]", JwtTokenExtractor.metadataCache)  # pyright: ignore[reportUnknownMemberType]
        cache[settings.openid_url] = keys
        self._authentication: BotFrameworkAuthentication = BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url=f"{settings.login_base}/botframework.com",
            to_channel_from_bot_oauth_scope=ISSUER,
            to_bot_from_channel_token_issuer=ISSUER,
            to_bot_from_channel_open_id_metadata_url=settings.openid_url,
            credential_factory=PasswordServiceClientCredentialFactory(settings.app_id, settings.app_password),
        )

    async def service_url_of(self, header: str) -> str:
        """Give the service URL that a genuine token speaks for.

        Raises `Unproven`, and `KeysAway` if it cannot be told now.
        """
        if not header or len(header) > _LONGEST or not header.isascii():
            raise Unproven("no token that could be read")
        activity = Activity(channel_id=CHANNEL_ID)
        try:
            result = await self._authentication.authenticate_request(activity, header)
            claims = cast("Mapping[str, object]", result.claims_identity.claims)  # pyright: ignore[reportUnknownMemberType]
        except (KeysAway, Unproven):
            raise
        except Exception as error:  # botbuilder raises whatever its decoders raise: all of it is a token that is wrong
            _log.info("teams.unproven", reason=type(error).__name__)
            raise Unproven("the token does not prove anything") from error
        if claims.get("exp") is None:
            raise Unproven("the token never ends")
        return text(claims, "serviceurl")
