"""Everything said arrives once, in order, whatever the platform answers or where the sender dies."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from conversation import outbox
from conversation.channel import Part, Rate
from conversation.errors import Moved, RetryLater, Unknown
from conversation.message import Address, Button, Chart, Progress, Reply, Series
from conversation.sender import Sender
from knowledge.db import Database
from tests.channels.memory import MemoryChannel
from tests.conversation.box import CHART, Box
from tests.conversation.messenger import Messenger
from tests.waiting import until


async def test_the_same_key_is_said_once(editing: Box):
    await editing.say("k", Reply("hello"))
    await editing.say("k", Reply("hello"))
    await editing.send()
    assert list(editing.channel.posted.values()) == ["hello"]


async def test_a_reply_is_a_stub_first_so_that_a_retry_edits(editing: Box):
    editing.channel.aftermath = [Unknown("lost")]
    await editing.say("k", Reply("hello"))
    await editing.send()
    await editing.let_the_lease_run_out()
    await editing.send()
    assert editing.channel.calls[0] == ("send", "…")
    assert [text for text in editing.channel.posted.values() if text != "…"] == ["hello"]


async def test_an_edit_whose_answer_was_lost_is_done_again(editing: Box):
    await editing.say("k", Reply("hello"))
    (row,) = await outbox.claim(editing.database, "first", ["memory"])
    await outbox.receipt(editing.database, "first", row.outbox_id, "1")
    editing.channel.posted["1"] = "…"
    await editing.let_the_lease_run_out()
    await editing.send("second")
    assert editing.channel.posted == {"1": "hello"}


async def test_without_editing_an_unknown_fate_is_parked_and_never_repeated(plain: Box):
    plain.channel.aftermath = [Unknown("lost")]
    await plain.say("k", Reply("hello"))
    await plain.say("k2", Reply("next"))
    await plain.send()
    await plain.send()
    assert await plain.states() == ["uncertain", "sent"]
    assert list(plain.channel.posted.values()) == ["hello", "next"]


async def test_a_sender_that_died_while_sending_leaves_an_uncertain_row(plain: Box):
    await plain.say("k", Reply("hello"))
    await outbox.claim(plain.database, "dead", ["memory"])
    await plain.let_the_lease_run_out()
    await plain.send("second")
    assert await plain.states() == ["uncertain"]
    assert plain.channel.posted == {}


async def test_an_idempotent_platform_gets_it_again_under_the_same_key(database: Database, person: UUID):
    box = await Box(database, person, MemoryChannel(edits=False, idempotent=True)).begin()
    box.channel.aftermath = [Unknown("lost")]
    await box.say("k", Reply("hello"))
    await box.send()
    await box.let_the_lease_run_out()
    await box.send("second")
    assert box.channel.posted == {"1": "hello"}
    assert await box.states() == ["sent"]


async def test_the_platforms_own_retry_time_holds_back_the_successors_too(plain: Box):
    plain.channel.faults = [RetryLater(60)]
    await plain.say("k1", Reply("one"))
    await plain.say("k2", Reply("two"))
    await plain.send()
    await plain.send()
    assert plain.channel.posted == {}
    await plain.let_the_lease_run_out()
    await plain.send()
    await plain.send()
    assert list(plain.channel.posted.values()) == ["one", "two"]


async def test_of_many_revisions_the_latest_is_sent_alone(editing: Box):
    await editing.say("job", Reply("0 %", progress=Progress("Reading", 0)), "progress")
    await editing.send()
    for percent in (10, 20, 30):
        await editing.revise("job", Reply(f"{percent} %", progress=Progress("Reading", percent)))
    await editing.send()
    assert editing.channel.posted == {"1": "30 %"}
    assert editing.channel.calls == [("send", "…"), ("edit", "0 %"), ("edit", "30 %")]


async def test_a_revision_during_sending_is_sent_next(editing: Box):
    await editing.say("job", Reply("0 %"), "progress")
    (row,) = await outbox.claim(editing.database, "first", ["memory"])
    await editing.revise("job", Reply("50 %"))
    await editing.sender.deliver(row)
    await editing.send()
    assert editing.channel.posted == {"1": "50 %"}
    assert await editing.states() == ["sent"]


async def test_a_long_reply_arrives_in_parts_that_say_all_of_it(plain: Box):
    text = "".join(f"Sentence number {n}. " for n in range(100))
    await plain.say("k", Reply(text, buttons=(Button("More", "/more"),)))
    await plain.send()
    assert "".join(plain.channel.posted.values()) == text
    assert len(plain.channel.posted) > 3


async def test_a_sender_that_died_between_two_parts_goes_on_with_the_next(editing: Box):
    text = "word " * 200
    await editing.say("k", Reply(text))
    editing.channel.faults = []
    (row,) = await outbox.claim(editing.database, "dead", ["memory"])
    parts = editing.channel.render(row.reply, editing.channel.capabilities(row.address))
    receipt = await editing.channel.send(row.address, parts[0], "k:0")
    await outbox.receipt(editing.database, "dead", row.outbox_id, receipt)
    await editing.let_the_lease_run_out()
    await editing.send("second")
    assert "".join(editing.channel.posted.values()) == text


async def test_what_nobody_asked_for_is_never_sent_a_second_time(editing: Box):
    editing.channel.aftermath = [Unknown("lost")]
    await editing.say("digest", Reply("hello"), "proactive")
    await editing.send()
    await editing.let_the_lease_run_out()
    await editing.send()
    assert await editing.states() == ["uncertain"]
    assert list(editing.channel.posted.values()) == ["hello"]


async def test_a_sender_whose_row_was_taken_over_leaves_its_stub_alone(editing: Box):
    await editing.say("k", Reply("hello"))
    (row,) = await outbox.claim(editing.database, "slow", ["memory"])
    await editing.let_the_lease_run_out()
    await editing.send("second")
    await Sender(editing.database, {"memory": editing.channel}, "slow").deliver(row)
    assert list(editing.channel.posted.values()).count("hello") == 1


async def test_a_fault_of_ours_ends_with_its_message_and_holds_nobody_back(editing: Box):
    editing.channel.faults = [RuntimeError("a bug")] * 5  # type: ignore[list-item]
    await editing.say("k1", Reply("one"))
    await editing.say("k2", Reply("two"))
    for _ in range(4):
        await editing.send()
        await editing.let_the_lease_run_out()
    assert await editing.states() == ["dead", "sent"]


async def test_a_long_reply_gets_through_limits_that_are_narrower_than_itself(database: Database, person: UUID):
    channel = Messenger(rates=(Rate("chat", 2, 2000.0),))
    box = await Box(database, person, channel).begin()
    await box.say("k", Reply("word " * 200))
    for _ in range(8):
        for row in await outbox.claim(database, "first", ["memory"]):
            await box.sender.deliver(row)
        await box.let_the_lease_run_out()
        async with database.system() as connection:
            await connection.execute("update rate_buckets set tokens = 1")
    assert await box.states() == ["sent"]
    assert [call for call, _ in channel.calls] == ["send", "edit"] * 3
    assert "".join(channel.posted.values()) == "word " * 200


async def test_a_move_to_where_a_conversation_lives_already_is_followed_at_once(editing: Box):
    async with editing.database.person(editing.user_id) as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id) "
            "values (%s, 'memory', '', 'there', %s)",
            (uuid4(), editing.user_id),
        )
    editing.channel.faults = [Moved("there")]
    await editing.say("k", Reply("hello"))
    await editing.send()
    assert (await editing.states(), list(editing.channel.posted.values())) == (["sent"], ["hello"])


class Slow(Messenger):
    """Takes for ever to send to one chat; `waited` is set when somebody stopped waiting for it."""

    waited = False

    async def send(self, to: Address, part: Part, key: str) -> str:
        if to.external_id == "slow":
            try:
                await asyncio.Event().wait()
            finally:
                self.waited = True
        return await Messenger.send(self, to, part, key)


async def test_a_slow_chat_holds_up_no_other(database: Database, person: UUID):
    box = await Box(database, person, channel := Slow()).begin()
    async with database.person(person) as connection:
        await connection.execute(
            "insert into conversations (conversation_id, channel, account, external_id, user_id) "
            "values (%s, 'memory', '', 'slow', %s)",
            (slow := uuid4(), person),
        )
        await outbox.append(connection, slow, "slow", Reply("one"))
    running = asyncio.create_task(box.sender.run())
    try:
        for number in range(3):
            await box.say(f"k{number}", Reply(f"{number}"))
            box.sender.wake()
            await until(lambda number=number: f"{number}" in channel.posted.values())
        assert (list(channel.posted.values()), channel.waited) == (["0", "1", "2"], False)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_a_chart_is_sent_as_a_picture_below_the_text(database: Database, person: UUID):
    box = await Box(database, person, Messenger()).begin()
    assert isinstance(box.channel, Messenger)
    await box.say("turn:1:0", Reply("So many:", chart=CHART))
    await box.send()
    assert await box.states() == ["sent"]
    assert list(box.channel.posted.values()) == ["So many:"]
    assert [content[:4] for content in box.channel.sent_files.values()] == [b"\x89PNG"]


async def test_an_answer_with_a_chart_is_tried_again_where_only_its_text_was_lost(database: Database, person: UUID):
    box = await Box(database, person, Messenger()).begin()
    box.channel.aftermath.append(Unknown("no answer"))
    await box.say("turn:1:0", Reply("So many:", chart=CHART))
    await box.send()
    assert await box.states() == ["pending"]
    await box.let_the_lease_run_out()
    await box.send()
    assert await box.states() == ["sent"]


async def test_a_file_whose_fate_is_unknown_is_not_sent_twice(database: Database, person: UUID):
    channel = Messenger(lose_files=True)
    box = await Box(database, person, channel).begin()
    await box.say("turn:1:0", Reply("So many:", chart=CHART))
    await box.send()
    assert (await box.states(), len(channel.sent_files)) == (["uncertain"], 1)


async def test_a_chart_follows_the_text_when_the_answer_changes(database: Database, person: UUID):
    channel = Messenger()
    box = await Box(database, person, channel).begin()
    await box.say("turn:1:0", Reply("word " * 150, chart=CHART))
    await box.send()
    await box.revise("turn:1:0", Reply("So many:", chart=CHART))
    await box.send()
    assert await box.states() == ["sent"]
    assert (list(channel.posted.values()), len(channel.sent_files)) == (["So many:"], 1)


async def test_a_chart_in_a_script_the_font_lacks_is_a_table(database: Database, person: UUID):
    channel = Messenger()
    box = await Box(database, person, channel).begin()
    await box.say("turn:1:0", Reply("So many:", chart=Chart("प्रश्न", ("Mon",), (Series("पूछे गए", (3,)),))))
    await box.send()
    assert channel.sent_files == {}
    assert "| Mon | 3 |" in next(iter(channel.posted.values()))
