"""Where something was said: conversations of Teams as addresses, and the way back there.

Ids of Teams contain colons, which part group and thread in our addresses, so they are quoted in them; what follows
`;messageid=` is the first message of a thread in a channel.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import quote, unquote

from bots.fields import Fields, fields_of, part, text, true
from conversation.message import Address

CHANNEL = "teams"
_THREAD = ";messageid="
_KINDS: dict[str, Literal["direct", "group"]] = {"personal": "direct", "groupChat": "group", "channel": "group"}


@dataclass(frozen=True, slots=True)
class Way:
    """What Teams wants to be told to let us write somewhere: where its service is, and who the bot is there."""

    service: str
    bot: str = ""
    bot_name: str = ""
    tenant: str = ""


def address_of(activity: Fields, account: str) -> Address | None:
    """Tell where an activity belongs; `account` stands in where it names no tenant."""
    conversation = part(activity, "conversation")
    conversation_id = text(conversation, "id")
    if not conversation_id:
        return None
    base, _, root = conversation_id.partition(_THREAD)
    kind = _KINDS.get(text(conversation, "conversationType"), "group" if true(conversation, "isGroup") else "direct")
    tenant = text(conversation, "tenantId") or text(part(part(activity, "channelData"), "tenant"), "id")
    bot = part(activity, "recipient")
    way = Way(text(activity, "serviceUrl"), text(bot, "id"), text(bot, "name"), tenant)
    place = quote(base, safe="")
    via = json.dumps({name: value for name, value in asdict(way).items() if value}, ensure_ascii=False)
    if root and kind == "group":
        return Address(CHANNEL, tenant or account, f"{place}:{quote(root, safe='')}", "thread", via, lasting=True)
    return Address(CHANNEL, tenant or account, place, kind, via, lasting=True)


def conversation_of(address: Address) -> str:
    """Give the conversation of an address as Teams names it."""
    base, _, root = address.external_id.partition(":")
    return unquote(base) + (f"{_THREAD}{unquote(root)}" if root else "")


def way_to(address: Address) -> Way:
    """Give the way back; its service is "" where none is known."""
    try:
        known = fields_of(json.loads(address.via or "{}"))
    except ValueError:
        return Way("")
    return Way(text(known, "service"), text(known, "bot"), text(known, "bot_name"), text(known, "tenant"))
