"""Web pages: the title and the main content, without what surrounds it."""

from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from knowledge.parsers.builder import Builder
from knowledge.parsers.clean import clean, clean_line
from knowledge.parsers.document import Parsed
from knowledge.parsers.encoding import decode
from knowledge.parsers.errors import NoText
from knowledge.parsers.markup import Walker, inline_text, name_of
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage]

_MAIN = (
    "//main",
    "//*[@role='main']",
    "//article[not(ancestor::article)]",
    "//*[@id='main-content' or @id='content' or @id='main']",
)
_LEAST_SHARE = 0.25


def parse(source: Source) -> Parsed:
    """Parses one HTML file, in the character set that it declares or shows."""
    tree = open_tree(source)
    builder = Builder(source, "text/html")
    builder.page()
    for part in _main(tree):
        Walker(builder).walk(part)
    return builder.build(_title(tree, builder))


def open_tree(source: Source) -> "Element":
    """The tree of an HTML file; nothing outside the file is ever loaded."""
    data = source.path.read_bytes()
    declared = _declared_encoding(data[:2048])
    text = clean(_decoded(data, declared))
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        tree = etree.fromstring(text.encode(), parser)
    except etree.ParserError as error:
        raise NoText(source.name, Phrase("the page is empty.")) from error
    if tree is None:
        raise NoText(source.name, Phrase("the page is empty."))
    return tree


def _declared_encoding(head: bytes) -> str:
    marker = head.lower().find(b"charset=")
    if marker < 0:
        return ""
    rest = head[marker + 8 :].lstrip(b"\"' ")
    return rest.split(b'"')[0].split(b"'")[0].split(b">")[0].split(b";")[0].split()[0].decode("ascii", "ignore")


def _decoded(data: bytes, declared: str) -> str:
    if declared and not declared.lower().startswith(("utf-16", "utf-8", "utf8")):
        try:
            return data.decode(declared)
        except (LookupError, UnicodeDecodeError):
            return decode(data)
    return decode(data)


def _main(tree: "Element") -> list["Element"]:
    """The element or elements that hold the content; the body, where those hold too little of it."""
    body = next((child for child in tree.iterdescendants() if name_of(child) == "body"), tree)
    whole = len(inline_text(body))
    for query in _MAIN:
        found: list[Element] = tree.xpath(query)  # pyright: ignore[reportAssignmentType]
        if found and sum(len(inline_text(part)) for part in found) >= whole * _LEAST_SHARE:
            return found
    return [body]


def _title(tree: "Element", builder: Builder) -> str:
    """The only top heading, or what the page calls itself."""
    headings = [clean_line(inline_text(part)) for part in tree.iter("h1")]
    if len(headings) == 1 and any(block.kind == "heading" and block.level == 1 for block in builder.blocks):
        return headings[0]
    title = next(tree.iter("title"), None)
    return clean_line(title.text or "") if title is not None else ""
