"""Walks a tree of HTML or XHTML and hands its headings, paragraphs, lists, tables and code to a builder."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from knowledge.parsers.builder import Builder

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage]

_DROPPED = frozenset(
    (
        *(
            "script",
            "style",
            "nav",
            "aside",
            "footer",
            "noscript",
            "template",
            "iframe",
            "object",
            "svg",
            "math",
            "form",
        ),
        *(
            "button",
            "select",
            "input",
            "textarea",
            "canvas",
            "audio",
            "video",
            "head",
            "map",
            "dialog",
            "menu",
            "rp",
            "rt",
        ),
    )
)
_DROPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"))
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *(
            "figcaption",
            "figure",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hgroup",
            "hr",
            "li",
            "main",
            "ol",
            "p",
        ),
        *("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PERMALINKS = frozenset(("¶", "#", "§", "🔗"))
_LOCAL = re.compile(r"(?!\w+:|//)")
_FEWEST_LINKS = 8


def name_of(element: "Element") -> str:
    """The local name of an element; "" for comments and instructions."""
    tag = cast("object", element.tag)
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def inline_text(element: "Element") -> str:
    """The words of an element and all visible ones inside it."""
    return "".join(_words(element))


def _all_text(element: "Element") -> str:
    return "".join(str(words) for words in element.itertext()).strip()


def _words(element: "Element") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = name_of(child)
        if name == "br":
            yield "\n"
        elif name == "img":
            yield child.get("alt") or ""
        elif name and not is_dropped(child, name):
            blank = " " if name in _BLOCKS else ""
            yield blank
            yield from _words(child)
            yield blank
        yield child.tail or ""


def is_dropped(element: "Element", name: str) -> bool:
    """Whether an element is not content: scripts, navigation, hidden parts, marks that link to a heading."""
    if name in _DROPPED or element.get("role") in _DROPPED_ROLES or element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") == "true" or _HIDDEN.search(element.get("style") or ""):
        return True
    return name == "a" and (_all_text(element) in _PERMALINKS or _is_note_mark(element))


def _is_note_mark(link: "Element") -> bool:
    """The little number that leads to a footnote."""
    kind = link.get("class") or "", link.get("role") or "", link.get("{http://www.idpf.org/2007/ops}type") or ""
    return "footnote-reference" in kind[0] or kind[1] == "doc-noteref" or "noteref" in (*kind, link.get("epub:type"))


class Walker:
    """One walk over a tree; `header` elements are content, their navigation is not."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._inline: list[str] = []
        self._lists: list[int] = []  # the number of the next item, 0 where items have bullets
        self._opens_item = False

    def walk(self, element: "Element") -> None:
        """Walks the content of `element`."""
        self._content(element)
        self._flush()

    def _content(self, element: "Element") -> None:
        self._inline.append(element.text or "")
        for child in element:
            name = name_of(child)
            if name and not is_dropped(child, name):
                self._child(child, name)
            self._inline.append(child.tail or "")

    def _child(self, child: "Element", name: str) -> None:
        if name == "br":
            self._inline.append("\n")
        elif name in _BLOCKS:
            self._flush()
            self._block(child, name)
            self._flush()
        elif self._holds_blocks(child):
            self._content(child)
        else:
            self._inline.append(child.get("alt") or "" if name == "img" else inline_text(child))

    def _holds_blocks(self, element: "Element") -> bool:
        return any(name_of(inner) in _BLOCKS for inner in element.iterdescendants())

    def _block(self, element: "Element", name: str) -> None:
        if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._builder.heading(int(name[1]), inline_text(element))
        elif name == "pre":
            self._builder.code(inline_text(element))
        elif name in ("ul", "ol"):
            self._list(element, name)
        elif name == "li":
            self._opens_item = True
            self._content(element)
            self._flush()
            self._opens_item = False
        elif name == "table" and _is_data(element):
            self._builder.table(_table(element))
        else:
            self._content(element)

    def _list(self, element: "Element", name: str) -> None:
        if _is_contents(element):
            return
        opened, self._opens_item = self._opens_item, False
        start = element.get("start") or "1"
        self._lists.append((int(start) if start.isdigit() else 1) if name == "ol" else 0)
        self._content(element)
        self._lists.pop()
        self._opens_item = opened

    def _flush(self) -> None:
        text = "".join(self._inline)
        self._inline = []
        if not text.strip():
            return
        if self._opens_item:
            self._opens_item = False
            self._builder.list_item(max(1, len(self._lists)), text, self._mark())
        else:
            self._builder.paragraph(text)

    def _mark(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "•"
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}."


def _is_contents(element: "Element") -> bool:
    """A list of nothing but links inside the site is a table of contents or a menu."""
    links = [
        link for link in element.iterdescendants() if name_of(link) == "a" and _LOCAL.match(link.get("href") or "")
    ]
    if len(links) < _FEWEST_LINKS:
        return False
    linked = sum(len(_all_text(link)) for link in links)
    return linked > 0.85 * len(" ".join(_all_text(element).split()))


def _is_data(table: "Element") -> bool:
    """A table of rows and cells, as against one that lays out a page."""
    names = {name_of(inner) for inner in table.iterdescendants()}
    return not names & {"table", "h1", "h2", "h3", "pre"} and "tr" in names


def _table(table: "Element") -> str:
    rows = (row for row in table.iterdescendants() if name_of(row) == "tr")
    lines: list[str] = []
    for row in rows:
        cells = [" ".join(inline_text(cell).split()) for cell in row if name_of(cell) in ("td", "th")]
        if any(cells):
            lines.append(" | ".join(cells))
    return "\n".join(lines)
