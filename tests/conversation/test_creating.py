"""Making a coach in conversation: a name, what it is good at, how it speaks, a picture; publishing and deleting it."""

import pytest

from tests.conftest import coach_of, newcomer
from tests.conversation.coaching import labels, send, taught, value_of
from tests.conversation.rig import Rig


async def card_of(rig: Rig) -> tuple[object, ...]:
    (row,) = await rig.rows("select name, description, persona, avatar, published from coaches where not guide")
    return tuple(row.values())


async def test_a_coach_is_described_one_question_at_a_time(rig: Rig):
    await rig.ask("/creator")
    (made,) = await rig.ask("Tea Master")
    assert "**Tea Master** is ready" in made.text and "What is **Tea Master** good at?" in made.text
    (tone,) = await rig.ask("Green and black tea.")
    assert "How should **Tea Master** speak?" in tone.text
    (done,) = await rig.press(tone, 0)
    assert "up to date" in done.text
    assert await card_of(rig) == ("Tea Master", "Green and black tea.", "Warm and patient", "", False)


async def test_every_question_can_be_skipped(rig: Rig):
    await rig.ask("/creator")
    (made,) = await rig.ask("Tea Master")
    (tone,) = await rig.ask(value_of(made, "Skip"))
    (card,) = await rig.ask(value_of(tone, "Skip"))
    assert "**Tea Master**" in card.text and "yours, private" in card.text
    assert await card_of(rig) == ("Tea Master", "", "", "", False)


async def test_a_coach_named_in_a_command_does_not_take_the_next_message_for_its_description(rig: Rig):
    await rig.ask("/creator Tea Master")
    (reply,) = await rig.ask("Tea is a drink")
    assert "not been taught anything yet" in reply.text


async def test_a_button_pressed_while_a_name_is_awaited_is_no_name(rig: Rig):
    await send(rig, "/creator")
    (reply,) = await send(rig, "How do citations work?", action="How do citations work?")
    assert reply.text == "An answer."


async def test_the_picture_is_one_emoji(rig: Rig):
    await rig.ask("/creator Tea Master")
    (card,) = await rig.ask("/coach")
    await rig.ask(value_of(card, "picture"))
    (refused,) = await rig.ask("a teapot")
    assert "one emoji" in refused.text
    await rig.ask("🫖")
    assert (await rig.ask("/coach"))[0].text.startswith("🫖 **Tea Master**")


async def test_a_coach_is_renamed_in_plain_words_but_not_to_a_name_one_has(rig: Rig):
    await coach_of(rig.database, rig.user_id, "Chef")
    await rig.ask("/creator Tea Master")
    (refused,) = await rig.ask("Rename my coach to chef")
    assert "called **chef** already" in refused.text
    await rig.ask("Brewer")
    rows = await rig.rows("select name from coaches where not guide order by name")
    assert [row["name"] for row in rows] == ["Brewer", "Chef"]


@pytest.mark.parametrize("line", ["about", "tone", "name"])
async def test_too_long_a_line_is_refused_kindly(rig: Rig, line: str):
    await rig.ask("/creator Tea Master")
    (row,) = await rig.rows("select coach_id from coaches where not guide")
    (reply,) = await rig.ask(f"/card {line} {row['coach_id']} {'x' * 1000}")
    assert "1000 characters" in reply.text and await card_of(rig) == ("Tea Master", "", "", "", False)


async def test_publishing_and_taking_back_by_buttons(rig: Rig):
    await rig.ask("/creator Tea Master")
    (card,) = await rig.ask("/coach")
    (published,) = await rig.ask(value_of(card, "Publish"))
    assert "is published" in published.text and "without names" in published.text
    assert (await card_of(rig))[-1] is True
    await rig.press(published)
    assert (await card_of(rig))[-1] is False
    await rig.ask("publish my coach")
    await rig.ask("/unpublish")
    assert (await card_of(rig))[-1] is False


async def test_deleting_asks_first_and_leaves_the_guide(rig: Rig):
    await rig.ask("/creator Tea Master")
    (card,) = await rig.ask("/coach")
    (asked,) = await rig.ask(value_of(card, "Delete"))
    assert "Shall I delete **Tea Master**" in asked.text
    (gone,) = await rig.press(asked)
    assert "I have deleted **Tea Master**" in gone.text
    assert (await rig.ask("/coach"))[0].text.startswith("🧭 **Guide**")


async def test_somebody_elses_coach_cannot_be_changed(rig: Rig):
    theirs = await taught(rig.database, await newcomer(rig.database), "Chef", published=True)
    for text in (f"/card about {theirs} Mine", f"/card delete {theirs}", f"/publish {theirs}", f"/unpublish {theirs}"):
        (reply,) = await rig.ask(text)
        assert "not yours" in reply.text or "no coach of your own" in reply.text
    assert await card_of(rig) == ("Chef", "", "", "", True)
    (card,) = await rig.ask(f"/coach {theirs}")
    assert "Delete" not in labels(card)


@pytest.mark.parametrize("text", ["/creator Tea", "/publish", "/stats", "/card about x", "create a coach called Tea"])
async def test_in_a_group_nobody_makes_or_changes_a_coach(rig: Rig, text: str):
    (reply,) = await send(rig, text, kind="group", by_admin=True)
    assert "Let us do this in private" in reply.text
    assert await rig.rows("select 1 from coaches where not guide") == []


async def test_only_the_coach_that_is_named_is_published_or_taken_back(rig: Rig):
    await coach_of(rig.database, rig.user_id, "Chef")
    await rig.ask("/creator Diary")
    (done,) = await rig.ask("/publish chef")
    assert "**Chef** is published" in done.text
    (unknown,) = await rig.ask("/publish Cook")
    assert "no coach called “Cook”" in unknown.text
    await rig.ask("/publish off Chef")
    rows = await rig.rows("select published from coaches where not guide")
    assert [row["published"] for row in rows] == [False, False]


async def test_a_question_asked_where_a_name_was_awaited_is_answered(rig: Rig):
    await rig.ask("/creator")
    (reply,) = await rig.ask("What flour should I use?")
    assert reply.text == "An answer."
    assert not await rig.rows("select 1 from coaches where not guide")


async def test_nobody_calls_their_coach_as_the_guide(rig: Rig):
    await rig.ask("/creator Tea Master")
    (refused,) = await rig.ask("Rename my coach to Guide")
    assert "There is a coach called **Guide** already" in refused.text
