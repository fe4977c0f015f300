"""The fake is strict about texts: length, emptiness, entities, parse modes."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client
from .platform import Platform, User


async def test_takes_4096_units_and_not_one_more(bot: Client, ann: User) -> None:
    await bot("sendMessage", chat_id=ann.id, text="x" * 4096)
    assert await bot.refused("sendMessage", chat_id=ann.id, text="x" * 4097) == "400 Bad Request: message is too long"


async def test_counts_an_emoji_as_two_units(bot: Client, ann: User) -> None:
    await bot("sendMessage", chat_id=ann.id, text="🍞" * 2048)
    assert "too long" in await bot.refused("sendMessage", chat_id=ann.id, text="🍞" * 2048 + "x")


async def test_counts_a_text_after_its_marks_are_read(bot: Client, ann: User) -> None:
    sent = await bot("sendMessage", chat_id=ann.id, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", "message text is empty"), (" \n ", "text must be non-empty"), (None, "message text is empty")],
)
async def test_refuses_an_empty_text(bot: Client, ann: User, text: str | None, refusal: str) -> None:
    assert await bot.refused("sendMessage", chat_id=ann.id, text=text) == f"400 Bad Request: {refusal}"


async def test_trims_a_text_and_moves_its_entities(bot: Client, ann: User) -> None:
    entities = [{"type": "bold", "offset": 5, "length": 4}]
    sent = await bot("sendMessage", chat_id=ann.id, text="\r\n a \rbcd \n", entities=entities)
    assert sent["text"] == "a bcd"
    assert sent["entities"] == [{"type": "bold", "offset": 2, "length": 3}]


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"type": "bold", "offset": 3, "length": 9}, "ends after the end of the text"),
        ({"type": "bold", "offset": 90, "length": 1}, "begins after the end of the text"),
        ({"type": "bold", "offset": 1, "length": 1}, "begins in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": 0, "length": 1}, "ends in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": -1, "length": 2}, "incorrect offset"),
        ({"type": "shiny", "offset": 0, "length": 2}, "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
        ({"type": "text_link", "offset": 0, "length": 2, "url": "http://nowhere"}, "is invalid: Wrong HTTP URL"),
    ],
)
async def test_refuses_an_entity_that_does_not_fit(bot: Client, ann: User, entity: dict[str, Any], reason: str) -> None:
    assert reason in await bot.refused("sendMessage", chat_id=ann.id, text="🍞 bread", entities=[entity])


@pytest.mark.parametrize(
    ("outer", "inner"), [("pre", "bold"), ("code", "italic"), ("bold", "code"), ("blockquote", "blockquote")]
)
async def test_reports_entities_that_cannot_be_nested(
    platform: Platform, bot: Client, ann: User, outer: str, inner: str
) -> None:
    entities = [{"type": outer, "offset": 0, "length": 9}, {"type": inner, "offset": 2, "length": 3}]
    sent = await bot("sendMessage", chat_id=ann.id, text="some code", entities=entities)
    assert len(sent["entities"]) == 1
    assert platform.violations()


async def test_reports_entities_that_cross_and_those_beyond_the_hundredth(
    platform: Platform, bot: Client, ann: User
) -> None:
    crossing = [{"type": "bold", "offset": 0, "length": 5}, {"type": "italic", "offset": 3, "length": 5}]
    await bot("sendMessage", chat_id=ann.id, text="some text", entities=crossing)
    many = [{"type": "bold", "offset": 2 * place, "length": 1} for place in range(101)]
    sent = await bot("sendMessage", chat_id=ann.id, text="a " * 100 + "z", entities=many)
    assert len(sent["entities"]) == 100
    assert len(platform.violations()) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<h1>big</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
        ("1 < 2", "Unclosed start tag"),
    ],
)
async def test_refuses_html_it_cannot_read(bot: Client, ann: User, text: str, reason: str) -> None:
    refusal = await bot.refused("sendMessage", chat_id=ann.id, text=text, parse_mode="HTML")
    assert refusal.startswith("400 Bad Request: can't parse entities: ")
    assert reason in refusal


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It costs 3.50", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*open", "Can't find end of Bold entity at byte offset 0"),
        ("[a](http://x.org", "Can't find end of a URL"),
    ],
)
async def test_refuses_markdown_it_cannot_read(bot: Client, ann: User, text: str, reason: str) -> None:
    assert reason in await bot.refused("sendMessage", chat_id=ann.id, text=text, parse_mode="MarkdownV2")


async def test_shows_people_what_was_formatted(platform: Platform, bot: Client, ann: User) -> None:
    text = "*bold _both_* `code` [link](https://x.org/a\\)b) 3\\.5"
    await bot("sendMessage", chat_id=ann.id, text=text, parse_mode="MarkdownV2")
    shown = platform.last(ann)
    assert shown is not None
    assert shown.rich == "**bold _both_** `code` [link](https://x.org/a)b) 3.5"


async def test_finds_commands_mentions_and_links_in_what_people_write(
    platform: Platform, bot: Client, ann: User
) -> None:
    platform.say(ann, "/coach@evermynd_test_bot 🍞 ask @ben_sample about https://x.org/bread.")
    message = (await bot("getUpdates"))[0]["message"]
    assert [(each["type"], each["offset"], each["length"]) for each in message["entities"]] == [
        ("bot_command", 0, 24),
        ("mention", 32, 11),
        ("url", 50, 19),
    ]
