"""A strict fake of the Bot Connector service of Teams with its identity: a real HTTP server with documented limits.

    async with open_platform() as teams:
        teams.deliver_to("http://127.0.0.1:8000/api/messages")
        ann = teams.person("Ann")
        sent = await ann.says("hello")                     # signed, as Teams signs; sent.status is the bot's answer
        reply = await teams.until(lambda: teams.last(ann.personal))
        await ann.presses(reply, "Yes")
        assert not teams.violations and not teams.refused and not teams.unfinished()

How a bot is configured for it (`app_id`, `app_password`, `tenant_id` as usual, and):
- incoming: the OpenID document is at `openid_url` instead of login.botframework.com; with botbuilder
  `BotFrameworkAuthenticationFactory.create(to_bot_from_channel_open_id_metadata_url=teams.openid_url,
  to_bot_from_channel_token_issuer="https://api.botframework.com",
  to_channel_from_bot_oauth_scope="https://api.botframework.com", to_channel_from_bot_login_url=teams.login_url,
  credential_factory=…)`. botbuilder fetches the document with a blocking call, which waits for ever when bot and
  platform share a loop: fetch the keys beforehand, into `JwtTokenExtractor.get_open_id_metadata(url)` (see bots.py);
- outgoing: bearers come from `token_url` (`login_url` + `/oauth2/v2.0/token`), form fields grant_type, client_id,
  client_secret, scope=https://api.botframework.com/.default. MSAL, which botbuilder uses, takes https authorities only:
  the credential factory has to build credentials whose `get_access_token` asks `token_url` itself;
- service URLs are http addresses of this machine (`service_url`); whoever keeps a list of hosts has to let them in, for
  files as well.

- People: `person(name)` is a `Person` with `says edits deletes undeletes types presses stops feedback reacts uploads
  pastes consents installs uninstalls blocks` (people); `group(name, members)`, `channel(team, name, members)`,
  `add_bot remove_bot joins leaves`, `other_bot`, `inject`, `redeliver` (crowd).
- Reading: `messages last message typing calls violations refused deliveries unfinished uploaded until` (reading).
- Failures: `fail(method, how="error", …)`, `identity.revoke()`, `world.disabled`. Pace: `limit(Limits(...))`.

What Teams shows wrong without a word (cards newer than 1.5, a seventh button, tables, foreign markup) is listed in
`violations`. Traps kept on purpose: a text and a card in one activity become two messages whose ids the bot is not
told; `<at>` without its entity is read literally; a submitted card comes as a message without text; files come only in
personal chats; a bearer sent to a file host is refused; in groups the bot hears only what mentions it unless
`reads_all`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.serving import served

from . import control
from .activities import Writer
from .backend import Backend
from .cards import Button, Card
from .connector import Connector
from .crowd import Crowd
from .delivery import Delivery, Postman
from .faults import Fault, How
from .identity import PROOFS, Identity, Proof
from .journal import Call
from .limits import Limits, Pace
from .people import Person, Sent
from .reading import Shown
from .server import application
from .streams import Streams
from .world import Account, Chat, World

APP_ID = "5d3c9a52-6f0e-4b0e-9d3a-0c1f2e3d4a5b"
APP_PASSWORD = "fake~secret-for-tests-only"
TENANT_ID = "72f988bf-1111-4222-8333-2d7cd011db47"

__all__ = [
    "APP_ID",
    "APP_PASSWORD",
    "PROOFS",
    "TENANT_ID",
    "Account",
    "Button",
    "Call",
    "Card",
    "Chat",
    "Delivery",
    "Limits",
    "Person",
    "Platform",
    "Proof",
    "Sent",
    "Shown",
    "open_platform",
]


@dataclass(slots=True)
class Platform(Crowd):
    """A running platform, from the side of the people."""

    url: str = ""
    folk: dict[str, Person] = field(default_factory=dict[str, Person])

    @property
    def service_url(self) -> str:
        """Where the Connector is; activities name it."""
        return self.backend.service_url

    @property
    def identity(self) -> Identity:
        return self.backend.identity

    @property
    def app_id(self) -> str:
        return self.identity.app_id

    @property
    def app_password(self) -> str:
        return self.identity.app_password

    @property
    def tenant_id(self) -> str:
        return self.identity.tenant_id

    @property
    def bot(self) -> Account:
        return self.backend.world.bot

    @property
    def openid_url(self) -> str:
        """The OpenID document that leads to the service's keys."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def authority(self) -> str:
        """What stands for login.microsoftonline.com."""
        return self.url

    @property
    def login_url(self) -> str:
        """The authority with the tenant that multi-tenant bots use."""
        return f"{self.url}/botframework.com"

    @property
    def token_url(self) -> str:
        """Where the bot fetches its bearer."""
        return f"{self.login_url}/oauth2/v2.0/token"

    def deliver_to(self, url: str) -> None:
        """Send activities there from now on."""
        self.postman.endpoint = url

    def limit(self, limits: Limits) -> None:
        """Go by other numbers from now on."""
        self.backend.pace.change(limits)

    def fail(self, method: str, how: How = "error", **details: Any) -> None:
        """Order a failure of the next call of a method; details are the fields of `faults.Fault`."""
        self.backend.faults.order(Fault(method, how, **details))


@asynccontextmanager
async def open_platform(
    *,
    port: int = 0,
    app_id: str = APP_ID,
    app_password: str = APP_PASSWORD,
    tenant_id: str = TENANT_ID,
    bot_name: str = "EverMynd",
    limits: Limits | None = None,
    reads_all: bool = False,
    patience: float = 15.0,
    retries: int = 2,
    now: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Platform]:
    """Serve a platform on a port of this machine; `now` dates messages and tokens, `monotonic` measures the pace."""
    world = World(Account(f"28:{app_id}", bot_name), tenant_id, now)
    identity = Identity(app_id, app_password, tenant_id, now)
    backend = Backend(world, identity, Pace(limits or Limits(), monotonic))
    streams, postman = Streams(backend), Postman(backend, patience, retries)
    platform = Platform(backend, streams, postman, Writer(backend), reads_all)
    app = application(backend, Connector(backend, streams), *control.routes(platform))
    async with served(app, port) as url:
        platform.url = backend.url = identity.url = url
        try:
            yield platform
        finally:
            backend.closing.set()
