"""Files for people: offered on a card, handed out once they agree, and never to anybody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from bots.teams.webhook import Webhook
from bots.webhooks import Answer
from conversation import inbox, outbox
from conversation.channel import Part
from conversation.message import Attachment, Message, Reply
from knowledge import files
from knowledge.db import Database
from tests.bots.teams.ground import Meeting, address_in, meeting
from tests.conftest import newcomer
from tests.teams.platform import Person, Shown

CONTENT = bytes(range(256)) * 40_000


@pytest.fixture(name="met")
async def _met(database: Database) -> AsyncIterator[Meeting]:
    async with meeting(database=database) as met:
        yield met
        assert met.platform.violations == []


async def offered(met: Meeting, database: Database, folder: Path, to: str = "Ann") -> tuple[Person, Shown]:
    """Offer a file to somebody, as the outbox does."""
    person = met.platform.person(to)
    heard = met.teams.channel.parse(met.platform.activity(person, "/export"))
    assert isinstance(heard, Message)
    user_id = await newcomer(database)
    accepted = await inbox.accept(database, user_id, heard)
    file = await kept(database, user_id, folder)
    async with database.person(user_id) as connection:
        await outbox.append(connection, accepted.conversation_id, f"key:{to}", Reply("Here", files=(file,)))
    await met.teams.channel.send_file(heard.address, folder / "export.zip", Part("", file=file), "key")
    shown = met.platform.last(person.personal)
    assert shown is not None
    return person, shown


async def kept(database: Database, user_id: UUID, folder: Path) -> Attachment:
    (folder / "export.zip").write_bytes(CONTENT)
    async with database.person(user_id) as connection:
        found = await files.keep(connection, user_id, folder / "export.zip", "export.zip", "application/zip")
    return Attachment(found.file_id, "export.zip", "application/zip", found.size)


async def test_a_file_is_put_where_the_person_wants_it(met: Meeting, database: Database, tmp_path: Path):
    ann, card = await offered(met, database, tmp_path)
    assert card.consents[0]["name"] == "export.zip" and card.consents[0]["sizeInBytes"] == len(CONTENT)
    assert (await ann.consents(card)).status == 200
    assert met.platform.uploaded("export.zip") == CONTENT
    shown = met.platform.last(ann.personal)
    assert shown and shown.files == ["export.zip"] and not shown.consents


async def test_who_declines_gets_nothing(met: Meeting, database: Database, tmp_path: Path):
    ann, card = await offered(met, database, tmp_path)
    assert (await ann.consents(card, accept=False)).status == 200
    assert met.platform.uploaded("export.zip") is None
    assert not [each for each in met.platform.messages(ann.personal) if each.consents]


async def test_who_declines_is_heard_though_the_card_stays(met: Meeting, database: Database, tmp_path: Path):
    ann, card = await offered(met, database, tmp_path)
    met.platform.fail("delete", status=500)
    assert (await ann.consents(card, accept=False)).status == 200


async def test_another_persons_file_is_not_handed_out(met: Meeting, database: Database, tmp_path: Path):
    _, card = await offered(met, database, tmp_path)
    ben, own = await offered(met, database, tmp_path, "Ben")
    activity = (await ben.consents(own, accept=False)).activity
    place = met.platform.backend.files.open_upload("stolen.zip", 1)
    stolen = {"action": "accept", "context": card.consents[0]["acceptContext"]}
    upload = {"uploadUrl": f"{met.platform.url}/uploads/{place.id}", "name": "stolen.zip", "uniqueId": place.id}
    assert (await met.platform.inject(activity | {"value": stolen | {"uploadInfo": upload}})).status == 404
    assert met.platform.uploaded("stolen.zip") is None


async def test_a_file_goes_to_no_other_host(met: Meeting, database: Database, tmp_path: Path):
    ann, card = await offered(met, database, tmp_path)
    activity = (await ann.consents(card, accept=False)).activity
    value = {"action": "accept", "context": card.consents[0]["acceptContext"]}
    for url in ("https://elsewhere.example.com/x", f"https://{'ü' * 70}.sharepoint.com/x", "https://x.svc.ms:443x/"):
        elsewhere = value | {"uploadInfo": {"uploadUrl": url}}
        assert (await met.platform.inject(activity | {"value": elsewhere})).status == 503


async def test_a_failed_upload_is_told_so_that_it_can_be_tried_again(met: Meeting, database: Database, tmp_path: Path):
    ann, card = await offered(met, database, tmp_path)
    met.platform.fail("upload", status=500)
    assert (await ann.consents(card)).status == 503
    assert (await ann.consents(card)).status == 200
    assert met.platform.uploaded("export.zip") == CONTENT


async def test_without_a_ledger_the_person_can_try_again():
    async with meeting() as met:
        ann = met.platform.person("Ann")
        file = Attachment(UUID(int=7), "export.zip", "application/zip", 3)
        path = Path(__file__)
        await met.teams.channel.send_file(address_in(met.platform, ann.personal), path, Part("", file=file), "key")
        shown = met.platform.last(ann.personal)
        assert shown and (await ann.consents(shown)).status == 503


class Slow:
    """What puts files somewhere, once it may; without a pause it fails."""

    def __init__(self, pause: asyncio.Event | None = None) -> None:
        self.pause = pause
        self.begun = asyncio.Event()
        self.put = False

    async def heed(self, activity: object) -> int:
        self.begun.set()
        if self.pause is None:
            raise RuntimeError("ours")
        await self.pause.wait()
        self.put = True
        return 200


async def accepting(met: Meeting, consents: Slow) -> tuple[Webhook, asyncio.Task[Answer]]:
    """Let somebody agree to a file."""
    proof = cast(Any, Believing(met.platform.url))
    webhook = Webhook(met.teams.channel, met.memory, met.teams.api.hosts, cast(Any, consents), proof)
    invoke = met.platform.activity(met.platform.person("Ann")) | {"type": "invoke", "name": "fileConsent/invoke"}
    proof.service = invoke["serviceUrl"]

    async def body() -> AsyncIterator[bytes]:
        yield json.dumps(invoke).encode()

    answering = asyncio.create_task(webhook.handle({}, body()))
    await consents.begun.wait()
    return webhook, answering


class Believing:
    """A proof of whatever comes."""

    def __init__(self, service: str) -> None:
        self.service = service

    async def service_url_of(self, header: str) -> str:
        return self.service


async def test_a_fault_of_ours_lets_the_person_try_again():
    async with meeting() as met:
        _, answering = await accepting(met, Slow())
        assert (await answering).status == 503


async def test_closing_waits_for_a_file_on_its_way():
    async with meeting() as met:
        slow = Slow(asyncio.Event())
        webhook, answering = await accepting(met, slow)
        closing = asyncio.create_task(webhook.close())
        await asyncio.sleep(0)
        assert slow.pause and not closing.done()
        slow.pause.set()
        await closing
        assert slow.put and (await answering).status == 200
