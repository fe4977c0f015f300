"""What can be done in a conversation of Telegram, and how fast."""

from __future__ import annotations

from dataclasses import replace

from bots.telegram.places import chat_of
from conversation.channel import Capabilities, Rate
from conversation.message import Address

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one message a second in a chat, with
# short bursts; 20 a minute in a group; 30 a second over all. Edits count like messages. A bucket lets through its
# whole content and what flows in meanwhile, so each pair of numbers stays within the limit in any stretch of time,
# with some room for calls that bunch on their way.
_ACCOUNT = Rate("account", 5, 0.25)
_DIRECT = Capabilities(
    text_limit=4096,
    text_unit="utf16",
    dialect="plain",
    buttons=100,
    button_value_limit=64,
    edit=True,
    stream_interval=1.2,
    files=True,
)
_GROUP = replace(_DIRECT, stream_interval=3.5)
_THREAD = replace(_GROUP, threads=True)


def capabilities(address: Address, *, drafts: bool) -> Capabilities:
    """Tell what can be done there; the limits of a topic are those of its group, and drafts are for private chats."""
    chat = Rate(f"chat:{chat_of(address)}", 2, 2.2)
    if address.kind == "direct":
        return replace(_DIRECT, drafts=drafts, rates=(chat, _ACCOUNT))
    group = Rate(f"group:{chat_of(address)}", 5, 21.0)
    return replace(_THREAD if address.kind == "thread" else _GROUP, rates=(group, chat, _ACCOUNT))
