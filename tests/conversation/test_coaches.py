"""Finding coaches: cards, pages, names that two share, links to one, and trying a question of one."""

from uuid import UUID

import pytest

from conversation.coaches import cards
from tests.conftest import coach_of, newcomer
from tests.conversation.coaching import labels, send, taught, value_of
from tests.conversation.rig import Rig


async def test_a_card_shows_what_a_coach_is_good_at_and_a_question_it_can_answer(rig: Rig, creator: UUID):
    coach_id = await taught(rig.database, creator, "Tea Master", published=True, questions=("How hot is it?",))
    async with rig.database.person(creator) as connection:
        await connection.execute("update coaches set description = 'Good at tea.', avatar = '🫖'")
    (reply,) = await rig.ask("/coaches")
    assert "🫖 **Tea Master** – Good at tea.  \nTopics: tea, water.  \n*1 source*" in reply.text
    assert value_of(reply, "Talk with Tea Master") == f"/coach {coach_id}"
    assert value_of(reply, "Try: How hot is it?") == f"/ask {coach_id} How hot is it?"


async def test_the_list_has_pages_to_turn(rig: Rig, creator: UUID):
    for number in range(7):
        await taught(rig.database, creator, f"Coach {number}", published=True)
    (first,) = await rig.ask("/coaches")
    assert "page 1 of 2" in first.text and "Coach 3" in first.text and "Coach 4" not in first.text
    assert "Back" not in labels(first)
    (second,) = await rig.ask(value_of(first, "Next"))
    assert "Coach 6" in second.text and value_of(second, "Back") == "/coaches 1" and "Next" not in labels(second)


@pytest.mark.parametrize("page", ["99", "0", "-1", "²", "1000000000000000000000", "x"])
async def test_a_page_that_is_not_there_is_the_first(rig: Rig, page: str):
    (reply,) = await rig.ask(f"/coaches {page}")
    assert "**Guide**" in reply.text


async def test_without_a_name_the_card_of_the_present_coach_is_shown(rig: Rig):
    (reply,) = await rig.ask("/coach")
    assert reply.text.startswith("🧭 **Guide**") and "you are talking with this one" in reply.text
    assert not any("Delete" in label for label in labels(reply))


async def test_a_question_to_try_switches_and_asks_at_once(rig: Rig, creator: UUID):
    coach_id = await taught(rig.database, creator, "Tea Master", published=True, questions=("How hot is it?",))
    (reply,) = await send(rig, "Try: How hot is it?", action=f"/ask {coach_id} How hot is it?")
    assert "You are talking with **Tea Master** now." in reply.text and reply.text.endswith("An answer.")
    assert (reply.coach_name, reply.about) == ("Tea Master", "How hot is it?")
    assert rig.model.requests[-1].question == "How hot is it?"
    (again,) = await send(rig, action=f"/ask {coach_id} How hot is it?")
    assert again.text == "An answer."


async def test_two_coaches_of_one_name_are_told_apart_by_buttons(rig: Rig, creator: UUID):
    ids = {await taught(rig.database, creator, "Chef", published=True)}
    ids.add(await taught(rig.database, await newcomer(rig.database), "chef", published=True))
    (asked,) = await rig.ask("/coach Chef")
    assert "several coaches called" in asked.text
    assert {button.value for button in asked.buttons} == {f"/coach {each}" for each in ids}
    (hello,) = await rig.press(asked, 1)
    assert "You are talking with" in hello.text


async def test_a_name_with_markdown_in_it_is_shown_as_it_is(rig: Rig):
    await coach_of(rig.database, rig.user_id, "**B_[x](http://evil.example)`<b>")
    (listed,) = await rig.ask("/coaches")
    assert r"\*\*B\_\[x\](`http://evil.example`)\`\<b\>" in listed.text
    (hello,) = await rig.ask("/coach **B_[x](http://evil.example)`<b>")
    assert r"**\*\*B\_\[x\](" in hello.text


async def test_a_mistyped_name_brings_near_ones(rig: Rig, creator: UUID):
    coach_id = await taught(rig.database, creator, "Tea Master", published=True)
    (reply,) = await rig.ask("/coach Tee Mastr")
    assert "know no coach called “Tee Mastr”" in reply.text
    assert value_of(reply, "Talk with Tea Master") == f"/coach {coach_id}"


