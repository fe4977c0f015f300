"""What the platform refuses for good is said more plainly, then apologised for, and holds nobody back."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from conversation import outbox
from conversation.errors import Forbidden, Rejected, RetryLater
from conversation.message import Attachment, Button, Reply
from conversation.speech import Speech
from knowledge import files
from knowledge.db import Database
from tests.conversation.box import CHART, Box
from tests.conversation.messenger import Messenger

SORRY = "I could not show all of my answer here. Please ask again, or put it another way."


@pytest.mark.parametrize(("fault", "state"), [(Forbidden("403"), "blocked"), (Rejected("400"), "dead")])
async def test_what_will_never_pass_holds_nobody_back(plain: Box, fault: Exception, state: str):
    plain.channel.faults = [fault] * (3 if state == "dead" else 1)  # type: ignore[list-item]
    await plain.say("k1", Reply("one"))
    await plain.say("k2", Reply("two"))
    await plain.send()
    await plain.send()
    assert await plain.states() == [state, "sent"]


async def test_a_reply_worded_anew_is_tried_though_its_first_wording_was_refused(editing: Box):
    editing.channel.faults = [Rejected("400")] * 3
    await editing.say("k", Reply("hello"))
    await editing.send()
    assert await editing.states() == ["dead"]
    await editing.revise("k", Reply("good day"))
    await editing.send()
    assert (await editing.states(), list(editing.channel.posted.values())) == (["sent"], ["good day"])


async def test_what_is_refused_as_it_should_look_is_said_as_plain_text(database: Database, person: UUID):
    box = await Box(database, person, channel := Messenger(buttons=9)).begin()  # more than the platform really takes
    await box.say("k", Reply("hello", buttons=tuple(Button(f"B{n}", f"/b {n}") for n in range(9))))
    await box.send()
    assert (await box.states(), list(channel.posted.values())) == (["sent"], ["hello"])


async def test_what_is_refused_even_as_text_ends_with_an_apology(editing: Box):
    await editing.speak("de")
    await editing.say("k", Reply("hello"))
    editing.channel.refused = "hello"
    await editing.send()
    (shown,) = editing.channel.posted.values()
    assert await editing.states() == ["dead"]
    assert shown == Speech("de").say(SORRY)


async def test_an_apology_is_said_anew_where_the_message_cannot_be_changed(database: Database, person: UUID):
    box = await Box(database, person, channel := Messenger()).begin()
    await box.say("k", Reply("hello"))
    channel.unchangeable = True
    await box.send()
    assert (await box.states(), list(channel.posted.values())) == (["dead"], [SORRY])
    assert len(channel.deleted) == 1


async def test_the_parts_that_stand_stay_above_the_apology(editing: Box):
    editing.channel.refused = "end"
    await editing.say("k", Reply("word " * 100 + "end"))
    await editing.send()
    assert "".join(editing.channel.posted.values()) == "word " * 80 + SORRY
    assert await editing.states() == ["dead"]


async def test_half_an_answer_that_was_being_written_is_ended_with_an_apology(editing: Box):
    async with editing.database.person(editing.user_id) as connection:
        await outbox.open_row(connection, editing.conversation_id, "turn:1:0")
        await outbox.shown(connection, "turn:1:0", "1")
    editing.channel.posted["1"], editing.channel.refused = "hel …", "hello"
    await editing.say("turn:1:0", Reply("hello"))
    await editing.send()
    assert (await editing.states(), editing.channel.posted) == (["dead"], {"1": SORRY})


async def test_what_nobody_asked_for_is_not_apologised_for(editing: Box):
    editing.channel.refused = "hello"
    await editing.say("digest", Reply("hello"), "proactive")
    await editing.send()
    assert (await editing.states(), editing.channel.posted) == (["dead"], {})


async def test_a_file_that_is_refused_is_named(database: Database, person: UUID, tmp_path: Path):
    box = await Box(database, person, channel := Messenger(refuse_files=True)).begin()
    (tmp_path / "file").write_bytes(b"all of it")
    async with database.person(person) as connection:
        kept = await files.keep(connection, person, tmp_path / "file", "export.zip", "application/zip")
    file = Attachment(kept.file_id, "export.zip", "application/zip", 9)
    await box.say("k", Reply("Here it is:", files=(file,)))
    await box.send()
    assert list(channel.posted.values()) == ["Here it is:", "I could not send the file export.zip here."]
    assert await box.states() == ["dead"]


async def test_a_chart_whose_picture_is_refused_is_a_table(database: Database, person: UUID):
    box = await Box(database, person, channel := Messenger(refuse_files=True)).begin()
    await box.say("k", Reply("So many:", chart=CHART))
    await box.send()
    assert (await box.states(), "| Mon | 3 |" in "".join(channel.posted.values())) == (["sent"], True)


async def test_an_apology_waits_for_the_platforms_limits(editing: Box):
    editing.channel.faults = [Rejected("400"), Rejected("400"), RetryLater(60)]
    await editing.say("k", Reply("hello"))
    await editing.send()
    assert await editing.states() == ["pending"]
