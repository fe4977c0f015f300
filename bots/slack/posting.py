"""Parts as calls of the Web API: where they go, what they show, and under which key. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bots.fields import Fields, part, parts, text
from conversation.channel import Part
from conversation.message import Address

EVENT = "evermynd_reply"
"""What our metadata is called. https://docs.slack.dev/messaging/message-metadata"""

FALLBACK = 3900
"""Characters of the text beside the blocks, which say all of it: an update with more than 4,000 is refused.

https://docs.slack.dev/reference/methods/chat.update#errors
"""

_TS = re.compile(r"[0-9]{1,16}\.[0-9]{1,16}")
_HALF = re.compile(r"(?:<[^<>]*|&[a-z]*)\Z")
"""A link or an escape that was cut in two."""


def channel_of(address: Address) -> str:
    """Give the conversation of an address."""
    return address.group_id


def thread_of(address: Address) -> str:
    """Give the thread in which to answer, "" outside of threads."""
    thread = address.external_id.partition(":")[2] or address.via
    return thread if _TS.fullmatch(thread) else ""


def pane_of(address: Address) -> str:
    """Give the thread that is a conversation of its own, "" where there is none; in a direct message that is a pane."""
    thread = address.external_id.partition(":")[2]
    return thread if _TS.fullmatch(thread) else ""


def url_of(address: Address) -> str:
    """Give the address that came with a command, over which its giver alone is answered; "" where none did."""
    return address.via if address.via.startswith(("https://", "http://")) else ""


def to_post(to: Address, part: Part, key: str) -> dict[str, Any]:
    """Give what posts a part; the key goes along, so that it can be told later whether it arrived."""
    return {
        "channel": channel_of(to),
        "thread_ts": thread_of(to) or None,
        "text": fallback(part),
        "blocks": part.native.get("blocks"),
        "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
        "unfurl_links": False,
        "unfurl_media": False,
        **speaker(part),
    }


def to_update(to: Address, ts: str, part: Part) -> dict[str, Any]:
    """Give what replaces a message; it keeps the name and the key it was posted with."""
    blocks: Any = part.native.get("blocks") or []
    return {"channel": channel_of(to), "ts": ts, "text": fallback(part), "blocks": blocks}


def to_answer(part: Part) -> dict[str, Any]:
    """Give what answers over the address of a command: for the one alone who gave it."""
    answer = {"response_type": "ephemeral", "text": fallback(part)}
    blocks: Any = part.native.get("blocks")
    return answer | ({"blocks": blocks} if blocks else {})


def fallback(part: Part) -> str:
    """Give the text of a message, as it is read out and shown in notifications; its beginning where blocks say all."""
    if len(part.text) <= FALLBACK or not part.native.get("blocks"):
        return part.text
    return _HALF.sub("", part.text[: FALLBACK - 1]).rstrip() + "…"


def to_history(to: Address, since: float, cursor: str = "", until: float = 0.0) -> tuple[str, dict[str, Any]]:
    """Give what reads back a page of the messages of a conversation between two times; 0 is now."""
    given = {"channel": channel_of(to), "oldest": f"{since:.6f}", "limit": "200", "include_all_metadata": "true"}
    given |= {"latest": f"{until:.6f}", "inclusive": "true"} if until else {}
    given |= {"cursor": cursor} if cursor else {}
    if thread := thread_of(to):
        return "conversations.replies", given | {"ts": thread}
    return "conversations.history", given


def found_in(history: Fields, key: str) -> str:
    """Give the message that was posted under a key, "" if none was."""
    for message in parts(history, "messages"):
        metadata = part(message, "metadata")
        if text(metadata, "event_type") == EVENT and text(part(metadata, "event_payload"), "key") == key:
            return text(message, "ts")
    return ""


def wordless_in(history: Fields, since: float, until: float) -> list[str]:
    """Give the messages of apps between two times that say nothing: streams that nobody went on with."""
    return [
        ts
        for message in parts(history, "messages")
        if _TS.fullmatch(ts := text(message, "ts"))
        and since < float(ts) < until
        and text(message, "bot_id")
        and not (text(message, "text").strip() or message.get("files") or message.get("metadata"))
    ]


def next_page(history: Fields) -> str:
    """Give the cursor of what follows, "" if that was all."""
    return text(part(history, "response_metadata"), "next_cursor")


def speaker(part: Part) -> Mapping[str, Any]:
    """Give whose name and picture a message bears."""
    return {name: part.native[name] for name in ("username", "icon_emoji") if part.native.get(name)}
