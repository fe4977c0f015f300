"""What a channel cannot show becomes something it can."""

from __future__ import annotations

from uuid import uuid4

import pytest

from conversation.channel import Capabilities
from conversation.fitting import chosen, fit, table
from conversation.message import Address, Button, Chart, Field, Form, Progress, Reply, Series

ROW = uuid4()
FORM = Form("A new coach", "/creator", (Field("name", "Name"),), opens="Fill in a form", submit="Make it")
CHART = Chart("Questions", ("Mon", "Tue"), (Series("asked", (3, 5)), Series("|covered|", (2, 4.5))))
GROUP, THREAD, DIRECT = (Address("memory", "", "x", kind) for kind in ("group", "thread", "direct"))


def test_a_form_stays_with_a_channel_that_shows_it():
    assert fit(Reply("Name?", form=FORM), Capabilities(400, buttons=5, forms="shown"), ROW).reply.form == FORM


def test_a_form_that_is_opened_becomes_the_first_button():
    reply = Reply("Name?", form=FORM, buttons=(Button("Skip", "/skip"),))
    fitted = fit(reply, Capabilities(400, buttons=5, forms="opened"), ROW).reply
    assert fitted.form is None
    assert [(button.label, button.value) for button in fitted.buttons] == [
        ("Fill in a form", f"/form {ROW}"),
        ("Skip", "/skip"),
    ]


def test_without_forms_the_first_question_is_left():
    fitted = fit(Reply("Name?", form=FORM), Capabilities(400, buttons=5), ROW).reply
    assert (fitted.form, fitted.buttons, fitted.text) == (None, (), "Name?")


def test_a_chart_that_cannot_be_shown_becomes_a_table():
    fitted = fit(Reply("So many:", chart=CHART), Capabilities(400), ROW).reply
    assert fitted.chart is None
    assert fitted.text == f"So many:\n\n{table(CHART)}"
    assert "| Mon | 3 | 2 |" in fitted.text and "\\|covered\\|" in fitted.text


@pytest.mark.parametrize("shows", [Capabilities(400, charts=True), Capabilities(400, files=True)])
def test_a_chart_stays_where_it_is_drawn_or_sent_as_a_picture(shows: Capabilities):
    assert fit(Reply("So many:", chart=CHART), shows, ROW).reply.chart == CHART


def test_without_buttons_choices_are_numbered_and_the_number_is_the_answer():
    reply = Reply(
        "Which?", buttons=(Button("The *first*", "/a"), Button("Look", "", "https://x.org"), Button("B", "/b"))
    )
    capabilities = Capabilities(400)
    assert fit(reply, capabilities, ROW).reply.text == "Which?\n\n1\\. The \\*first\\*  \n2\\. B  \nLook: https://x.org"
    assert [chosen(reply, capabilities, ROW, number) for number in (0, 1, 2, 3)] == [None, "/a", "/b", None]


@pytest.mark.parametrize("where", [GROUP, THREAD])
def test_where_several_talk_the_text_says_which_coach_speaks(where: Address):
    said = Reply("Flour is ground grain.", coach_name="Ada_1", avatar="🦉")
    assert fit(said, Capabilities(400), ROW, where).reply.text == "🦉 **Ada\\_1**\n\nFlour is ground grain."
    assert fit(said, Capabilities(400, identity=True), ROW, where).reply.text == said.text


def test_in_a_direct_chat_and_above_progress_no_name_is_needed():
    said = Reply("Flour.", coach_name="Ada")
    assert fit(said, Capabilities(400), ROW, DIRECT).reply.text == "Flour."
    reading = Reply("**a.pdf**: reading", coach_name="Ada", progress=Progress("Reading", 40))
    assert fit(reading, Capabilities(400), ROW, GROUP).reply.text == "**a.pdf**: reading"


def test_commands_are_named_the_way_they_are_given_there():
    said = Reply("`/me` shows it, `/digest Berlin` too; /etc/passwd and `a/b` stay.")
    fitted = fit(said, Capabilities(400, command_prefix="/evermynd "), ROW).reply
    assert fitted.text == "`/evermynd me` shows it, `/evermynd digest Berlin` too; /etc/passwd and `a/b` stay."


@pytest.mark.parametrize(
    "text",
    [
        "Install to `/usr/bin`, `/me/too` or `/start.sh`.",
        "Ask @BotFather with `/newbot`.",
        "```\ncd `/me`\n```",
        "~~~\n```\n`/me`\n~~~",
    ],
)
def test_what_is_no_command_of_ours_and_what_is_code_stays(text: str):
    assert fit(Reply(text), Capabilities(400, command_prefix="/evermynd "), ROW).reply.text == text


def test_a_command_after_code_is_named_anew():
    fitted = fit(Reply("```\n`/me`\n```\n`/unlink telegram`"), Capabilities(400, command_prefix="/evermynd "), ROW)
    assert fitted.reply.text == "```\n`/me`\n```\n`/evermynd unlink telegram`"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("1. x\n2. y", "1. x\n2. y\n\n1\\. A"),
        ("Look:\n\n```py\ncode", "Look:\n\n```py\ncode\n```\n\n1\\. A"),
        ("```\ncode\n```", "```\ncode\n```\n\n1\\. A"),
        ("", "1\\. A"),
    ],
)
def test_choices_in_words_are_no_part_of_what_stands_above(text: str, whole: str):
    assert fit(Reply(text, buttons=(Button("A", "/a"),)), Capabilities(400), ROW).reply.text == whole


def test_without_buttons_nothing_opens_a_form_and_numbers_mean_the_choices():
    reply = Reply("Name?", form=FORM, buttons=(Button("Skip", "/skip"),))
    capabilities = Capabilities(400, forms="opened")
    fitted = fit(reply, capabilities, ROW).reply
    assert (fitted.form, fitted.text) == (None, "Name?\n\n1\\. Skip")
    assert chosen(reply, capabilities, ROW, 1) == "/skip"
