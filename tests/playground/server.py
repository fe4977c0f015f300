"""The Playground: installed through npm into a cache folder, spoken to over HTTP and its WebSocket.

It sends activities without an Authorization header, so the bot has to allow that. Its chats, people and teams have
fixed names; their ids are in `config`. It answers 501 to deletions.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import uuid4

import aiohttp

from tests.downloads import absent, npm_packages
from tests.waiting import until
from ui.embedded.ports import free_port

HERE = Path(__file__).parent
VERSION = "0.2.28"
INSTALL, STARTUP, CALL = 180, 30, 20  # seconds
STREAM = "/_ws_conversation/v1/conversations/stream"

Json = dict[str, Any]
Place = Literal["personal", "group", "channel"]
Result = TypeVar("Result")


@dataclass(slots=True)
class Reply:
    """A message of the bot as the Playground shows it now."""

    id: str
    conversation: str
    text: str
    cards: list[Json]
    raw: Json
    updates: int = 0


@dataclass(slots=True)
class Playground:
    """A running Playground."""

    url: str
    http: aiohttp.ClientSession
    config: Json = field(default_factory=dict[str, Any])
    events: list[Json] = field(default_factory=list[Json])
    """Everything that came over the WebSocket, oldest first."""
    _replies: dict[str, Reply] = field(default_factory=dict[str, Reply])

    def chat(self, place: Place = "personal") -> str:
        """The id of a conversation."""
        match place:
            case "personal":
                return str(self.config["personalChat"]["id"])
            case "group":
                return str(self.config["groupChats"][0]["id"])
            case "channel":
                return str(self.config["teams"][0]["channels"][0]["id"])

    @property
    def person(self) -> Json:
        """Whoever sits before it."""
        return self.config["currentUser"]

    @property
    def bot(self) -> Json:
        """The bot as it is known here."""
        return self.config["bot"]

    async def says(self, text: str, place: Place = "personal", *, mention: bool | None = None) -> str:
        """Write; the bot is mentioned in groups and channels. Returns the id the message has here."""
        addressed = place != "personal" if mention is None else mention
        mark = f"<at>{self.bot['name']}</at>"
        mentions = [{"mentioned": {"id": self.bot["id"]}, "text": mark}] if addressed else []
        body = {"type": "text", "text": f"{mark} {text}" if addressed else text, "textFormat": "plain"}
        path = f"/_conversation/v1/conversations/{self.chat(place)}/messages"
        answer = await self._post(path, body | {"from": {"id": self.person["id"]}, "mentions": mentions})
        return str(json.loads(answer)["messageId"])

    async def installs(self, place: Place = "personal") -> None:
        """Install the app there."""
        await self._post(f"/_debug/conversation/{self.chat(place)}/installation", {})

    async def submits(self, reply: Reply, value: Json) -> None:
        """Press a submitting button of a card, with what is filled in."""
        await self._post("/_conversation/v1/submit", self._about(reply) | {"value": value})

    async def executes(self, reply: Reply, action: Json) -> Json:
        """Press an executing button of a card, and return what the bot answered."""
        body = self._about(reply) | {"name": "adaptiveCard/action", "value": {"action": action, "trigger": "manual"}}
        return json.loads(await self._post("/_conversation/v1/invoke", body))

    def _about(self, reply: Reply) -> Json:
        return {"from": {"id": self.person["id"]}, "conversation": {"id": reply.conversation}, "replyToId": reply.id}

    async def custom_activity(self, activity: Json) -> None:
        """Send any activity as it is; what it lacks of a message's surroundings is filled in."""
        surroundings = {
            "id": str(uuid4()),
            "serviceUrl": f"{self.url}/_connector",
            "channelId": "msteams",
            "from": {name: self.person[name] for name in ("id", "name", "aadObjectId")},
            "recipient": self.bot,
            "conversation": {
                "id": self.chat(),
                "conversationType": "personal",
                "tenantId": self.config["tenantId"],
            },
            "channelData": {"tenant": {"id": self.config["tenantId"]}},
        }
        await self._post("/_internal/v1/customActivities", surroundings | activity)

    async def _post(self, path: str, body: Json) -> str:
        async with self.http.post(f"{self.url}{path}", json=body) as answer:
            text = await answer.text()
            if not answer.ok:
                raise RuntimeError(f"{path}: {answer.status} {text[:300]}")
            return text

    def replies(self, place: Place | None = None) -> list[Reply]:
        """What the bot wrote, with its updates, oldest first."""
        wanted = self.chat(place) if place else ""
        return [reply for reply in self._replies.values() if not wanted or reply.conversation == wanted]

    def typing(self) -> int:
        """How often the bot showed that it is typing."""
        return sum(1 for event in self.events if event.get("action") == "typing")

    async def until(self, predicate: Callable[[], Result], within: float = 10.0) -> Result:
        """Wait until something holds, and return what it was."""
        return await until(predicate, within)

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Take what the Playground shows, until the socket closes."""
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(frame.data))

    def _take(self, event: Json) -> None:
        self.events.append(event)
        message: Json | None = event.get("message")
        if message is None or message["from"]["id"] != self.bot["id"]:
            return
        own, place = str(message["messageId"]), str(message.get("postConversationId") or event["actionConversationId"])
        attachments: list[Json] = message.get("attachments") or []
        cards = [each["content"] for each in attachments if each.get("content")]
        before = self._replies.get(own)
        updates = before.updates + 1 if before else 0
        self._replies[own] = Reply(own, place, str(message.get("text") or ""), cards, message, updates)


def missing() -> str:
    """Why this machine cannot run it, or nothing."""
    lacking = absent("node", "npm")
    return f"the Agents Playground needs {lacking}" if lacking else ""


@asynccontextmanager
async def open_playground(bot_endpoint: str) -> AsyncGenerator[Playground]:
    """Run a Playground that sends its activities to this address."""
    program = await asyncio.to_thread(_program)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["node", str(program), "-c", "msteams", "-p", str(port), "--su", f"{url}/_connector", "--dt"]
    environment = {**os.environ, "TEAMSAPPTESTER_BROWSER": "none", "BOT_ENDPOINT": bot_endpoint}
    silent = subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=silent, stdout=silent, stderr=silent, cwd=program.parent
    )
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL)) as http:
            playground = Playground(url, http)
            async with asyncio.timeout(STARTUP):
                playground.config = await _config(playground, process)
            async with _listening(playground):
                yield playground
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def _listening(playground: Playground) -> AsyncGenerator[None]:
    async with playground.http.ws_connect(f"{playground.url}{STREAM}") as socket:
        listener = asyncio.create_task(playground.listen(socket))
        try:
            yield
        finally:
            listener.cancel()
            await asyncio.wait({listener})


def _program() -> Path:
    packages = npm_packages(f"playground-{VERSION}", HERE / "package.json", INSTALL)
    return packages / "@microsoft" / "m365agentsplayground" / "cli.js"


async def _config(playground: Playground, process: asyncio.subprocess.Process) -> Json:
    while process.returncode is None:
        try:
            async with playground.http.get(f"{playground.url}/_internal/v1/config") as answer:
                if answer.ok:
                    return (await answer.json())["config"]
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)
    raise RuntimeError("the Agents Playground did not start")
