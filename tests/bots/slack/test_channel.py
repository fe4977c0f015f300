"""What the channel does on the strict platform: streams, forms, files, and what becomes of refusals and silences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bots.slack.channel import SlackChannel
from bots.slack.errors import FileGone, FileTooLarge, TooLate, Uninstalled, Unmended
from bots.slack.people import People
from bots.slack.streams import Streams
from conversation.channel import Part
from conversation.errors import ChannelError, Forbidden, Gone, Rejected, RetryLater, Stopped, Unknown
from conversation.message import Address, Attachment, Author, Button, Field, Form, Message, Progress, Reply
from tests.bots.slack.ground import KEY, NOW, Ground, direct, recorded


async def test_a_stream_grows_and_ends_as_an_ordinary_message(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    assert (ground.said(where).text, ground.said(where).streaming) == ("Flour is ground", "in_progress")
    session = where.group_id, where.external_id.partition(":")[2]
    assert ground.platform.backend.sessions[session] == "processing"
    await ground.draft(where, "Flour is ground grain.", receipt)
    await ground.channel.edit(where, receipt, ground.part("Flour is **ground** grain. [1]", where))
    assert ground.platform.backend.sessions[session] == "active"
    assert (ground.said(where).text, ground.said(where).streaming) == ("Flour is ground grain. [1]", "completed")
    assert ground.said(where).ts == receipt and len(ground.platform.replies(ground.general)) == 1


async def test_a_stream_that_says_something_else_goes_on_by_edits_and_can_be_stopped(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground grain, and", receipt)
    for _ in range(3):
        await ground.draft(where, "No: flour is ground", receipt)
    assert (ground.said(where).text, ground.said(where).streaming) == ("No: flour is ground", "completed")
    assert ground.said(where).labels == ["Stop"]
    await ground.draft(where, "No: flour is ground seeds", receipt)
    assert ground.said(where).text == "No: flour is ground seeds"


async def test_a_stream_that_ran_out_goes_on_by_edits(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is", receipt)
    ground.platform.advance(301)
    await ground.draft(where, "Flour is ground grain", receipt)
    assert ground.said(where).text == "Flour is ground grain"
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert ground.said(where).text == "Flour is ground grain." and ground.said(where).labels == []


async def test_an_app_without_sessions_streams_all_the_same(ground: Ground):
    ground.platform.app.agent = False
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is", receipt)
    assert ground.said(where).text == "Flour is"


async def test_slacks_own_stop_ends_the_stream_and_the_answer(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    await ground.ann.stops(ground.said(where))
    with pytest.raises(Stopped):
        await ground.draft(where, "Flour is ground grain", receipt)
    await ground.channel.edit(where, receipt, ground.part("Flour is ground.", where))
    assert ground.said(where).text == "Flour is ground."


async def test_a_stream_is_ended_before_slack_ends_it(ground: Ground):
    where = await ground.thread()
    people = People(ground.slack.api)
    streams = Streams(ground.slack.api, people, life=0.0)
    channel = SlackChannel(ground.slack._settings, ground.slack.api, people, streams)  # pyright: ignore[reportPrivateUsage]
    receipt = await ground.draft(where, "Flour", "", channel)
    await ground.draft(where, "Flour is", receipt, channel)
    assert (ground.said(where).text, ground.said(where).streaming) == ("Flour is", "completed")


async def test_after_a_crash_another_process_ends_the_stream(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour is", "")
    await ground.draft(where, "Flour is ground", receipt)
    await ground.again().edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert (ground.said(where).text, ground.said(where).streaming) == ("Flour is ground grain.", "completed")


async def test_a_stream_without_a_word_is_ended_as_well(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour is", "")
    await ground.again().edit(where, receipt, ground.part("Nothing.", where))
    assert ground.said(where).text == "Nothing."


async def test_a_stream_that_is_too_fast_says_when_to_go_on(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour is", "")
    ground.platform.fail("chat.appendStream", "flood", retry_after=7)
    with pytest.raises(RetryLater) as caught:
        await ground.draft(where, "Flour is ground", receipt)
    assert caught.value.retry_after == 7
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert ground.said(where).text == "Flour is ground grain."


async def test_streams_of_markdown_never_take_anything_back(ground: Ground):
    """Words, emphasis, code, lists and a link arrive in small pieces; the end is what was rendered."""
    where = await ground.thread()
    text = (
        "Take **two** cups:\n\n- `flour`\n- *water*\n\n```py\nprint(1)\nprint(2)\n```\n\nSee [this](https://a.org/x)."
    )
    receipt = await ground.draft(where, "T", "")
    for end in range(5, len(text), 5):
        await ground.draft(where, text[:end], receipt)
    assert ground.platform.called("chat.appendStream")
    await ground.channel.edit(where, receipt, ground.part(text, where))
    shown = ground.said(where).text
    assert (
        "print(2)" in shown
        and "See this." in shown.replace("\n", " ")
        and ground.said(where).streaming != "in_progress"
    )


async def test_in_a_shared_channel_the_asker_is_named_with_their_own_workspace(ground: Ground):
    bob = ground.platform.person("Other Corp", "Bob")
    ground.platform.workspace("Other Corp")
    shared = ground.platform.channel("Acme", "shared", [bob, ground.ann], shared_with=["Other Corp"])
    root = await bob.says("hello", channel=shared)
    where = Address("slack", ground.team, f"{shared.id}:{root.ts}", "thread")
    event = recorded("app_mention")
    event["authorizations"][0] |= {"team_id": ground.team}
    event["event"] |= {"user": bob.id}
    await ground.channel.learn(event)
    asked = Message(where, "k", Author(bob.id), "x", NOW)
    assert await ground.channel.draft(where, asked, ground.part("x", where), KEY, "")


async def test_a_stream_can_be_taken_back(ground: Ground):
    where = await ground.thread()
    receipt = await ground.draft(where, "Flour", "")
    await ground.channel.delete(where, receipt)
    assert ground.platform.replies(ground.general) == []


async def test_a_deleted_message_is_gone(ground: Ground):
    where = direct(ground.ann)
    receipt = await ground.channel.send(where, ground.part("x", where), KEY)
    await ground.channel.delete(where, receipt)
    await ground.channel.delete(where, receipt)
    with pytest.raises(Gone):
        await ground.channel.edit(where, receipt, ground.part("y", where))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"how": "flood", "retry_after": 3}, RetryLater),
        ({"how": "error", "error": "token_revoked"}, Uninstalled),
        ({"how": "error", "error": "account_inactive"}, Uninstalled),
        ({"how": "error", "error": "invalid_auth"}, RetryLater),
        ({"how": "error", "error": "channel_not_found"}, Forbidden),
        ({"how": "error", "error": "not_in_channel"}, Forbidden),
        ({"how": "error", "error": "is_archived"}, Forbidden),
        ({"how": "error", "error": "invalid_blocks"}, Rejected),
        ({"how": "error", "error": "msg_too_long"}, Rejected),
        ({"how": "error", "error": "nobody_knows_this"}, Rejected),
        ({"how": "error", "error": "internal_error"}, Unknown),
        ({"how": "error", "error": "fatal_error"}, Unknown),
        ({"how": "error", "error": "message_limit_exceeded"}, RetryLater),
        ({"how": "error", "error": "org_login_required"}, RetryLater),
        ({"how": "error", "error": "missing_scope"}, Unmended),
        ({"how": "error", "error": "no_permission"}, Unmended),
        ({"how": "error", "error": "not_allowed_token_type"}, Unmended),
        ({"how": "status", "status": 503}, Unknown),
        ({"how": "status", "status": 404}, RetryLater),
        ({"how": "status", "status": 405}, RetryLater),
        ({"how": "lose"}, Unknown),
        ({"how": "drop"}, Unknown),
    ],
)
async def test_refusals_and_silences_in_the_words_of_the_port(
    ground: Ground, fault: dict[str, Any], kind: type[Exception]
):
    ground.platform.fail("chat.postMessage", **fault)
    with pytest.raises(kind):
        await ground.channel.send(direct(ground.ann), ground.part("x", direct(ground.ann)), KEY)
    assert len(ground.platform.called("chat.postMessage")) == 1


async def test_what_arrived_although_its_answer_was_lost_is_not_sent_again(ground: Ground):
    where = await ground.thread()
    ground.platform.fail("chat.postMessage", "lose", accepted=True)
    with pytest.raises(Unknown):
        await ground.channel.send(where, ground.part("once", where), KEY)
    assert await ground.again().find(where, KEY) == ground.said(where).ts
    receipt = await ground.channel.send(where, ground.part("once", where), KEY)
    assert receipt == ground.said(where).ts and len(ground.platform.replies(ground.general)) == 1


async def test_what_did_not_arrive_is_sent_again(ground: Ground):
    where = direct(ground.ann)
    ground.platform.fail("chat.postMessage", "drop")
    with pytest.raises(Unknown):
        await ground.channel.send(where, ground.part("once", where), KEY)
    await ground.channel.send(where, ground.part("once", where), KEY)
    assert [each.text for each in ground.platform.replies(ground.ann)] == ["once"]


async def test_the_coach_speaks_in_its_own_name(ground: Ground):
    where = await ground.thread()
    await ground.channel.send(where, ground.part("Hi", where, coach_name="Ada", avatar="🦙"), KEY)
    assert ground.said(where).username == "🦙 Ada"


def asking(*questions: str) -> Reply:
    return Reply("Hello", suggests=tuple(Button(f"{each}?", f"what is {each}?") for each in questions))


async def test_the_pane_suggests_what_a_message_suggests_and_then_what_the_next_one_does(ground: Ground):
    ground.platform.app.pane = True
    pane = await ground.ann.opens_assistant()
    where = Address("slack", ground.team, f"{ground.ann.direct.id}:{pane.ts}")
    for key, reply in (("a", asking("flour")), ("b", asking(*"salted")), ("c", Reply("Flour is grain."))):
        (part,) = ground.channel.render(reply, ground.channel.capabilities(where))
        await ground.channel.send(where, part, key)
    assert ground.platform.suggested(ground.ann, pane.ts) == [
        {"title": f"{each}?", "message": f"what is {each}?"} for each in "salt"
    ]


@pytest.mark.parametrize("fault", ["error", "lose", "flood"])
async def test_a_message_stands_whatever_becomes_of_its_suggestions(ground: Ground, fault: Any):
    ground.platform.app.pane = True
    pane = await ground.ann.opens_assistant()
    where = Address("slack", ground.team, f"{ground.ann.direct.id}:{pane.ts}")
    ground.platform.fail("assistant.threads.setSuggestedPrompts", fault, error="invalid_thread_ts", retry_after=3)
    (part,) = ground.channel.render(asking("flour"), ground.channel.capabilities(where))
    receipt = await ground.channel.send(where, part, KEY)
    assert ground.said(where).ts == receipt and ground.platform.suggested(ground.ann, pane.ts) == []


async def test_an_agent_suggests_for_all_of_a_direct_message_and_nothing_elsewhere(ground: Ground):
    for where in (direct(ground.ann), await ground.thread()):
        (part,) = ground.channel.render(asking("flour"), ground.channel.capabilities(where))
        await ground.channel.send(where, part, where.external_id)
    (call,) = ground.platform.called("assistant.threads.setSuggestedPrompts")
    assert call.arguments["channel_id"] == ground.ann.direct.id and "thread_ts" not in call.arguments
    assert ground.platform.suggested(ground.ann) == [{"title": "flour?", "message": "what is flour?"}]


async def test_many_choices_become_a_menu(ground: Ground):
    where = direct(ground.ann)
    buttons = tuple(Button(f"Coach {n}" + "x" * 90 * (n == 1), f"/coach {n}") for n in range(30))
    part = ground.part("Choose", where, buttons=buttons, feedback=True, progress=Progress("Reading", 40))
    await ground.channel.send(where, part, KEY)
    kinds = [button.kind for button in ground.said(where).buttons]
    assert "static_select" in kinds and "40 %" in ground.said(where).text


FORM = Form(
    "A new coach with a long title",
    "/creator",
    (
        Field("name", "Name", hint="Such as Chef", limit=60),
        Field("tone", "Tone", options=(Button("Warm", "warm"), Button("Brief", "brief")), value="brief"),
        Field("about", "About", value="All of it", long=True, required=False, limit=90_000),
    ),
    opens="Fill in",
    submit="Make it",
)


async def pressed(ground: Ground, where: Address) -> dict[str, Any]:
    """Let Ann press a button in a thread, and give what Slack told of it."""
    part = ground.part("New?", where, buttons=(Button("Fill in", "/form 1"),))
    receipt = await ground.channel.send(where, part, KEY)
    acted = await ground.ann.presses(receipt, "Fill in", channel=where.group_id)
    return dict(acted.delivery.payload)


async def test_a_form_is_opened_and_comes_back(ground: Ground):
    where = await ground.thread()
    event = await pressed(ground, where)
    told = ground.channel.parse(event)
    assert isinstance(told, Message) and told.action == "/form 1"
    await ground.channel.ask(event, FORM)
    view = ground.ann.views[-1]
    assert view.title == "A new coach with a long…"
    acted = await ground.ann.submits(view, {"Name": "Chef & <Co>", "About": "line\nline"})
    message = ground.channel.parse(dict(acted.delivery.payload))
    assert isinstance(message, Message)
    assert (message.action, message.address) == ("/creator", where)
    assert dict(message.fields) == {"name": "Chef & <Co>", "tone": "brief", "about": "line\nline"}


async def test_a_form_that_is_opened_too_late_says_so(ground: Ground):
    event = await pressed(ground, await ground.thread())
    ground.platform.advance(4)
    with pytest.raises(TooLate):
        await ground.channel.ask(event, FORM)


async def test_a_form_that_slack_does_not_open_in_time_is_too_late(ground: Ground):
    event = await pressed(ground, await ground.thread())
    ground.platform.fail("views.open", "lose")
    with pytest.raises(ChannelError):
        await ground.channel.ask(event, FORM)


async def test_a_file_that_may_not_be_read_is_said_so(ground: Ground, tmp_path: Path):
    sent = await ground.ann.uploads("a.txt", b"words")
    file = Attachment(None, "a.txt", "text/plain", 5, f"{ground.team}:{sent.files[0]}")
    await ground.channel.fetch(file, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"words"
    with pytest.raises(FileGone, match="Slack does not let me read"):
        await ground.channel.fetch(Attachment(None, "b", "", 1, f"{ground.team}:F0NOBODY"), tmp_path / "b")
    with pytest.raises(FileTooLarge, match="101 MB"):
        await ground.channel.fetch(Attachment(None, "b", "", 101 << 20, "x:y"), tmp_path / "b")


async def test_a_file_that_was_shown_although_the_answer_was_lost_is_not_sent_again(ground: Ground, tmp_path: Path):
    where = await ground.thread()
    (tmp_path / "x").write_bytes(b"zip")
    part = Part("", file=Attachment(None, "export.zip", "application/zip", 3))
    ground.platform.fail("files.completeUploadExternal", "lose", accepted=True)
    receipt = await ground.channel.send_file(where, tmp_path / "x", part, KEY)
    assert receipt == await ground.channel.send_file(where, tmp_path / "x", part, KEY)
    assert len(ground.platform.replies(ground.general)) == 1


async def test_who_runs_a_channel(ground: Ground):
    where = await ground.thread()
    assert not await ground.channel.governs(where, Author(ground.ann.id))


async def test_where_we_are_no_member_a_command_is_answered_to_its_giver(ground: Ground):
    quiet = ground.platform.channel("Acme", "quiet", [ground.ann], bot=False)
    acted = await ground.ann.commands("/evermynd", "help", channel=quiet)
    told = ground.channel.parse(dict(acted.delivery.payload))
    assert isinstance(told, Message) and told.address.via
    assert ground.channel.capabilities(told.address).stream_interval is None
    await ground.channel.send(told.address, ground.part("Here is help", told.address), KEY)
    (seen,) = ground.ann.sees(quiet)
    assert (seen.text, seen.only_for) == ("Here is help", ground.ann.id)
    ground.platform.advance(1801)
    with pytest.raises(Forbidden):
        await ground.channel.send(told.address, ground.part("Later", told.address), "other")


async def test_commands_are_named_as_they_can_be_given(ground: Ground):
    """Slack takes no slash commands of apps in threads; a mention does there what they do."""
    thread = await ground.thread()
    ways = [ground.channel.capabilities(each).command_prefix for each in (direct(ground.ann), thread)]
    assert ways == ["/evermynd ", "@EverMynd /"]
    below = Address("slack", ground.team, ground.ann.direct.id, via="1732201200.000100")
    assert ground.channel.capabilities(below).command_prefix == "@EverMynd /"


async def test_a_question_in_a_direct_message_is_answered_by_a_stream_below_it(ground: Ground):
    asked = await ground.ann.says("what is flour?")
    where = Address("slack", ground.team, ground.ann.direct.id, via=asked.ts)
    receipt = await ground.draft(where, "Flour", "")
    await ground.draft(where, "Flour is ground", receipt)
    assert (ground.said(where).thread_ts, ground.said(where).streaming) == (asked.ts, "in_progress")
    await ground.channel.edit(where, receipt, ground.part("Flour is ground grain.", where))
    assert ground.said(where).text == "Flour is ground grain."


async def test_a_workspace_that_nobody_knows_is_forbidden(ground: Ground):
    where = Address("slack", "T0NOBODY", "D1")
    with pytest.raises(Uninstalled):
        await ground.channel.send(where, ground.part("x", where), KEY)
