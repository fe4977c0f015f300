"""Files and pictures, in and out."""

from __future__ import annotations

import httpx
import pytest

from .bots import PlainBot, card
from .platform import Person, Platform, Shown

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
STEP = 320 * 1024


async def asked(bot: PlainBot, person: Person, size: int = 5) -> Shown:
    """A consent card in somebody's chat."""
    content = {"description": "Your recipe", "sizeInBytes": size, "acceptContext": {"id": 1}, "declineContext": {}}
    consent = {"contentType": CONSENT, "name": "recipe.txt", "content": content}
    assert (await bot.send(person.personal.id, "", attachments=[consent])).status_code == 201
    shown = bot.teams.last(person.personal)
    assert shown
    return shown


async def put(bot: PlainBot, url: str, content: bytes, first: int, total: int, **headers: str) -> httpx.Response:
    part = f"bytes {first}-{first + len(content) - 1}/{total}"
    return await bot.http.put(url, content=content, headers={"Content-Range": part} | headers)


async def test_a_shared_file_is_fetched_without_the_bearer(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await ann.uploads("recipe.txt", b"flour")
    attachment, html = bot.heard[-1]["attachments"]
    assert html["contentType"] == "text/html" and attachment["name"] == "recipe.txt"
    url = attachment["content"]["downloadUrl"]
    assert (await bot.http.get(url)).content == b"flour" and not teams.violations
    assert (await bot.http.get(url, headers={"Authorization": f"Bearer {bot.bearer}"})).status_code == 401
    assert teams.violations == ["the bot's bearer was sent to a file host"]


async def test_a_pasted_picture_is_fetched_with_the_bearer(bot: PlainBot, ann: Person) -> None:
    await ann.pastes(b"\x89PNG", "look")
    attachment = bot.heard[-1]["attachments"][0]
    assert attachment["contentType"] == "image/*"
    assert (await bot.http.get(attachment["contentUrl"])).status_code == 401
    headers = {"Authorization": f"Bearer {bot.bearer}"}
    assert (await bot.http.get(attachment["contentUrl"], headers=headers)).content == b"\x89PNG"


async def test_a_file_goes_out_after_consent(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await ann.consents(await asked(bot, ann))
    value = bot.heard[-1]["value"]
    assert (bot.heard[-1]["name"], value["action"], value["context"]) == ("fileConsent/invoke", "accept", {"id": 1})
    info = value["uploadInfo"]
    assert (await put(bot, info["uploadUrl"], b"flour", 0, 5)).status_code == 201
    assert teams.uploaded("recipe.txt") == b"flour"
    content = {"uniqueId": info["uniqueId"], "fileType": info["fileType"]}
    file = {"contentType": "application/vnd.microsoft.teams.card.file.info", "contentUrl": info["contentUrl"]}
    await bot.send(ann.personal.id, "", attachments=[file | {"name": "recipe.txt", "content": content}])
    shown = teams.last(ann.personal)
    assert shown and shown.files == ["recipe.txt"] and not teams.violations


async def test_a_declined_file_has_nowhere_to_go(bot: PlainBot, ann: Person) -> None:
    await ann.consents(await asked(bot, ann), accept=False)
    assert bot.heard[-1]["value"]["action"] == "decline" and "uploadInfo" not in bot.heard[-1]["value"]


async def test_an_upload_goes_in_order_and_in_steps(teams: Platform, bot: PlainBot, ann: Person) -> None:
    total = STEP + 10
    await ann.consents(await asked(bot, ann, total))
    url = bot.heard[-1]["value"]["uploadInfo"]["uploadUrl"]
    assert (await bot.http.put(url, content=b"x")).status_code == 400
    assert (await put(bot, url, bytes(10), 0, total)).status_code == 400
    assert (await put(bot, url, bytes(10), STEP, total)).status_code == 416
    assert (await put(bot, url, bytes(STEP), 0, total)).json() == {"nextExpectedRanges": [f"{STEP}-{STEP + 9}"]}
    assert (await put(bot, url, bytes(10), STEP, total)).status_code == 201
    assert (await put(bot, url, bytes(10), STEP, total)).status_code == 404


async def test_an_announced_size_is_compared(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await ann.consents(await asked(bot, ann, 99))
    await put(bot, bot.heard[-1]["value"]["uploadInfo"]["uploadUrl"], b"flour", 0, 5)
    assert teams.violations == ["recipe.txt has 5 bytes, its consent card said 99"]


@pytest.mark.parametrize("kind", ["consent", "info"])
async def test_file_cards_are_for_personal_chats(teams: Platform, bot: PlainBot, ann: Person, kind: str) -> None:
    group = teams.group("Bakers", [ann])
    attachment = card() | {"contentType": f"application/vnd.microsoft.teams.card.file.{kind}", "name": "a.txt"}
    assert (await bot.send(group.id, "", attachments=[attachment])).status_code == 400
