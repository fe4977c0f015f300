"""Links: which addresses a message holds, and the offer to learn from those in a question."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from conversation.message import Button, Message
from conversation.skills.captions import coach_named
from conversation.turn import Turn

_ADDRESS = re.compile(r"<?(https?://[^\s<>\"“”]+)>?", re.IGNORECASE)
_TRAILING = ".,;:!?)'\"»"
_LEARN = re.compile(
    r"/learn|(?:(?:please )?(?:learn|read|teach|add|ingest)(?: from)?(?: this)?"
    r"|(?:bitte )?(?:lerne?|lies)(?: (?:von|aus))?(?: (?:das|dies))?"
    r"|(?:por favor,? )?(?:aprende|lee)(?: de)?(?: esto)?"
    r"|(?:пожалуйста,? )?(?:выучи|изучи|прочитай)(?: это)?"
    r"|(?:कृपया )?(?:इसे |यह |इससे )?(?:सीखो|पढ़ो|सीखें|पढ़ें)):?",
    re.IGNORECASE,
)
OFFERED = 3


def addresses_in(text: str) -> list[str]:
    """List the web addresses in a text, each once."""
    return list(dict.fromkeys(found[1].rstrip(_TRAILING) for found in _ADDRESS.finditer(text)))


def link_in(text: str) -> str | None:
    """Give the address of a message that is a link to learn from; a question that holds a link is a question."""
    found = addresses_in(text)
    if len(found) != 1:
        return None
    around = " ".join(beside(text).split())
    return found[0] if not around or _LEARN.fullmatch(around) or coach_named(around) else None


def link_of(message: Message) -> str | None:
    """Give the address that a message, or the button that was pressed, asks to learn from."""
    return link_in(message.action or message.text)


def beside(text: str) -> str:
    """Give what a text says beside its address."""
    found = _ADDRESS.search(text)
    if found is None:
        return text
    rest = found[1][len(found[1].rstrip(_TRAILING)) :]
    return f"{text[: found.start()]} {rest.strip(_TRAILING)} {text[found.end() :]}".strip()


def offers(turn: Turn) -> tuple[Button, ...]:
    """Offer a creator to learn from the addresses in a question."""
    teaches = turn.coach.own or (turn.person.creator and not turn.coach_bound)
    if not turn.direct or turn.message.action or not teaches:
        return ()
    return tuple(
        Button(turn.say("Learn from {host}", host=_host(address)), f"/learn {address}")
        for address in addresses_in(turn.message.text)[:OFFERED]
        if _host(address)
    )


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
