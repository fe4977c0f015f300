"""Markdown, read through its tokens."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.parsers.builder import Builder
from knowledge.parsers.clean import clean
from knowledge.parsers.document import Parsed
from knowledge.parsers.encoding import decode
from knowledge.parsers.source import Source

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_TITLE = re.compile(r"^title:\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)


def parse(source: Source) -> Parsed:
    """Parses Markdown with tables; a front matter gives the title and is not text."""
    text = clean(decode(source.path.read_bytes()))
    title = ""
    if front := _FRONT_MATTER.match(text):
        found = _TITLE.search(front.group(1))
        title = found.group(1) if found else ""
        text = text[front.end() :]
    reader = _Reader(Builder(source, "text/markdown"))
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        reader.take(token)
    return reader.builder.build(title)


class _Reader:
    """Walks the tokens and knows in which list, item or table it is."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        builder.page()
        self._heading = 0
        self._lists: list[int] = []  # the number of the next item, 0 where items have bullets
        self._opens_item = False
        self._rows: list[list[str]] | None = None

    def take(self, token: Token) -> None:
        """Takes the next token."""
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1:])
            case "heading_close":
                self._heading = 0
            case "bullet_list_open":
                self._lists.append(0)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._opens_item = True
            case _:
                self._take_content(token)

    def _take_content(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._take_text(_plain(token))
            case "fence" | "code_block":
                self.builder.code(token.content)
            case "table_open":
                self._rows = []
            case "tr_open" if self._rows is not None:
                self._rows.append([])
            case "table_close" if self._rows is not None:
                self.builder.table("\n".join(" | ".join(row) for row in self._rows))
                self._rows = None
            case _:
                return

    def _take_text(self, text: str) -> None:
        if self._rows is not None:
            self._rows[-1].append(text)
        elif self._heading:
            self.builder.heading(self._heading, text)
        elif self._lists and self._opens_item:
            self.builder.list_item(len(self._lists), text, self._mark())
            self._opens_item = False
        else:
            self.builder.paragraph(text)

    def _mark(self) -> str:
        number = self._lists[-1]
        if not number:
            return "•"
        self._lists[-1] += 1
        return f"{number}."


def _plain(token: Token) -> str:
    words: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "image":
            words.append(child.content)
    return "".join(words)
