"""The fake knows the limits of Block Kit, and words them as Slack does."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, refused
from .platform import Channel, Platform

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("x"), **more}


def actions(*elements: Block, **more: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **more}


def menu(options: list[Block]) -> Block:
    return {"type": "static_select", "placeholder": plain("x"), "options": options}


def option(text: str = "x", value: str = "x") -> Block:
    return {"text": plain(text), "value": value}


def rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def section(*inlines: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(inlines)}


def table(rows: int, columns: int) -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


DIVIDER: Block = {"type": "divider"}
WRONG: list[tuple[list[Block], str]] = [
    ([DIVIDER] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    (
        [{"type": "section", "text": plain("x" * 3001)}],
        "must be less than 3001 characters [json-pointer:/blocks/0/text",
    ),
    ([{"type": "section", "text": plain("")}], "must be more than 0 characters"),
    ([{"type": "section"}], "missing required field: text"),
    ([{"type": "section", "text": {"type": "text", "text": "x"}}], "unsupported type: text"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([actions(*[button()] * 26)], "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    ([actions()], "no fewer than 1 items allowed"),
    ([actions({"type": "button", "text": plain("x" * 76)})], "must be less than 76 characters"),
    ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    ([actions(button(url="https://x.org/" + "x" * 3000))], "must be less than 3001 characters"),
    ([actions(button(action_id="x" * 256))], "must be less than 256 characters"),
    ([actions(button(style="bold"))], "must be one of: primary, danger"),
    ([actions(button(colour="red"))], "invalid additional property: colour"),
    ([actions(button(action_id="a"), button(action_id="a"))], "duplicate action_id: a"),
    ([actions(button(), block_id="a"), actions(button(), block_id="a")], "duplicate block_id: a"),
    ([actions(menu([option()] * 101))], "no more than 100 items allowed"),
    ([actions(menu([option(value="x" * 151)]))], "must be less than 151 characters"),
    ([actions(menu([option(text="x" * 76)]))], "must be less than 76 characters"),
    ([actions({"type": "overflow", "options": [option()] * 6})], "no more than 5 items allowed"),
    ([{"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}], "unsupported type: input"),
    ([{"type": "context_actions", "elements": [button()]}], "unsupported type: button"),
    ([{"type": "context_actions", "elements": [{"type": "feedback_buttons"}]}], "missing required field"),
    ([rich(section({"type": "text", "text": "x", "style": {"loud": True}}))], "invalid additional property: loud"),
    ([rich(section({"type": "mention", "user_id": "U1"}))], "unsupported type: mention"),
    ([rich({"type": "rich_text_list", "elements": [section()]})], "missing required field: style"),
    ([rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})], "unsupported type"),
    ([table(101, 1)], "no more than 100 items allowed"),
    ([table(1, 21)], "no more than 20 items allowed"),
    ([{"type": "image", "image_url": "https://x.org/a.png"}], "missing required field: alt_text"),
    ([{"type": "video"}], "unsupported type: video"),
]


@pytest.mark.parametrize(("blocks", "problem"), WRONG, ids=[problem[:40] for _, problem in WRONG])
async def test_refuses_blocks(client: Client, general: Channel, blocks: list[Block], problem: str) -> None:
    refusal = await refused(client, "chat.postMessage", channel=general.id, text="x", blocks=blocks)
    assert refusal.error == "invalid_blocks"
    assert any(problem in message for message in refusal.messages), refusal.messages


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([{"type": "markdown", "text": "x" * 6_001}] * 2, "msg_blocks_too_long"),
        ([{"type": "section", "text": plain("x" * 2_900)}] * 5, "msg_blocks_too_long"),
        ([table(2, 2), table(2, 2)], "invalid_attachments"),
    ],
)
async def test_refuses_too_much_at_once(client: Client, general: Channel, blocks: list[Block], error: str) -> None:
    assert (await refused(client, "chat.postMessage", channel=general.id, text="x", blocks=blocks)).error == error


async def test_takes_what_is_within_the_limits(slack: Platform, client: Client, general: Channel) -> None:
    link = {"type": "link", "url": "https://example.org", "text": "site", "style": {"bold": True}}
    listed = {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [section(link)]}
    blocks: list[Block] = [
        {"type": "header", "text": plain("Title")},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*bold* &amp; <https://example.org|link>"}},
        rich(listed, {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]}),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, rich(section(link))]]},
        {"type": "markdown", "text": "**done**"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "_small_"}]},
        actions(button(value="1"), menu([option()] * 100)),
    ]
    sent = await client.chat_postMessage(channel=general.id, text="x", blocks=blocks)
    assert slack.shown(general, sent["ts"]) == "Title\nbold & link\n3. site\nx = 1\na | site\ndone\nsmall"
    assert all(block["block_id"] for block in sent["message"]["blocks"]) and slack.violations == []
