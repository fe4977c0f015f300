"""What people wrote, out of Slack's notation. https://docs.slack.dev/messaging/formatting-message-text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

_SEQUENCE = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"@([UW][A-Z0-9]+)")
_LINK = re.compile(r"(?:https?|mailto|tel|ftp|slack):", re.IGNORECASE)
_GROUP = "!subteam^"
_ME = "\ue000"
"""Stands where we are named, until that is cut out."""

Name = Callable[[str], str]
"""Gives the name of a user by id, "" for one we do not know."""


def read(text: str, me: str, name: Name) -> str:
    """Give what somebody wrote, without our name in it."""
    words = _SEQUENCE.sub(lambda found: _said(found[1], me, name), text.replace(_ME, ""))
    return _without_me(unescaped(words)).strip()


def unescaped(text: str) -> str:
    """Undo Slack's three escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def names(text: str, me: str) -> bool:
    """Tell whether somebody is mentioned."""
    return bool(me) and any(found == me for found in mentioned(text))


def mentioned(text: str) -> list[str]:
    """Give the ids of those who are mentioned, in order."""
    sequences = [found[1].partition("|")[0] for found in _SEQUENCE.finditer(text)]
    return [found[1] for each in sequences if (found := _MENTION.fullmatch(each))]


def calls(text: str) -> bool:
    """Tell whether anybody is mentioned, or a group of people."""
    return bool(mentioned(text)) or any(found[1].startswith(_GROUP) for found in _SEQUENCE.finditer(text))


def _said(sequence: str, me: str, name: Name) -> str:
    """Give one control sequence as its writer saw it."""
    body, _, label = sequence.partition("|")
    if found := _MENTION.fullmatch(body):
        return _ME if found[1] == me else f"@{name(found[1]) or label or found[1]}"
    if body.startswith("#"):
        return f"#{label or body[1:]}"
    if body.startswith("!"):
        return label or f"@{body[1:].partition('^')[0]}"
    if _LINK.match(body):
        return _link(body, label)
    return f"&lt;{sequence}&gt;"


def _link(address: str, label: str) -> str:
    """Give a link as it was typed; an address behind other words is as much said as one written out."""
    bare = re.sub(r"^(?:https?://|mailto:|tel:)", "", address).rstrip("/")
    if not label:
        return address
    return label if label.rstrip("/") in (address, address.rstrip("/"), bare) else f"{label} {address}"


def _without_me(words: str) -> str:
    """Cut our name out, closing the gap as a person would."""
    while _ME in words:
        before, _, after = words.partition(_ME)
        words = _closed(before.rstrip(" "), after.lstrip(" "))
    return words


def _closed(before: str, after: str) -> str:
    if not before.strip():
        return after.lstrip(",: \n")
    if not after or after[0] in ".;:!?":
        return before.rstrip(", ") + after
    if before.endswith("\n") or after[0] in "\n,":
        return before + after
    return f"{before} {after}"
