"""EPUB books: the XHTML files of the spine in reading order, one page a file."""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html

from knowledge.parsers.builder import Builder
from knowledge.parsers.clean import clean_line
from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, PasswordProtected
from knowledge.parsers.formats import by_name
from knowledge.parsers.markup import Walker, inline_text, name_of
from knowledge.parsers.packed import check_size
from knowledge.parsers.source import Source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage]

_MEDIA_TYPE = "application/epub+zip"
_NUMBERED = re.compile(r"(?:chapter\s+)?(\d+|[IVXLC]+)[.:\s]", re.IGNORECASE)
_NAVIGATION = re.compile(r"(^|/)(toc|nav|contents|genindex|index_terms|search)\.x?html?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Book:
    title: str
    spine: tuple[str, ...]


def parse(source: Source) -> Parsed:
    """Parses an EPUB 2 or 3; tables of contents and indexes are left out."""
    check_size(source)
    with zipfile.ZipFile(source.path) as archive:
        book = _open_book(archive, source)
        builder = Builder(source, _MEDIA_TYPE, "chapter")
        labels: set[str] = set()
        for done, member in enumerate(book.spine, 1):
            _add_chapter(builder, _tree(archive.read(member)), labels)
            source.progress(done, len(book.spine))
    return builder.build(book.title)


def _open_book(archive: zipfile.ZipFile, source: Source) -> _Book:
    names = set(archive.namelist())
    package = _package_path(archive, source)
    tree = _xml(archive.read(package))
    folder = posixpath.dirname(package)
    items = {item.get("id"): item for item in tree.iter("{*}item")}
    spine: list[str] = []
    for reference in tree.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        member = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        if member in names and not _NAVIGATION.search(member) and "html" in (item.get("media-type") or ""):
            spine.append(member)
    if _encrypted(archive, names) & set(spine):
        raise PasswordProtected(source.name)
    title = next((element.text or "" for element in tree.iter("{*}title")), "")
    return _Book(clean_line(title), tuple(spine))


def _package_path(archive: zipfile.ZipFile, source: Source) -> str:
    root = next(_xml(archive.read("META-INF/container.xml")).iter("{*}rootfile"), None)
    path = root.get("full-path") if root is not None else None
    if not path:
        raise Damaged(source.name, by_name("epub").label)
    return path


def _encrypted(archive: zipfile.ZipFile, names: set[str]) -> set[str]:
    if "META-INF/encryption.xml" not in names:
        return set()
    tree = _xml(archive.read("META-INF/encryption.xml"))
    return {unquote(reference.get("URI") or "") for reference in tree.iter("{*}CipherReference")}


def _xml(data: bytes) -> "Element":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    return etree.fromstring(data, parser)


def _tree(data: bytes) -> "Element | None":
    """XHTML is read leniently, as HTML: books seldom are well-formed, and named entities need no DTD."""
    text = re.sub(rb"^\s*(<\?xml[^>]*\?>)?\s*", b"", data.removeprefix(b"\xef\xbb\xbf"))
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    return etree.fromstring(text, parser) if text.strip() else None


def _add_chapter(builder: Builder, tree: "Element | None", labels: set[str]) -> None:
    if tree is None:
        return
    body = next((child for child in tree.iter() if name_of(child) == "body"), tree)
    if not inline_text(body).strip():
        return
    builder.page(_label(body, labels))
    Walker(builder).walk(body)


def _label(body: "Element", taken: set[str]) -> str:
    """ "chapter 7" where the heading says so and no other chapter does, otherwise the heading."""
    heading = next((part for part in body.iter() if name_of(part) in ("h1", "h2", "h3")), None)
    words = clean_line(inline_text(heading)) if heading is not None else ""
    found = _NUMBERED.match(words)
    if found and f"chapter {found.group(1)}" not in taken:
        label = f"chapter {found.group(1)}"
    else:
        label = f"“{words[:80]}”" if words else ""
    taken.add(label)
    return label
