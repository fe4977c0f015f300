"""Adaptive Cards and the older cards: what Teams shows of them, and what it shows wrong without a word.

https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference and
https://adaptivecards.io/explorer: bots' cards up to version 1.5, at most six actions in a row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from .errors import bad_syntax, too_big

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
PREFIX = "application/vnd.microsoft.card."
OLDER = frozenset({f"{PREFIX}{name}" for name in ("hero", "thumbnail", "receipt", "signin", "oauth")})
MOST_ACTIONS = 6
NEWEST = (1, 5)
ELEMENTS: dict[str, tuple[str, ...]] = {
    "TextBlock": ("text",),
    "RichTextBlock": ("inlines",),
    "Image": ("url",),
    "ImageSet": ("images",),
    "Media": ("sources",),
    "Container": ("items",),
    "ColumnSet": (),
    "Column": (),
    "FactSet": ("facts",),
    "ActionSet": ("actions",),
    "Table": (),
    "Input.Text": ("id",),
    "Input.Number": ("id",),
    "Input.Date": ("id",),
    "Input.Time": ("id",),
    "Input.Toggle": ("id", "title"),
    "Input.ChoiceSet": ("id", "choices"),
}
ACTIONS: dict[str, tuple[str, ...]] = {
    "Action.Submit": (),
    "Action.Execute": (),
    "Action.OpenUrl": ("url",),
    "Action.ShowCard": ("card",),
    "Action.ToggleVisibility": ("targetElements",),
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press."""

    title: str
    kind: str
    data: Any = None
    url: str = ""
    verb: str = ""
    id: str = ""
    takes_inputs: bool = True
    """Whether the inputs of the card are sent along, and have to be filled in before."""


@dataclass(slots=True)
class Card:
    """One card as it is shown."""

    content_type: str
    content: Json
    text: str = ""
    """Every text on it, a line each."""
    buttons: list[Button] = field(default_factory=list[Button])
    inputs: list[Json] = field(default_factory=list[Json])


def read(attachment: Json, report: Callable[[str], None], largest: int) -> Card:
    """A card of an attachment, or the service's refusal; what is shown wrong is reported."""
    kind, content = str(attachment["contentType"]), attachment.get("content")
    if not isinstance(content, dict):
        raise bad_syntax(f"The content of an attachment of type {kind} must be an object.")
    card = Card(kind, cast("Json", content))
    if kind == ADAPTIVE:
        _Adaptive(card, report).read(largest)
    else:
        _read_older(card, report)
    return card


def _read_older(card: Card, report: Callable[[str], None]) -> None:
    content = card.content
    card.text = "\n".join(str(content[name]) for name in ("title", "subtitle", "text") if content.get(name))
    buttons = cast("list[Json]", content.get("buttons") or [])
    if len(buttons) > MOST_ACTIONS:
        report(f"a card shows {MOST_ACTIONS} of its {len(buttons)} buttons")
    card.buttons = [card_action(each) for each in buttons[:MOST_ACTIONS]]


def card_action(action: Json) -> Button:
    """A button of an older card, or a suggested action."""
    kind, value = str(action.get("type", "")), action.get("value")
    url = str(value) if kind == "openUrl" else ""
    return Button(str(action.get("title", "")), kind, action if kind == "messageBack" else value, url)


