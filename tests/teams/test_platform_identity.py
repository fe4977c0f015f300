"""The platform proves itself to bots, and lets nobody in without a bearer."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity

from .bots import PlainBot, open_sdk_bot
from .platform import PROOFS, Person, Platform, Proof
from .platform.identity import SCOPE


async def echo(context: TurnContext) -> None:
    activity: Any = context.activity
    if activity.type == "message":
        await context.send_activity(f"You said {activity.text}")


async def test_a_bot_on_the_sdk_hears_and_answers(teams: Platform, ann: Person) -> None:
    async with open_sdk_bot(teams, echo):
        sent = await ann.says("hello")
    assert sent.status == 200, sent.body
    reply = teams.last(ann.personal)
    assert reply and reply.text == "You said hello" and reply.reply_to == sent.id
    assert not teams.violations and not teams.refused


# The SDK itself takes a token that never ends; refusing it is left to the bot.
@pytest.mark.parametrize("proof", [each for each in PROOFS if each not in ("valid", "endless")])
async def test_the_sdk_refuses_every_wrong_token(teams: Platform, ann: Person, proof: Proof) -> None:
    async with open_sdk_bot(teams, echo):
        sent = await ann.says("hello", proof=proof)
    assert sent.status == 401
    assert teams.last(ann.personal) is None


async def test_a_foreign_service_url_is_not_the_one_in_the_token(teams: Platform, ann: Person) -> None:
    activity = teams.activity(ann) | {"serviceUrl": "https://elsewhere.example.com/"}
    async with open_sdk_bot(teams, echo):
        delivery = await teams.inject_raw(json.dumps(activity).encode())
    assert delivery.status == 401


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 400, "unauthorized_client"),
        ({"scope": "https://graph.example.com/.default"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_only_the_right_credentials_get_a_bearer(
    teams: Platform, change: dict[str, str], status: int, error: str
) -> None:
    form = {"grant_type": "client_credentials", "client_id": teams.app_id, "client_secret": teams.app_password}
    async with httpx.AsyncClient() as http:
        answer = await http.post(teams.token_url, data=form | {"scope": SCOPE} | change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_calls_need_a_bearer_that_is_good_now(teams: Platform, bot: PlainBot, ann: Person) -> None:
    assert (await bot.send(ann.personal.id)).status_code == 201
    teams.identity.revoke()
    refused = await bot.send(ann.personal.id)
    assert (refused.status_code, refused.json()) == (
        401,
        {"message": "Authorization has been denied for this request."},
    )
    await bot.sign_in()
    assert (await bot.send(ann.personal.id)).status_code == 201


async def test_only_one_key_is_endorsed_for_teams(teams: Platform) -> None:
    async with httpx.AsyncClient() as http:
        document = (await http.get(teams.openid_url)).json()
        keys = (await http.get(document["jwks_uri"])).json()["keys"]
    assert document["issuer"] == "https://api.botframework.com"
    assert ["msteams" in key["endorsements"] for key in keys] == [True, False]


async def test_the_sdk_changes_takes_back_and_asks_who_is_there(teams: Platform, ann: Person) -> None:
    names: list[str] = []

    async def logic(context: TurnContext) -> None:
        sdk: Any = context
        first, second = await sdk.send_activity("one"), await sdk.send_activity("two")
        changed = Activity(type="message", id=first.id, text="changed")
        await sdk.update_activity(changed)
        await sdk.delete_activity(second.id)
        client: Any = sdk.turn_state[BotAdapter.BOT_CONNECTOR_CLIENT_KEY]
        page = await client.conversations.get_conversation_paged_members(ann.personal.id)
        names.extend(each.name for each in page.members)

    async with open_sdk_bot(teams, logic):
        sent = await ann.says("hello")
    assert sent.status == 200, sent.body
    assert [each.text for each in teams.messages(ann.personal)] == ["changed"]
    assert names == ["Ann"] and not teams.violations
