"""The fake is strict about pace, and fails when it is told to."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Client
from .platform import Limits, Platform, User, open_platform


class Clock:
    """Time that passes when it is told to."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


async def test_refuses_more_than_one_message_a_second_after_a_short_burst() -> None:
    clock = Clock()
    async with open_platform(monotonic=clock) as platform, httpx.AsyncClient() as http:
        bot, ann = Client(http, f"{platform.url}/bot{platform.token}"), platform.person("Ann", started=True)
        sent = [await bot("sendMessage", chat_id=ann.id, text=str(place)) for place in range(3)]
        answer = await bot.raw("editMessageText", chat_id=ann.id, message_id=sent[0]["message_id"], text="edited")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "1"
        assert answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert (platform.refused(), platform.busiest(ann)) == (1, 3)
        clock.at += 1
        await bot("editMessageText", chat_id=ann.id, message_id=sent[0]["message_id"], text="edited")


async def test_refuses_more_than_twenty_a_minute_in_a_group() -> None:
    clock = Clock()
    async with open_platform(monotonic=clock) as platform, httpx.AsyncClient() as http:
        bot, kitchen = Client(http, f"{platform.url}/bot{platform.token}"), platform.group("Kitchen")
        for place in range(20):
            await bot("sendMessage", chat_id=kitchen.id, text=str(place))
            clock.at += 1
        answer = await bot.raw("sendMessage", chat_id=kitchen.id, text="more")
        assert answer.json()["parameters"] == {"retry_after": 40}
        clock.at += 40
        await bot("sendMessage", chat_id=kitchen.id, text="more")


async def test_refuses_more_than_thirty_a_second_over_all() -> None:
    async with open_platform(monotonic=Clock()) as platform, httpx.AsyncClient() as http:
        bot = Client(http, f"{platform.url}/bot{platform.token}")
        people = [platform.person(f"Person {place}", started=True) for place in range(31)]
        for person in people[:30]:
            await bot("sendMessage", chat_id=person.id, text="hi")
        assert "429" in await bot.refused("sendMessage", chat_id=people[30].id, text="hi")


async def test_goes_by_other_numbers_when_told(platform: Platform, bot: Client, ann: User) -> None:
    platform.limit(Limits(chat_burst=1))
    await bot("sendMessage", chat_id=ann.id, text="one")
    assert "429" in await bot.refused("sendMessage", chat_id=ann.id, text="two")
    platform.limit(Limits(enforced=False))
    await bot("sendMessage", chat_id=ann.id, text="three")


async def test_orders_errors_floods_and_gateway_pages(platform: Platform, bot: Client, ann: User) -> None:
    call = {"chat_id": ann.id, "text": "hi"}
    platform.faults.error("sendMessage", 500, "Internal Server Error: restart")
    platform.faults.flood("sendMessage", 7)
    platform.faults.gateway("*", 502)
    assert await bot.refused("sendMessage", **call) == "500 Internal Server Error: restart"
    assert (await bot.raw("sendMessage", **call)).json()["parameters"] == {"retry_after": 7}
    page = await bot.raw("sendMessage", **call)
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    await bot("sendMessage", **call)
    assert len(platform.replies(ann)) == 1
    assert platform.refused() == 0


async def test_stores_a_message_and_never_answers(platform: Platform, bot: Client, ann: User) -> None:
    platform.faults.lose("sendMessage", chat_id=ann.id)
    with pytest.raises(httpx.ReadTimeout):
        await bot.http.post(f"{bot.url}/sendMessage", json={"chat_id": ann.id, "text": "lost"}, timeout=0.2)
    assert [each.text for each in platform.replies(ann)] == ["lost"]


@pytest.mark.parametrize("accepted", [False, True])
async def test_cuts_the_connection(platform: Platform, bot: Client, ann: User, accepted: bool) -> None:
    platform.faults.reset("sendMessage", accepted=accepted)
    with pytest.raises(httpx.TransportError):
        await bot.raw("sendMessage", chat_id=ann.id, text="cut")
    assert bool(platform.replies(ann)) is accepted
