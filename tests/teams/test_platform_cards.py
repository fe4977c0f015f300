"""Cards: what is refused, what is shown wrong, and what a press tells the bot."""

from __future__ import annotations

from typing import Any

import pytest

from .bots import PlainBot, card
from .platform import Person, Platform, Shown

YES = {"type": "Action.Submit", "title": "Yes", "data": {"answer": 1}}
NAME = {"type": "Input.Text", "id": "name", "label": "Name", "isRequired": True}


async def posted(bot: PlainBot, person: Person, *body: Any, **more: Any) -> Shown:
    """A card in somebody's chat."""
    answer = await bot.send(person.personal.id, "", attachments=[card(*body, **more)])
    assert answer.status_code == 201, answer.text
    shown = bot.teams.last(person.personal)
    assert shown
    return shown


async def test_a_submitted_card_is_a_message_without_text(bot: PlainBot, ann: Person) -> None:
    shown = await posted(bot, ann, {"type": "TextBlock", "text": "Sure?"}, NAME, actions=[YES])
    assert (shown.everything, shown.labels) == ("Sure?\nName", ["Yes"])
    await ann.presses(shown, "Yes", {"name": "Rye"})
    heard = bot.heard[-1]
    assert (heard["type"], heard["value"], heard["replyToId"]) == ("message", {"answer": 1, "name": "Rye"}, shown.id)
    assert "text" not in heard


async def test_a_card_is_not_sent_before_it_is_filled_in(bot: PlainBot, ann: Person) -> None:
    shown = await posted(bot, ann, NAME, actions=[YES])
    with pytest.raises(ValueError, match="filled in"):
        await ann.presses(shown, "Yes")


async def test_a_button_can_write_in_the_persons_name(teams: Platform, bot: PlainBot, ann: Person) -> None:
    data = {"msteams": {"type": "imBack", "value": "/help"}}
    shown = await posted(bot, ann, actions=[{"type": "Action.Submit", "title": "Help", "data": data}])
    await ann.presses(shown, "Help")
    assert bot.heard[-1]["text"] == "/help"
    assert [each.text for each in teams.messages(ann.personal, all=True)][-1] == "/help"


async def test_execute_expects_a_card_and_shows_it(teams: Platform, bot: PlainBot, ann: Person) -> None:
    shown = await posted(bot, ann, actions=[{"type": "Action.Execute", "title": "Go", "verb": "go", "data": {"a": 1}}])
    done = card({"type": "TextBlock", "text": "done"})
    bot.answer = {"statusCode": 200, "type": done["contentType"], "value": done["content"]}
    await ann.presses(shown, "Go")
    assert bot.heard[-1]["name"] == "adaptiveCard/action"
    assert bot.heard[-1]["value"]["action"]["verb"] == "go"
    changed = teams.last(ann.personal)
    assert changed and (changed.id, changed.everything) == (shown.id, "done")
    bot.answer = {"nothing": "of use"}
    await posted(bot, ann, actions=[{"type": "Action.Execute", "title": "Go"}])
    await ann.presses(teams.messages(ann.personal)[-1], "Go")
    assert "no card response" in teams.violations[-1]


@pytest.mark.parametrize(
    ("attachment", "status"),
    [
        ({"contentType": "application/vnd.microsoft.card.adaptive"}, 400),
        (card() | {"content": {"type": "Card", "version": "1.5"}}, 400),
        (card(version="five"), 400),
        (card({"type": "TextBlock", "text": "x" * 30_000}), 413),
        ({"contentType": "text/csv", "content": "a,b"}, 400),
    ],
)
async def test_broken_cards_are_refused(bot: PlainBot, ann: Person, attachment: Any, status: int) -> None:
    assert (await bot.send(ann.personal.id, "", attachments=[attachment])).status_code == status


@pytest.mark.parametrize(
    ("attachment", "problem"),
    [
        (card(version="1.6"), "version 1.6"),
        (card({"type": "Carousel"}), "unknown type 'Carousel'"),
        (card({"type": "Input.Text"}), "Input.Text has no id"),
        (card({"type": "Input.Text", "id": "a"}, {"type": "Input.Text", "id": "a"}), "twice"),
        (card(actions=[YES] * 7), "6 of its 7"),
        (card({"type": "ActionSet", "actions": [YES] * 7}), "6 of its 7"),
        (card(actions=[{"type": "Action.OpenUrl", "url": "javascript:alert(1)"}]), "no web address"),
    ],
)
async def test_cards_that_are_shown_wrong_are_noted(
    teams: Platform, bot: PlainBot, ann: Person, attachment: Any, problem: str
) -> None:
    assert (await bot.send(ann.personal.id, "", attachments=[attachment])).status_code == 201
    assert problem in teams.violations[0]


async def test_suggested_actions_are_for_personal_chats(teams: Platform, bot: PlainBot, ann: Person) -> None:
    action = {"type": "imBack", "title": "Bread", "value": "bread"}
    await bot.send(ann.personal.id, "What?", suggestedActions={"actions": [action], "to": [ann.id]})
    shown = teams.last(ann.personal)
    assert shown and shown.labels == ["Bread"]
    await ann.presses(shown, "Bread")
    assert bot.heard[-1]["text"] == "bread" and not teams.violations
    await bot.send(teams.group("Bakers", [ann]).id, "What?", suggestedActions={"actions": [action]})
    assert teams.violations == ["suggested actions are shown in personal chats only"]
