"""What somebody wrote: the text without the bot's name, with the addresses behind its links, and what it replies to.

Teams sends the text twice: with `<at>` around names, and as HTML beside it, which alone has links and quotations.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bots.fields import Fields, part, parts, text

HTML = "text/html"
_QUOTED = 500
_BLOCKS = frozenset({"p", "div", "li", "tr", "pre", "blockquote", "h1", "h2", "h3", "ul", "ol", "table"})
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_AT = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
_NAMES = re.compile(r"<at\b[^<>]*>[^<>]*</at>|\ue000\d+\ue001", re.IGNORECASE)
_LONGEST_HTML = 100_000
_DECLARED = re.compile(r"<[!?][^<>]*>")
_OPEN = re.compile(r"<(?=[!?]|[^<>]*(?:<|\Z))")
"""A sign that begins no tag: the parser would look for its end again and again, or give up."""


@dataclass(frozen=True, slots=True)
class Words:
    """What was said: whether it names the bot, or others alone, and what it quotes, of the bot or of somebody else."""

    text: str
    named: bool = False
    names_others: bool = False
    quoted: str = ""
    answers: bool = False


def words_of(activity: Fields, bots: Iterable[str]) -> Words:
    """Read what an activity says to one of these ids of the bot."""
    page = _Page.of(activity)
    ours = frozenset(bots)
    mentions = [entity for entity in parts(activity, "entities") if text(entity, "type").lower() == "mention"]
    own = [entity for entity in mentions if text(part(entity, "mentioned"), "id") in ours]
    marked = page.marked(mentions) if page.quoted else _decoded(activity, page)
    said = _with_names(_without_marks(marked, own), mentions)
    if not page.quoted:
        said = _with_addresses(said, page.links)
    others = bool(mentions) and not own
    return Words(said.strip(), bool(own), others, page.quoted[:_QUOTED], page.author in ours)


def _without_marks(said: str, own: list[Fields]) -> str:
    """Cut the bot's name out, closing the gap as a person would."""
    for entity in own:
        mark = html.unescape(text(entity, "text"))
        for each in dict.fromkeys((text(entity, "text"), mark)):
            while each.strip() and each in said:
                before, _, after = said.partition(each)
                said = _closed(before.rstrip(" \u00a0"), after.lstrip(" \u00a0"))
    return said


def _with_names(said: str, mentions: list[Fields]) -> str:
    """Let other names stand as they are read; what only looks like a mention is what somebody wrote."""
    for entity in mentions:
        for mark in dict.fromkeys((text(entity, "text"), html.unescape(text(entity, "text")))):
            if mark.strip():
                said = said.replace(mark, html.unescape(_AT.sub("", text(entity, "text"))))
    return said


def _closed(before: str, after: str) -> str:
    if not before.strip():
        return after.lstrip(",: \n")
    if not after or after[0] in ".;:!?":
        return before.rstrip(", ") + after
    return f"{before}{after}" if before.endswith("\n") or after[0] in "\n," else f"{before} {after}"


def _with_addresses(said: str, links: list[tuple[str, str]]) -> str:
    """Write the addresses behind words out: they are as much said as the words."""
    at = 0
    for label, address in links:
        place = said.find(label, at) if label else -1
        if place >= 0:
            at = place + len(label)
            said = f"{said[:at]} {address}{said[at:]}"
            at += len(address) + 1
    return said


def _decoded(activity: Fields, page: _Page) -> str:
    """Give the text with the signs that were typed; some clients escape them as HTML, and the page beside tells."""
    said = text(activity, "text")
    if text(activity, "textFormat").lower() in ("xml", "html"):
        return _Page.read(said).text
    unescaped = html.unescape(said)
    if unescaped != said and html.unescape(_bare(said)) == _bare(page.text):
        return unescaped.replace("\u00a0", " ")
    return said.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\r\n", "\n")


def _bare(words: str) -> str:
    return "".join(_NAMES.sub("", words).split())


@dataclass(slots=True)
class _Page:
    """The HTML beside a text: its words, its links, and the quotation it begins with."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    quoted: str = ""
    author: str = ""

    @classmethod
    def of(cls, activity: Fields) -> _Page:
        found = [each for each in parts(activity, "attachments") if text(each, "contentType").lower() == HTML]
        page = cls.read("".join(text(each, "content") for each in found))
        for each in parts(activity, "attachments"):
            if text(each, "contentType") == "messageReference" and not page.quoted:
                page.quoted = text(part(each, "content"), "messagePreview")
        return page

    @classmethod
    def read(cls, source: str) -> _Page:
        page = cls()
        reader = _Reader(page)
        reader.feed(_harmless(source[:_LONGEST_HTML]))
        reader.close()
        page.text = _tidy("".join(reader.out))
        page.quoted = _tidy("".join(reader.quote))
        return page

    def marked(self, mentions: list[Fields]) -> str:
        """Give the words around the quotation, with the names of those who are mentioned marked as in a text."""
        words = self.text
        for number, entity in enumerate(mentions):
            words = words.replace(f"\ue000{number}\ue001", text(entity, "text"))
        return words


class _Reader(HTMLParser):
    """Turns a page into words."""

    def __init__(self, page: _Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self.out: list[str] = []
        self.quote: list[str] = []
        self._quoting = 0
        self._preview = False
        self._mention: str | None = None
        self._link: tuple[str, int] | None = None
        """Where the link leads that is being read, and with which piece its words begin."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "blockquote" and (self._quoting or given.get("itemtype", "").endswith("/Reply")):
            self._quoting += 1
        elif self._quoting:
            self._quotation(tag, given)
        elif tag == "span" and given.get("itemtype", "").endswith("/Mention"):
            self._mention = given.get("itemid", "")
        elif tag == "a":
            self._link = (given.get("href", ""), len(self.out))
        elif tag == "br" or tag in _BLOCKS:
            self.out.append("\n")

    def _quotation(self, tag: str, given: dict[str, str]) -> None:
        if given.get("itemprop") == "mri":
            self._page.author = given.get("itemid", "")
        self._preview = given.get("itemprop") == "preview" or (self._preview and tag not in ("span", "strong"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._quoting:
            self._quoting -= 1
            self._preview = False
        elif self._quoting:
            return
        elif tag == "span" and self._mention is not None:
            self._mention = None
        elif tag == "a" and self._link is not None:
            address, start = self._link
            label = _tidy("".join(self.out[start:]))
            if address.startswith(("https://", "http://")) and label not in (address, address.rstrip("/")):
                self._page.links.append((label, address))
            self._link = None
        elif tag in _BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if self._quoting:
            if self._preview:
                self.quote.append(data)
        elif self._mention is not None and self._mention.isdecimal():
            self.out.append(f"\ue000{int(self._mention[:4])}\ue001")
            self._mention = ""
        elif self._mention != "":
            self.out.append(data)


def _harmless(source: str) -> str:
    """Take out of a page what is never shown, and let only tags look like tags; in one pass, however long it is."""
    kept, *rest = source.split("<!--")
    for each in rest:
        _, end, after = each.partition("-->")
        kept += after if end else f"&lt;!--{each}"
    return _OPEN.sub("&lt;", _DECLARED.sub("", kept))


def _tidy(words: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in words.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
