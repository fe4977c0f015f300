"""Addresses as Telegram writes them: a chat, and in some a topic."""

from __future__ import annotations

from conversation.message import Address


def chat_of(address: Address) -> int:
    """Give the chat of an address."""
    return int(address.external_id.partition(":")[0])


def topic_of(address: Address) -> int | None:
    """Give the topic of an address, if it is one."""
    topic = address.external_id.partition(":")[2]
    return int(topic) if topic else None
