"""Sanitising: what a model, a source or a coach's maker wrote may not lead or load anybody elsewhere unseen.

A link or image stays if it leads to this hub itself or to a host on the allow-list; any other becomes its words and its
address as code, which can be read and copied but not clicked. HTML becomes visible text. Code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

PASSES = 3
"""Rewritings after which a text that still holds a foreign link loses all of its markup."""

# Text without any of these can hold neither link nor HTML; an entity or an escape may spell one.
_SUSPECT = re.compile(r"[<&\\]|\]\(|\]:|://|www\.", re.IGNORECASE)
_BARE = r"(?:https?://|www\.)[^\s<>`|\[\]\\*]*"
_PIECE = re.compile(
    r"(?P<code>(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<link>(?<!\\)!?\[(?P<words>[^\[\]]*)\]\("
    r"\s*(?P<to><[^<>\n]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\))"
    r"|(?<!\\)<(?P<auto>[a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>"
    r"|(?P<tag>(?<!\\)<(?=[a-z/!?]))"
    r"|(?P<definition>\]:)"
    rf"|(?P<bare>{_BARE})",
    re.IGNORECASE,
)
_BARE_ALONE = re.compile(_BARE, re.IGNORECASE)
_MARKUP = re.compile(r"(\[\d{1,3}\])(?![(:])|([\\`*_\[\]<>#|~!&:])")
_TRAILING = ".,;:!?)'\"_~"
_OPENERS = re.compile(r"\]|<|:(?=/|$)|(?<=www)\.", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"


def sanitise(text: str, hosts: Collection[str] = ()) -> str:
    """Give CommonMark that renders no HTML, and no link or image to a host that is not listed."""
    if not _SUSPECT.search(text):
        return text
    for _ in range(PASSES):
        tokens = _parser().parse(text)
        if not _foreign(tokens, hosts):
            return text
        text = _rewritten(text, tokens, hosts)
    return _plain(text) if _foreign(_parser().parse(text), hosts) else text


def inert(delta: str) -> str:
    """Make a piece of an unfinished answer unable to form a link, an image or HTML, wherever it was cut."""
    return _OPENERS.sub(lambda found: found[0] + _JOINER, delta)


def is_allowed(address: str, hosts: Collection[str]) -> bool:
    """Tell whether an address leads to this hub or to a listed host."""
    if "\\" in address or any(character.isspace() or not character.isprintable() for character in address):
        return False
    if address.startswith(("/", "#")):
        return not address.startswith(("//", "/%"))
    try:
        parts = urlsplit(f"https://{address}" if address.lower().startswith("www.") else address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "") in {host.lower() for host in hosts}


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # every address is judged here, those that it would hide as well
    return parser


def _foreign(tokens: Iterable[Token], hosts: Collection[str]) -> bool:
    return any(
        token.type == "html_block" or (token.type == "inline" and _leads_away(token.children or [], hosts))
        for token in tokens
    )


def _leads_away(tokens: Sequence[Token], hosts: Collection[str]) -> bool:
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        address = {"link_open": token.attrGet("href"), "image": token.attrGet("src")}.get(token.type)
        if token.type == "html_inline" or (address is not None and not is_allowed(str(address), hosts)):
            return True
        bare = _BARE_ALONE.finditer(token.content) if token.type == "text" and not inside else ()
        if any(not is_allowed(_trimmed(found[0]), hosts) for found in bare):
            return True
    return False


def _rewritten(text: str, tokens: Iterable[Token], hosts: Collection[str]) -> str:
    """Rewrite what stands outside code blocks."""
    lines = text.splitlines(keepends=True)
    parts: list[str] = []
    at = 0
    for start, end in [token.map for token in tokens if token.map and token.type in ("fence", "code_block")]:
        parts += [_without_links("".join(lines[at:start]), hosts), *lines[start:end]]
        at = end
    return "".join([*parts, _without_links("".join(lines[at:]), hosts)])


def _without_links(text: str, hosts: Collection[str]) -> str:
    return _PIECE.sub(lambda found: _safe(found, hosts), text)


def _safe(found: re.Match[str], hosts: Collection[str]) -> str:
    """Give what may stand in the place of one piece of markup."""
    match found.lastgroup:
        case "tag":
            return "\\<"
        case "definition":
            return "]\\:"
        case "bare":
            return found[0] if is_allowed(_trimmed(found[0]), hosts) else _as_code(found[0])
        case "auto":
            return found[0] if is_allowed(found["auto"], hosts) else _as_code(found["auto"])
        case "link":
            return _safe_link(found, hosts)
        case _:
            return found[0]


def _safe_link(found: re.Match[str], hosts: Collection[str]) -> str:
    address, words = found["to"].strip("<>"), found["words"]
    if is_allowed(address, hosts):
        return found[0]
    if found[0].startswith("!") or not address or "`" in address or "\n" in address:
        return words
    return _as_code(address) if words in ("", address) else f"{words} ({_as_code(address)})"


def _as_code(address: str) -> str:
    shown = _trimmed(address)
    return f"`{shown}`{address[len(shown) :]}" if shown else address


def _trimmed(address: str) -> str:
    return address.rstrip(_TRAILING)


def _plain(text: str) -> str:
    """Take all markup off but the marks of citations."""
    parts: list[str] = []
    at = 0
    for found in _BARE_ALONE.finditer(text):
        parts += [_escaped(text[at : found.start()]), _as_code(found[0])]
        at = found.end()
    return "".join([*parts, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: found[1] or f"\\{found[2]}", text)
