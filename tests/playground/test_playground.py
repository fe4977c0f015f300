"""The Playground carries messages both ways, with a bot that does nothing but echo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.serving import served

from .server import Playground, Reply, missing, open_playground

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "never")

Json = dict[str, Any]
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass
class Echo:
    """Says what it hears, and asks back on a card when it hears `card`."""

    http: aiohttp.ClientSession
    heard: list[Json] = field(default_factory=list[Json])

    async def hear(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.heard.append(activity)
        if activity["type"] == "invoke":
            done = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "done"}]}
            return web.json_response({"statusCode": 200, "type": CARD, "value": done})
        if activity["type"] == "message" and "text" in activity:
            await self._answer(activity)
        return web.Response()

    async def _answer(self, activity: Json) -> None:
        url = f"{activity['serviceUrl']}/v3/conversations/{activity['conversation']['id']}/activities"
        reply: Json = {"type": "message", "from": activity["recipient"], "recipient": activity["from"]}
        if activity["text"] == "card":
            buttons = [{"type": "Action.Submit", "title": "Yes", "data": {"token": "k3"}}]
            content = {"type": "AdaptiveCard", "version": "1.5", "body": [], "actions": buttons}
            await self._post(url, reply | {"attachments": [{"contentType": CARD, "content": content}]})
            return
        own = await self._post(url, reply | {"text": "…"})
        async with self.http.put(
            f"{url}/{own}", json=reply | {"id": own, "text": f"You said {activity['text']}"}
        ) as put:
            assert put.ok, await put.text()

    async def _post(self, url: str, body: Json) -> str:
        async with self.http.post(url, json=body) as answer:
            return (await answer.json())["id"]


@pytest.fixture(scope="module")
async def echo() -> AsyncIterator[tuple[Echo, Playground]]:
    async with aiohttp.ClientSession() as http:
        bot = Echo(http)
        app = web.Application()
        app.add_routes([web.post("/api/messages", bot.hear)])
        async with served(app) as url, open_playground(f"{url}/api/messages") as playground:
            yield bot, playground


@pytest.fixture(autouse=True)
def forgotten(echo: tuple[Echo, Playground]) -> None:
    """Let every test begin with nothing heard."""
    echo[0].heard.clear()


async def answered(playground: Playground, text: str) -> Reply:
    """The bot's answer once it is complete."""
    found = await playground.until(lambda: [each for each in playground.replies() if text in each.text])
    return found[-1]


async def test_a_message_is_answered_and_updated(echo: tuple[Echo, Playground]) -> None:
    _, playground = echo
    await playground.says("hello")
    reply = await answered(playground, "You said hello")
    assert reply.updates == 1 and reply in playground.replies("personal")


async def test_groups_mention_the_bot(echo: tuple[Echo, Playground]) -> None:
    bot, playground = echo
    await playground.says("good morning", "group")
    await answered(playground, "good morning")
    heard = [each for each in bot.heard if each["type"] == "message"]
    assert heard[0]["conversation"]["conversationType"] == "groupChat"
    assert any(each["type"] == "mention" for each in heard[0]["entities"])


async def test_installing_is_told(echo: tuple[Echo, Playground]) -> None:
    bot, playground = echo
    await playground.installs()
    await playground.until(lambda: {each["type"] for each in bot.heard} >= {"installationUpdate", "conversationUpdate"})
    told = {each["type"]: each for each in bot.heard}
    assert told["installationUpdate"]["action"] == "add"
    assert playground.bot["id"] in {each["id"] for each in told["conversationUpdate"]["membersAdded"]}


async def test_a_card_is_pressed(echo: tuple[Echo, Playground]) -> None:
    bot, playground = echo
    await playground.says("card")
    reply = (await playground.until(lambda: [each for each in playground.replies() if each.cards]))[-1]
    answer = await playground.executes(reply, {"type": "Action.Execute", "verb": "go", "data": {"token": "k3"}})
    assert answer["value"]["body"][0]["text"] == "done"
    await playground.submits(reply, {"token": "k3"})
    pressed = await playground.until(lambda: [each for each in bot.heard if each.get("value") == {"token": "k3"}])
    assert pressed[0]["replyToId"] == reply.id


async def test_any_activity_can_be_sent(echo: tuple[Echo, Playground]) -> None:
    bot, playground = echo
    await playground.custom_activity({"type": "messageReaction", "reactionsAdded": [{"type": "like"}]})
    heard = await playground.until(lambda: [each for each in bot.heard if each["type"] == "messageReaction"])
    assert heard[0]["from"]["id"] == playground.person["id"]
