"""What people read of a text: Markdown and a subset of HTML interpreted as Teams does it in messages.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages. A line break inside a
paragraph is no line break; tables, headings, rules and pictures are not formatted in text messages; `<at>` is a mention
only when an entity says so, and is read literally otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt

BLOCKS = frozenset({"p", "div", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table"})
INLINE = frozenset({"b", "strong", "i", "em", "u", "s", "strike", "del", "a", "code", "span", "br", "li", "hr"})
CELLS = frozenset({"tr", "td", "th", "thead", "tbody", "img"})
KNOWN = BLOCKS | INLINE | CELLS
UNFORMATTED = {"hr": "a horizontal rule", "img": "a picture link"} | {f"h{level}": "a heading" for level in range(1, 7)}
TABLE = re.compile(r"^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|[\s:|-]*$", re.MULTILINE)
MARK = ("\ue000", "\ue001")


@dataclass(slots=True)
class Text:
    """A text as people read it."""

    plain: str = ""
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Label and address."""
    mentions: list[str] = field(default_factory=list[str])
    """Ids of the accounts that are mentioned."""
    styles: set[str] = field(default_factory=set[str])
    """Tags that took effect, such as strong, code, ul."""
    problems: list[str] = field(default_factory=list[str])


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("strikethrough")


def read(text: str, form: str, entities: list[dict[str, Any]]) -> Text:
    """The text of an activity in this text format, with its mentions."""
    found = Text()
    marked, names = _mark_mentions(text, entities, found)
    if form == "plain":
        shown = text.replace("\r\n", "\n")
    else:
        if form == "markdown" and TABLE.search(marked):
            found.problems.append("a table is not formatted in a text message")
        page = _markdown().render(marked) if form == "markdown" else marked
        shown = _Reader(found).read(page)
    for number, name in enumerate(names):
        shown = shown.replace(f"{MARK[0]}{number}{MARK[1]}", name)
    found.plain = shown
    return found


def _mark_mentions(text: str, entities: list[dict[str, Any]], found: Text) -> tuple[str, list[str]]:
    names: list[str] = []
    for entity in entities:
        if str(entity.get("type", "")).lower() != "mention":
            continue
        written = str(entity.get("text", ""))
        mentioned: dict[str, Any] = entity.get("mentioned") or {}
        if not written or written not in text or not written.startswith("<at>"):
            found.problems.append(f"the mention {written!r} is not in the text")
            continue
        text = text.replace(written, f"{MARK[0]}{len(names)}{MARK[1]}", 1)
        names.append(unescape(written.removeprefix("<at>").removesuffix("</at>")))
        found.mentions.append(str(mentioned.get("id", "")))
    return text, names


class _Reader(HTMLParser):
    """Turns the page that Teams makes of a message into what is read on it."""

    def __init__(self, found: Text) -> None:
        super().__init__(convert_charrefs=True)
        self.found = found
        self.out: list[str] = []
        self.lists: list[int] = []
        self.verbatim = 0
        self.link: tuple[str, int] | None = None

    def read(self, page: str) -> str:
        self.feed(page)
        self.close()
        return re.sub(r"\n{3,}", "\n\n", "".join(self.out)).strip("\n ")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            self._unknown(tag)
            return
        self.found.styles.add(tag)
        if tag in UNFORMATTED:
            self.found.problems.append(f"{UNFORMATTED[tag]} is not formatted in a text message")
        if tag in {"ul", "ol"}:
            self.lists.append(0 if tag == "ul" else int(dict(attrs).get("start") or 1))
        elif tag == "a":
            self.link = (dict(attrs).get("href") or "", len("".join(self.out)))
        self.verbatim += tag == "pre"
        if tag in BLOCKS or tag in {"li", "br", "tr"}:
            self._trim()
        self.out.append(self._opening(tag))

    def _opening(self, tag: str) -> str:
        if tag == "br":
            return "\n"
        if tag == "li":
            return self._bullet()
        if tag in {"td", "th"}:
            return "\t"
        return self._gap() if tag in BLOCKS or tag == "tr" else ""

    def _trim(self) -> None:
        """Forget the spaces before a break."""
        while self.out and not self.out[-1].strip(" "):
            self.out.pop()
        if self.out:
            self.out[-1] = self.out[-1].rstrip(" ") if not self.out[-1].endswith(("• ", ". ")) else self.out[-1]

    def _gap(self) -> str:
        text = "".join(self.out)
        if not text or text.endswith(("\n\n", "• ", ". ")):
            return ""
        return "\n" if self.lists else "\n\n"

    def _bullet(self) -> str:
        depth = "  " * (len(self.lists) - 1)
        start = "" if "".join(self.out).endswith("\n") or not self.out else "\n"
        if not self.lists or self.lists[-1] == 0:
            return f"{start}{depth}• "
        self.lists[-1] += 1
        return f"{start}{depth}{self.lists[-1] - 1}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._trim()
        if tag not in KNOWN:
            self._unknown(f"/{tag}")
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self.out.append("" if self.lists else "\n\n")
        elif tag == "pre":
            self.verbatim -= 1
        elif tag == "a" and self.link is not None:
            address, start = self.link
            self.found.links.append(("".join(self.out)[start:], address))
            self.link = None
        if tag in BLOCKS and tag not in {"ul", "ol"} and not self.lists:
            self.out.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self.verbatim:
            self.out.append(data.rstrip("\n") if data.endswith("\n") else data)
            return
        data = re.sub(r"[ \t\r\n]+", " ", data)
        before = self.out[-1] if self.out else "\n"
        if data == " " and (before.endswith(("\n", " ")) or not before):
            return
        self.out.append(data.lstrip(" ") if before.endswith("\n") else data)

    def _unknown(self, tag: str) -> None:
        if tag.strip("/") == "at":
            self.out.append(f"<{tag}>")
        else:
            self.found.problems.append(f"the markup <{tag}> is not read")


def escaped(text: str) -> str:
    """A person's text as HTML, as the attachment beside it has it."""
    return f"<p>{escape(text, quote=False)}</p>"
