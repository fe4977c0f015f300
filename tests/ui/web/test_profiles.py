"""The page of a coach, and chats that begin there."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from tests.ui.web.memory import SPEAKER, Memory
from tests.ui.web.test_gate import INDEX, authenticate
from ui.web.pages import Pages
from ui.web.profiles import Profiles

PAGE = f"/coaches/{SPEAKER.coach_id}"


@pytest.fixture
def core() -> Memory:
    return Memory(pace=0)


@pytest.fixture
async def ada(core: Memory) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    Profiles(core, Pages(lambda: INDEX, "/account/sign-in"), authenticate).mount(app)
    transport = httpx.ASGITransport(app)
    cookies = {"who": "ada", "evermynd_session": "token"}
    async with httpx.AsyncClient(transport=transport, base_url="http://hub", cookies=cookies) as client:
        yield client


async def fields(client: httpx.AsyncClient) -> dict[str, str]:
    page = (await client.get(PAGE)).text
    return dict(re.findall(r'name="(csrf|thread)" value="([^"]+)"', page))


async def test_shows_a_coach_with_questions_to_begin_with(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(PAGE)
    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    for shown in (SPEAKER.name, SPEAKER.about, *SPEAKER.topics, *SPEAKER.questions):
        assert shown in answer.text


@pytest.mark.parametrize("path", [f"/coaches/{UUID(int=5)}", "/coaches/none", "/coaches/%00"])
async def test_knows_no_coach_that_is_not_there_for_this_person(ada: httpx.AsyncClient, path: str) -> None:
    assert (await ada.get(path)).status_code == 404


async def test_leads_a_stranger_to_sign_in_and_back(ada: httpx.AsyncClient) -> None:
    ada.cookies.clear()
    assert (await ada.get(PAGE)).headers["location"] == f"/account/sign-in?next={PAGE}"


async def test_begins_a_chat_with_a_question_once(ada: httpx.AsyncClient, core: Memory) -> None:
    form = await fields(ada) | {"question": "What is Depends?"}
    answers = [await ada.post(PAGE, data=form) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {f"/chat/thread/{form['thread']}"}
    assert len({key for key, *_ in core.accepted}) == 1
    assert core.accepted[0][1:] == ("What is Depends?", (), f"/ask {SPEAKER.coach_id} What is Depends?")


async def test_leaves_a_chat_the_name_its_person_gave_it(ada: httpx.AsyncClient, core: Memory) -> None:
    form = await fields(ada) | {"question": "What is Depends?"}
    await ada.post(PAGE, data=form)
    [owner] = core.owners.values()
    await core.rename(owner, UUID(form["thread"]), "My own")
    await ada.post(PAGE, data=form)
    assert core.kept[UUID(form["thread"])].title == "My own"


@pytest.mark.parametrize(
    ("changed", "headers"),
    [
        ({"csrf": "é"}, {}),
        ({}, {"origin": "http://evil.example"}),
        ({}, {"sec-fetch-site": "cross-site"}),
        ({"thread": "none"}, {}),
    ],
)
async def test_takes_no_form_that_is_not_its_own(
    ada: httpx.AsyncClient, core: Memory, changed: dict[str, str], headers: dict[str, str]
) -> None:
    answer = await ada.post(PAGE, data=await fields(ada) | changed, headers=headers)
    assert answer.status_code in (403, 404)
    assert core.accepted == []


async def test_says_why_a_chat_could_not_begin(ada: httpx.AsyncClient, core: Memory) -> None:
    form = await fields(ada)
    core.refusing = "The disk is full."
    answer = await ada.post(PAGE, data=form)
    assert answer.status_code == 400
    assert "The disk is full." in answer.text