async def test_an_id_of_somebody_elses_private_coach_opens_nothing(rig: Rig, creator: UUID):
    coach_id = await taught(rig.database, creator, "Secret")
    for text in (
        f"/coach {coach_id}",
        f"/ask {coach_id} What is it?",
        f"/start coach_{coach_id}",
        "/start coach_secret",
    ):
        (reply,) = await rig.ask(text)
        assert "Secret" not in reply.text and "talking with" not in reply.text
    assert rig.model.requests == []


@pytest.mark.parametrize("link", ["coach_tea-master", "coach_{id}"])
async def test_a_link_opens_a_published_coach(rig: Rig, creator: UUID, link: str):
    coach_id = await taught(rig.database, creator, "Tea Master", published=True, questions=("How hot is it?",))
    (reply,) = await rig.ask(f"/start {link.format(id=coach_id.hex)}")
    assert "You are talking with **Tea Master** now." in reply.text and "Try: How hot is it?" in labels(reply)
    assert (await rig.ask("/coach"))[0].text.split("**")[1] == "Tea Master"


async def test_in_a_group_only_its_admins_choose_the_coach(rig: Rig, creator: UUID):
    await taught(rig.database, creator, "Tea Master", published=True)
    for text in ("/coach Tea Master", "/start coach_tea-master"):
        (reply,) = await send(rig, text, kind="group")
        assert "its admins choose the coach" in reply.text
    (reply,) = await send(rig, "/coach Tea Master", kind="group", by_admin=True)
    assert "You are talking with **Tea Master** now." in reply.text


async def test_in_a_group_anybody_may_try_a_question_and_the_coach_stays(rig: Rig, creator: UUID):
    coach_id = await taught(rig.database, creator, "Tea Master", published=True)
    (asked,) = await send(rig, f"/ask {coach_id} How hot is it?", kind="group")
    assert (asked.text, asked.coach_name) == ("An answer.", "Tea Master")
    (after,) = await send(rig, "And rye?", kind="group")
    assert after.coach_name == "Guide"


async def test_every_reply_carries_the_name_and_the_picture_of_its_coach(rig: Rig, creator: UUID):
    coach_id = await taught(rig.database, creator, "Tea Master", published=True)
    async with rig.database.person(creator) as connection:
        await connection.execute("update coaches set avatar = '🫖'")
    first = await rig.ask("What is flour?")
    tried = await rig.ask(f"/ask {coach_id} How hot is it?")
    after = [reply for text in ("And rye?", "/help", "thanks") for reply in await rig.ask(text)]
    assert [(reply.coach_name, reply.avatar) for reply in (*first, *tried, *after)] == [
        ("Guide", "🧭"),
        *[("Tea Master", "🫖")] * 4,
    ]


async def test_start_welcomes_with_three_things_to_tap_and_greets_briefly_later(rig: Rig):
    (first,) = await rig.ask("/start")
    assert first.text.startswith("Hello Ada! I am **Guide**") and len(first.buttons) == 3
    assert len(first.text) < 500
    (again,) = await rig.ask("/start")
    assert again.text.startswith("Welcome back!")
    (group,) = await send(rig, "/start", kind="group")
    assert "Hello everyone" in group.text


async def test_help_lists_every_command_once_and_says_what_creators_see(rig: Rig):
    from conversation.skills import commands

    (reply,) = await rig.ask("/help")
    listed = [command.name for command in commands(creator=False) if command.name not in ("start", "help")]
    assert all(reply.text.count(f"- `/{name}`") == 1 for name in listed)
    assert "/stats" not in reply.text and "never who asked" in reply.text


async def test_a_new_thread_no_longer_leans_on_what_was_said(rig: Rig):
    await rig.ask("Which compiler builds packages on amd64?")
    (reply,) = await rig.ask("/new")
    assert "A new thread begins" in reply.text
    await rig.ask("and on arm64?")
    assert rig.search.questions[-1] == "and on arm64?"
    assert [said.text for said in rig.model.requests[-1].history] == [reply.text]
    assert len(await rig.rows("select 1 from messages")) == 6


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        *((emoji, emoji) for emoji in ("🫖", "👩‍🍳", "🇩🇪", "❤️")),
        (" 🫖 ", "🫖"),
        *((text, None) for text in ("A", "🫖x", "", "*", "\u200d", "🫖" * 20)),
    ],
)
def test_an_avatar_is_an_emoji(text: str, emoji: str | None):
    assert cards.to_avatar(text) == emoji
