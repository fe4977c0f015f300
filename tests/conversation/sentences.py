"""The sentences of our errors, found where the code writes them down."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

from conversation.errors import ChannelError
from knowledge.errors import HubError

ROOT = Path(__file__).parents[2]
ROOMS = ("knowledge", "conversation", "jobs", "bots", "ui")
FOR_OPERATORS = {
    "knowledge.db.errors": {"NewerDatabase", "UnknownStatement"},
    "knowledge.graph.errors": {"GraphUnavailable", "StatementRefused"},
    "knowledge.retrieval.errors": {"GraphAway"},
    "conversation.errors": {"RetryLater", "Moved"},
    "bots.slack.errors": {"SlackSettingsError", "TokenRefused"},
    "bots.teams.errors": {"TeamsSettingsError", "Unproven", "KeysAway", "BearerRefused", "StreamRefused"},
    "bots.telegram.errors": {"TelegramSettingsError", "TokenRefused", "TokenUnknown"},
    "knowledge.vault": {"VaultError"},
    "ui.errors": {"SettingsError", "StartError", "InUseError", "PortTakenError"},
    "ui.seed.errors": {"SeedRefused", "HasPeople", "IsPublic"},
    "ui.web.errors": {"WebChatError"},
}
"""Errors that stand in a terminal or a log only, in English."""


def kinds() -> list[type[HubError]]:
    """Give every kind of error of the house."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("errors.py")]
    for path in (*paths, ROOT / "knowledge" / "files.py"):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    ours = {kind for kind in _below(HubError) if kind.__module__.partition(".")[0] in ROOMS}
    return sorted(ours, key=lambda kind: (kind.__module__, kind.__name__))


def for_people() -> list[type[HubError]]:
    """Give the kinds of errors whose sentence a person may read."""
    return [kind for kind in kinds() if kind.__name__ not in FOR_OPERATORS.get(kind.__module__, ())]


def raised_with_a_sentence() -> set[str]:
    """Give the names of the kinds for people that get their sentence where they are raised; a platform's is its own."""
    return {
        kind.__name__
        for kind in for_people()
        if kind.__init__ is HubError.__init__ and not issubclass(kind, ChannelError)
    }


def written_in(kind: type[HubError]) -> Iterator[ast.expr]:
    """Give what a kind's own class says: its `sentence`, and what it hands to `__init__` as the message."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(kind)))):
        match node:
            case ast.Assign(targets=[ast.Name(id="sentence")], value=value):
                yield value
            case ast.Call(func=ast.Attribute(value=ast.Call(), attr="__init__"), args=[first, *_]):
                yield first  # super().__init__("…")
            case ast.Call(func=ast.Attribute(attr="__init__"), args=[_, first, *_]):
                yield first  # Above.__init__(self, "…")
            case _:
                pass


def sentences() -> set[str]:
    """Give the literal sentences that the classes of errors for people hold."""
    said = (node for kind in for_people() for node in written_in(kind))
    return {node.value for node in said if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _below(kind: type[HubError]) -> Iterator[type[HubError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)
