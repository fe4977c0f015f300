"""Fitting a reply to its channel: what the channel cannot show becomes something it can before it is rendered."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from conversation.channel import Capabilities
from conversation.message import Button, Citation, Reply

TOKEN = "t:"  # noqa: S105
"""How the value of a button begins that stands for a longer one."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A reply within a channel's abilities, and the values behind the tokens of its buttons."""

    reply: Reply
    tokens: dict[str, str]


def fit(reply: Reply, capabilities: Capabilities, outbox_id: UUID) -> Fitted:
    """Turn citations into footnotes with buttons, long button values into tokens, and buttons into words where there
    are none."""
    if reply.citations and not capabilities.citations:
        reply = _with_footnotes(reply, outbox_id)
    if not capabilities.buttons:
        return Fitted(_in_words(reply), {})
    tokens: dict[str, str] = {}
    buttons = tuple(
        _short(button, capabilities.button_value_limit, outbox_id, tokens)
        for button in reply.buttons[: capabilities.buttons]
    )
    return Fitted(replace(reply, buttons=buttons), tokens)


def _with_footnotes(reply: Reply, outbox_id: UUID) -> Reply:
    """Name each source below the text, with a button that shows the passage."""
    lines = [f"\\[{cited.number}\\] {_source(cited)}" for cited in reply.citations]
    notes = "\n".join(f"{line}  " for line in lines).rstrip()
    opening = tuple(
        Button(f"[{cited.number}] {cited.place or cited.title}"[:40], f"/passage {outbox_id} {cited.number}")
        for cited in reply.citations
    )
    return replace(reply, text=f"{reply.text.rstrip()}\n\n{notes}", citations=(), buttons=(*opening, *reply.buttons))


def _source(cited: Citation) -> str:
    title = "".join(f"\\{character}" if character in r"\`*_[]<>#|~" else character for character in cited.title)
    return title if not cited.place or cited.place == cited.title else f"{title}, {cited.place}"


def _short(button: Button, limit: int, outbox_id: UUID, tokens: dict[str, str]) -> Button:
    if button.url or (len(button.value.encode()) <= limit and not button.value.startswith(TOKEN)):
        return button
    digest = hashlib.sha256(f"{outbox_id} {button.value}".encode()).digest()
    token = TOKEN + base64.b32encode(digest[:20]).decode().lower()
    tokens[token] = button.value
    return replace(button, value=token)


def _in_words(reply: Reply) -> Reply:
    """Offer what buttons would do as things to say."""
    lines = [f"- {button.label}: {button.url or f'`{button.value}`'}" for button in reply.buttons]
    return replace(reply, text="\n".join([reply.text, "", *lines]) if lines else reply.text, buttons=())
