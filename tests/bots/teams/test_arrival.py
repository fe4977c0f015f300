"""What comes to the bot's address: only what Teams proved gets in, and nothing that comes makes a fault of ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from knowledge.db.errors import DatabaseUnavailable
from tests.bots.teams.ground import Meeting, meeting
from tests.teams.platform import PROOFS, Person, Proof


@pytest.fixture(name="met")
async def _met() -> AsyncIterator[Meeting]:
    async with meeting() as met:
        yield met


@pytest.fixture(name="ann")
def _ann(met: Meeting) -> Person:
    return met.platform.person("Ann")


async def test_what_somebody_says_is_committed_and_answered_with_200(met: Meeting, ann: Person):
    sent = await ann.says("Grüße 🙂")
    assert sent.status == 200
    assert met.memory.last.text == "Grüße 🙂"
    assert met.memory.last.author.external_id == ann.aad_object_id


async def test_what_comes_twice_counts_once(met: Meeting, ann: Person):
    await met.platform.redeliver(await ann.says("once"))
    assert (met.memory.taken, len(met.memory.messages)) == (2, 1)


@pytest.mark.parametrize("proof", [each for each in PROOFS if each not in ("valid", "service_url", "no_service_url")])
async def test_a_wrong_proof_is_refused(met: Meeting, ann: Person, proof: Proof):
    assert (await ann.says("hello", proof=proof)).status == 401
    assert not met.memory.taken


@pytest.mark.parametrize("proof", ["service_url", "no_service_url"])
async def test_a_proof_for_another_service_is_refused(met: Meeting, ann: Person, proof: Proof):
    assert (await ann.says("hello", proof=proof)).status == 403
    assert not met.memory.taken


@pytest.mark.parametrize(
    "header", ["Bearer é", "Bearer", "Bearer ", "bearer x.y.z", "Bearer " + "a" * 20_000, "Bearer e30.e30.e30", "\x7f"]
)
async def test_a_strange_header_is_refused(met: Meeting, ann: Person, header: str):
    assert (await met.webhook.handle({"Authorization": header}, pieces(b"{}"))).status == 401


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example.com/",
        "http://smba.trafficmanager.net/amer/",
        "https://smba.trafficmanager.net.example.com/",
        "https://smba.trafficmanager.net@example.com/",
        "https://botframework.com:8443/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "",
        "http://[::1",
    ],
)
async def test_a_service_that_is_not_microsofts_is_refused(met: Meeting, ann: Person, url: str):
    sent = await met.platform.inject(met.platform.activity(ann) | {"serviceUrl": url})
    assert sent.status == 403
    assert not met.memory.taken


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"{}", 400),
        (b"[" * 200_000, 400),
        (b'{"type": "message", "text": "' + b"x" * (1 << 20) + b'"}', 413),
        (b"\xff\xfe\x00", 400),
        (b'{"type": "message"}', 403),
    ],
)
async def test_what_is_no_activity_is_refused(met: Meeting, raw: bytes, status: int):
    assert (await met.platform.inject_raw(raw)).status == status
    assert not met.memory.taken


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "unheard"},
        {"type": 7},
        {"channelId": "webchat"},
        {"conversation": None},
        {"conversation": {"id": 5}},
        {"from": []},
        {"from": {"id": None}},
        {"entities": "x", "attachments": {"a": 1}},
        {"channelData": [1], "value": "text"},
        {"text": {"a": 1}},
        {"timestamp": "tomorrow"},
        {"timestamp": "9999-12-31T23:59:59-12:00"},
        {"attachments": [{"contentType": "text/html", "content": "<![x["}]},
        {"id": "", "text": "\ud800"},
        {"type": "invoke", "name": "composeExtension/query", "value": None},
        {"type": "invoke", "name": "fileConsent/invoke", "value": {"action": "accept", "context": []}},
        {"type": "conversationUpdate", "membersAdded": "everybody"},
    ],
)
async def test_strange_activities_are_never_a_fault(met: Meeting, ann: Person, changes: dict[str, Any]):
    sent = await met.platform.inject(met.platform.activity(ann) | changes)
    assert sent.status in (200, 400)
    assert met.memory.aside == []


async def test_no_database_and_no_room_on_the_disk_is_said(met: Meeting, ann: Person):
    met.memory.failures = [DatabaseUnavailable()]
    assert (await ann.says("later")).status == 503
    assert (await ann.says("now")).status == 200


async def test_an_activity_that_cannot_be_taken_is_put_aside(met: Meeting, ann: Person):
    met.memory.failures = [RuntimeError("ours")]
    sent = await ann.says("trouble")
    assert (sent.status, len(met.memory.aside)) == (200, 1)


async def test_keys_that_cannot_be_fetched_are_no_verdict(met: Meeting, ann: Person):
    met.platform.fail("openid", status=500)
    assert (await ann.says("hello")).status == 503
    assert not met.memory.taken


async def test_an_unknown_key_is_looked_for_once_in_a_while(met: Meeting, ann: Person):
    await ann.says("hello")
    for _ in range(3):
        assert (await ann.says("hello", proof="kid")).status == 401
    assert sum(call.method == "keys" for call in met.platform.calls) <= 2


async def test_every_invoke_gets_the_answer_it_waits_for(met: Meeting, ann: Person):
    write = met.platform.writer.invoke
    pressed = write("adaptiveCard/action", {"action": {"data": {}}}, ann.account, ann.personal)
    assert (await met.platform.inject(pressed)).answer["statusCode"] == 200
    other = write("task/fetch", {}, ann.account, ann.personal)
    assert (await met.platform.inject(other)).answer == {}


async def test_without_an_app_id_only_this_machine_is_heard():
    changes: dict[str, Any] = {"app_id": "", "app_password": "", "allow_anonymous": True, "public_url": ""}
    async with meeting(**changes) as met:
        ann = met.platform.person("Ann")
        assert (await ann.says("hello", proof="none")).status == 200
        elsewhere = met.platform.activity(ann) | {"serviceUrl": "https://smba.trafficmanager.net/emea/"}
        assert (await met.platform.inject(elsewhere)).status == 403
        for headers, client, status in CALLS:
            raw = pieces(json.dumps(met.platform.activity(ann)).encode())
            assert (await met.webhook.handle(headers, raw, client)).status == status, headers


HERE = {"Host": "localhost:3978", "Content-Type": "application/json; charset=utf-8"}
CALLS: list[tuple[dict[str, str], str, int]] = [
    (HERE, "127.0.0.1", 200),
    (HERE | {"host": "[::1]:3978", "Host": "[::1]:3978"}, "::1", 200),
    (HERE, "192.0.2.7", 401),
    (HERE, "", 401),
    (HERE | {"Host": "hub.example.org"}, "127.0.0.1", 401),
    (HERE | {"Host": "[::1"}, "127.0.0.1", 401),
    ({"Content-Type": "application/json"}, "127.0.0.1", 401),
    (HERE | {"Content-Type": "text/plain"}, "127.0.0.1", 401),
    ({"Host": "localhost"}, "127.0.0.1", 401),
    *((HERE | {name: "x"}, "127.0.0.1", 401) for name in ("Origin", "Via", "Forwarded", "X-Forwarded-For")),
    *((HERE | {name: "x"}, "127.0.0.1", 401) for name in ("x-forwarded-host", "x-real-ip")),
]
"""Calls of a bot without an app id: their headers, where they come from, and the answer."""
