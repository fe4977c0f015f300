"""What a greeting and a change of coach suggest to ask, for channels with a place of its own for such."""

from __future__ import annotations

from uuid import UUID

import pytest

from conversation.message import Reply
from conversation.skills.card import SUGGESTED
from tests.conftest import newcomer
from tests.conversation.coaching import send, taught
from tests.conversation.rig import Rig

QUESTIONS = ("How hot is it?", "How long does it draw?", "Which water?", "Which pot?", "How much?")


@pytest.fixture
async def coach_id(rig: Rig) -> UUID:
    creator = await newcomer(rig.database, "consumer", "creator")
    return await taught(rig.database, creator, "Tea Master", published=True, questions=QUESTIONS)


def suggested(reply: Reply) -> list[str]:
    return [button.value for button in reply.suggests]


async def test_a_change_of_coach_suggests_what_the_new_one_can_answer(rig: Rig, coach_id: UUID):
    (hello,) = await rig.ask("/coach Tea Master")
    assert suggested(hello) == list(QUESTIONS[: len(hello.suggests)]) and 1 < len(hello.suggests) <= SUGGESTED
    for words in ("/start", "/coach"):
        (reply,) = await rig.ask(words)
        assert reply.suggests == hello.suggests


async def test_a_question_to_another_coach_suggests_what_that_one_can_answer(rig: Rig, coach_id: UUID):
    (reply,) = await send(rig, action=f"/ask {coach_id} How hot is it?")
    assert reply.text.endswith("An answer.") and suggested(reply)[0] == "How hot is it?"
    (again,) = await send(rig, action=f"/ask {coach_id} How hot is it?")
    assert again.suggests == ()


async def test_the_card_of_another_coach_suggests_nothing(rig: Rig, coach_id: UUID):
    (reply,) = await rig.ask("/start")
    assert suggested(reply) == ["How do citations work?"]
    (listed,) = await rig.ask("/coaches")
    assert listed.suggests == ()


async def test_what_is_suggested_is_in_the_language_of_the_person(rig: Rig):
    await rig.ask("/language Deutsch")
    (reply,) = await rig.ask("/start")
    (button,) = reply.suggests
    assert button.value == "How do citations work?" != button.label
