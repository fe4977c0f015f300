"""What a platform makes of what we write: readers of rich text and of Markdown that accept nothing else.

Each gives every visible character with what it is formatted by, as `formatting` does for a flat text; what is read as
an HTML tag, a heading, a picture, a table or a mention fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bots.markup import Flat
from bots.markup.flat import end_of, is_blank

Kinds = frozenset[tuple[str, str]]
Looks = list[tuple[str, Kinds]]

STYLES = {"bold": "bold", "italic": "italic", "strike": "strikethrough", "code": "code"}
SPANS = {"strong": "bold", "em": "italic", "s": "strikethrough"}


@dataclass
class Reading:
    """What was read: characters with their formatting, blocks of code, and lists' signs with their depth."""

    characters: Looks = field(default_factory=list[tuple[str, Kinds]])
    codes: list[str] = field(default_factory=list[str])
    signs: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def write(self, text: str, kinds: Iterable[tuple[str, str]] = ()) -> None:
        look = frozenset(kinds)
        self.characters += [(character, look) for character in text]

    @property
    def lines(self) -> list[str]:
        """Give the lines in which something can be seen."""
        text = "".join(character for character, _ in self.characters)
        return [bare for line in text.split("\n") if (bare := squeezed(line))]

    @property
    def looks(self) -> Looks:
        """Give the visible characters."""
        return [(character, kinds) for character, kinds in self.characters if not is_blank(character)]


def squeezed(line: str) -> str:
    """Take what cannot be seen out of a line, and all of its white space."""
    return "".join(character for character in line if not is_blank(character))


def read_flat(flat: Flat) -> Reading:
    """Read what should be seen."""
    reading = Reading(signs=[(item.depth, item.sign.strip()) for item in flat.items if item.lead])
    over: list[set[tuple[str, str]]] = [set() for _ in flat.text]
    for entity in flat.entities:
        for place in range(entity.offset, end_of(entity)):
            over[place].add((entity.kind, entity.value))
        if entity.kind == "pre":
            reading.codes.append(flat.text[entity.offset : end_of(entity)])
    for character, kinds in zip(flat.text, over, strict=True):
        reading.write(character, kinds)
    return reading


def read_rich_text(blocks: Iterable[Mapping[str, Any]]) -> Reading:
    """Read Slack's blocks; every key and every type of them must be one that we know Slack to take."""
    reading = Reading()
    for block in blocks:
        assert set(block) == {"type", "elements"} and block["type"] == "rich_text" and block["elements"]
        for element in block["elements"]:
            _read_element(reading, element)
            reading.write("\n")
    return reading


def _read_element(reading: Reading, element: Mapping[str, Any]) -> None:
    assert element["elements"], element
    quote = {("blockquote", "")} if element.get("border") else set[tuple[str, str]]()
    match element["type"]:
        case "rich_text_section":
            assert set(element) == {"type", "elements"}
            _read_inlines(reading, element, set())
        case "rich_text_quote":
            assert set(element) == {"type", "elements"}
            _read_inlines(reading, element, {("blockquote", "")})
        case "rich_text_preformatted":
            assert set(element) <= {"type", "elements", "border"}
            assert [set(inline) for inline in element["elements"]] == [{"type", "text"}]
            _read_inlines(reading, element, {("pre", ""), *quote})
            reading.codes.append(element["elements"][0]["text"])
        case "rich_text_list":
            assert set(element) <= {"type", "elements", "style", "indent", "offset", "border"}
            assert 0 <= element["indent"] <= 8 and element.get("offset", 1) > 0
            for place, section in enumerate(element["elements"], element.get("offset", 0) + 1):
                sign = {"bullet": "•", "ordered": f"{place}."}[element["style"]]
                assert section["type"] == "rich_text_section" and section["elements"]
                reading.signs.append((element["indent"], sign))
                reading.write(sign, quote)
                _read_inlines(reading, section, quote)
                reading.write("\n")
        case other:
            raise AssertionError(other)


def _read_inlines(reading: Reading, section: Mapping[str, Any], kinds: set[tuple[str, str]]) -> None:
    for inline in section["elements"]:
        assert set(inline) <= {"type", "text", "style", "url"} and inline["text"]
        assert inline["type"] == ("link" if "url" in inline else "text")
        assert all(value is True for value in inline.get("style", {"": True}).values())
        style = {(STYLES[name], "") for name in inline.get("style", {})}
        link = {("text_link", inline["url"])} if "url" in inline else set[tuple[str, str]]()
        reading.write(inline["text"], kinds | style | link)


def read_markdown(text: str) -> Reading:
    """Read Markdown as a platform does that takes every tag, table and list for one."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reading, quotes, lists = Reading(), 0, list[int | None]()
    for token in parser.parse(text):
        quote = {("blockquote", "")} if quotes else set[tuple[str, str]]()
        match token.type:
            case "blockquote_open" | "blockquote_close":
                quotes += token.nesting
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                sign = "•" if lists[-1] is None else f"{lists[-1]}."
                lists[-1] = None if lists[-1] is None else lists[-1] + 1
                reading.signs.append((len(lists) - 1, sign))
                reading.write(sign, quote)
            case "fence":
                reading.write(token.content, {("pre", token.info), *quote})
                reading.codes.append(token.content.removesuffix("\n"))
            case "inline":
                _read_tokens(reading, token.children or [], quote)
                reading.write("\n")
            case "paragraph_open" | "paragraph_close" | "list_item_close":
                pass
            case other:
                raise AssertionError((other, text))
    assert quotes <= 1
    return reading


def _read_tokens(reading: Reading, tokens: Iterable[Token], around: set[tuple[str, str]]) -> None:
    open_ = list[tuple[str, str]]()
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                reading.write(token.content, {*around, *open_})
            case "code_inline":
                reading.write(token.content, {*around, *open_, ("code", "")})
            case "hardbreak":
                reading.write("\n")
            case "link_open":
                open_.append(("text_link", str(token.attrs["href"])))
            case "strong_open" | "em_open" | "s_open":
                open_.append((SPANS[token.type.removesuffix("_open")], ""))
            case "link_close" | "strong_close" | "em_close" | "s_close":
                open_.pop()
            case other:
                raise AssertionError(other)
