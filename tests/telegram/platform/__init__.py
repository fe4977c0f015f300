"""A strict fake of the Telegram Bot API: a real HTTP server that keeps the platform's documented limits and errors.

In a test, in the same process:

    async with open_platform() as platform:
        bot = Bot(platform.token, session=AiohttpSession(api=TelegramAPIServer.from_base(platform.url)))
        ann = platform.person("Ann", language_code="de")
        platform.say(ann, "/start")                               # the bot polls, or has set a webhook
        reply = await platform.until(lambda: platform.last(ann))
        press = platform.press(ann, reply.labels[0])
        await platform.until(lambda: platform.answer_to(press.id))
        platform.faults.lose("sendMessage")                       # stored, and never answered
        assert not platform.violations() and not platform.refused()

In a process of its own, steered over HTTP (`tests.remote.Remote`, verbs in `control`):

    python -m tests.telegram.platform --port 8081 --token 42:TOKEN --http-loopback

- People: `person group topic appoint block unblock add_bot remove_bot upgrade remove` (crowd) and
  `say send_document send_album send_photo send_voice send_sticker send_location edit press react stop inject redeliver`
  (speech). Chats are given as a Chat, a User (their private chat) or an id; without one it is the private chat.
- Several bots: `another` registers one more under the same address, `revoke` takes a token back.
- Reading: `shown replies last message stamps busiest typing drafts answer_to unanswered calls violations refused
  unconfirmed content_of until` (reading).
- Failures: `faults.error gateway flood lose reset clear`. Pace: `limit(Limits(...))`, `Limits(enforced=False)`.

A refusal is worded as by the open-source server (tdlib/telegram-bot-api). What that server swallows without a word
although it is wrong (unknown parameters, entities it drops, a ninth button in a row) is listed in `violations()`.
`http_loopback` lets webhooks go to http addresses of this machine; `privacy` hides from the bot what is not meant for
it in groups, as the platform does by default. Traps kept on purpose: ids of messages in private chats and groups come
from one counter, those of a supergroup from its own; messages in a topic reply to the message that opened it;
texts are trimmed; an edit without buttons takes the buttons away; an update kind the bot did not ask for never comes.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.serving import served

from . import control
from .backend import Backend
from .crowd import Crowd
from .faults import Faults
from .limits import Limits, Pace
from .people import Chat, User
from .profile import Commands, scope_key
from .reading import Reading, Shown, Stamp
from .server import Server, application
from .speech import Attachment, Press, Sent, Speech
from .webhook import Delivery
from .world import World

TOKEN = "4242424242:AAFakeTokenForTestsOnly_0123456789abc"
USERNAME = "evermynd_test_bot"

__all__ = [
    "TOKEN",
    "USERNAME",
    "Attachment",
    "Chat",
    "Delivery",
    "Faults",
    "Limits",
    "Platform",
    "Press",
    "Sent",
    "Shown",
    "Stamp",
    "User",
    "open_platform",
]


@dataclass
class Platform(Crowd, Speech, Reading):
    """A running platform, from the side of the people."""

    url: str = ""
    """What a bot takes as API server."""
    server: Server | None = None
    """What answers the bots."""

    def another(self, token: str, username: str) -> Platform:
        """Register another bot; it meets people of its own, who may have the same ids as those of the first one."""
        assert self.server is not None
        bot = User(int(token.partition(":")[0]), username, username=username, is_bot=True)
        backend = Backend(
            token, World(bot, self.backend.world.now), self.backend.loopback_webhooks, pace=Pace(Limits())
        )
        backend.pace.change(self.backend.pace.limits)
        self.server.others[token] = Server(backend)
        return Platform(backend, url=self.url, server=self.server)

    def revoke(self) -> None:
        """The bot's owner takes its token back at BotFather."""
        self.backend.revoked = True

    @property
    def token(self) -> str:
        return self.backend.token

    @property
    def bot(self) -> User:
        return self.backend.world.bot

    @property
    def faults(self) -> Faults:
        return self.backend.faults

    @property
    def deliveries(self) -> list[Delivery]:
        """Every try to hand an update to the webhook."""
        return self.backend.postman.deliveries

    def limit(self, limits: Limits) -> None:
        """Go by other numbers from now on."""
        self.backend.pace.change(limits)

    def commands(self, scope: dict[str, object] | None = None, language: str = "") -> Commands:
        """The command menu of one scope and language."""
        return self.backend.profile.commands.get((scope_key(scope), language), [])


@asynccontextmanager
async def open_platform(
    token: str = TOKEN,
    *,
    port: int = 0,
    username: str = USERNAME,
    limits: Limits | None = None,
    http_loopback: bool = False,
    privacy: bool = False,
    now: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Platform]:
    """Serve a platform on a port of this machine; `now` dates messages, `monotonic` measures the bot's pace."""
    bot = User(int(token.partition(":")[0]), "EverMynd", username=username, is_bot=True)
    backend = Backend(token, World(bot, now), http_loopback, privacy, pace=Pace(limits or Limits(), monotonic))
    platform = Platform(backend)
    platform.server = server = Server(backend)
    async with served(application(server, *control.routes(platform)), port) as platform.url:
        try:
            yield platform
        finally:
            for each in (server, *server.others.values()):
                each.backend.closing.set()
                await each.backend.postman.stop()