@dataclass(slots=True)
class _Adaptive:
    card: Card
    report: Callable[[str], None]
    ids: set[str] = field(default_factory=set[str])
    lines: list[str] = field(default_factory=list[str])

    def read(self, largest: int) -> None:
        content = self.card.content
        if content.get("type") != "AdaptiveCard":
            raise bad_syntax("An Adaptive Card needs the type AdaptiveCard.")
        if len(json.dumps(content, ensure_ascii=False).encode()) > largest:
            raise too_big()
        self._version(content)
        self._card(content)
        self.card.text = "\n".join(self.lines)

    def _version(self, content: Json) -> None:
        version = str(content.get("version", ""))
        numbers = version.split(".")
        if len(numbers) != 2 or not all(number.isdigit() for number in numbers):
            raise bad_syntax("An Adaptive Card needs a version.")
        if (int(numbers[0]), int(numbers[1])) > NEWEST:
            self.report(f"a card of version {version} is not shown, only up to 1.5")

    def _card(self, content: Json) -> None:
        for element in self._objects(content, "body"):
            self._element(element)
        self._actions(content)

    def _objects(self, holder: Json, name: str) -> Iterator[Json]:
        for each in cast("list[Any]", holder.get(name) or []):
            if isinstance(each, dict):
                yield cast("Json", each)
            else:
                self.report(f"a card has something in {name} that is no object")

    def _element(self, element: Json) -> None:
        kind = str(element.get("type", ""))
        if kind not in ELEMENTS:
            self.report(f"a card has an element of an unknown type {kind!r}")
            return
        self._demand(element, ELEMENTS[kind])
        self._own_id(element)
        self._words(kind, element)
        if kind.startswith("Input."):
            self.card.inputs.append(element)
        for name in ("items", "columns", "images"):
            for each in self._objects(element, name):
                self._element({"type": "Column"} | each if name == "columns" else each)
        for row in self._objects(element, "rows"):
            for cell in self._objects(row, "cells"):
                self._element(cell | {"type": "Container"})
        if kind == "ActionSet":
            self._actions(element)
        if isinstance(element.get("selectAction"), dict):
            self._action(cast("Json", element["selectAction"]))

    def _words(self, kind: str, element: Json) -> None:
        words: list[str] = []
        if kind == "TextBlock":
            words = [str(element.get("text", ""))]
        elif kind == "RichTextBlock":
            inlines = cast("list[Any]", element.get("inlines") or [])
            runs = [each if isinstance(each, str) else str(each.get("text", "")) for each in inlines]
            words = ["".join(runs)]
        elif kind == "FactSet":
            words = [f"{each.get('title', '')}: {each.get('value', '')}" for each in self._objects(element, "facts")]
        elif kind.startswith("Input."):
            words = [str(element.get("label") or element.get("title") or element.get("placeholder") or "")]
        self.lines += [word for word in words if word]

    def _actions(self, holder: Json) -> None:
        actions = list(self._objects(holder, "actions"))
        shown = [each for each in actions if each.get("mode") != "secondary"]
        if len(shown) > MOST_ACTIONS:
            self.report(f"a card shows {MOST_ACTIONS} of its {len(shown)} actions in a row")
        for action in actions:
            self._action(action)

    def _action(self, action: Json) -> None:
        kind = str(action.get("type", ""))
        if kind not in ACTIONS:
            self.report(f"a card has an action of an unknown type {kind!r}")
            return
        self._demand(action, ACTIONS[kind])
        self._own_id(action)
        url = str(action.get("url", ""))
        if kind == "Action.OpenUrl" and not url.startswith(("http://", "https://", "mailto:")):
            self.report(f"a card opens {url!r}, which is no web address")
        title, takes = str(action.get("title", "")), action.get("associatedInputs", "auto")
        if takes not in ("auto", "none"):
            self.report(f"a card has an action with associatedInputs {takes!r}")
        verb, own = str(action.get("verb", "")), str(action.get("id", ""))
        self.card.buttons.append(Button(title, kind, action.get("data"), url, verb, own, takes != "none"))
        if kind == "Action.ShowCard" and isinstance(action.get("card"), dict):
            self._card(cast("Json", action["card"]))

    def _demand(self, thing: Json, names: tuple[str, ...]) -> None:
        for name in names:
            if name not in thing:
                self.report(f"{thing.get('type')} has no {name}")

    def _own_id(self, thing: Json) -> None:
        own = thing.get("id")
        if own is None:
            return
        if own in self.ids:
            self.report(f"a card has the id {own!r} twice")
        self.ids.add(str(own))
