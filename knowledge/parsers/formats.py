"""The formats we read. To add one, write its file with `parse(source) -> Parsed` and add its line here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from knowledge.parsers.document import Parsed
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: `label` as in "a PDF document", `module` the parser, imported only when it is needed."""

    name: str
    label: Phrase
    media_type: str
    module: str
    extensions: tuple[str, ...]

    def parser(self) -> Callable[[Source], Parsed]:
        """The parser's entry."""
        return import_module(f"knowledge.parsers.{self.module}").parse


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

FORMATS = (
    Format("pdf", Phrase("a PDF document"), "application/pdf", "pdf", ("pdf",)),
    Format("epub", Phrase("an EPUB book"), "application/epub+zip", "epub", ("epub",)),
    Format("docx", Phrase("a Word document"), _WORD, "docx", ("docx",)),
    Format("pptx", Phrase("a PowerPoint presentation"), _SLIDES, "pptx", ("pptx",)),
    Format("html", Phrase("a web page"), "text/html", "html", ("html", "htm", "xhtml", "shtml")),
    Format("markdown", Phrase("a Markdown text"), "text/markdown", "markdown", ("md", "markdown", "mdown", "mkd")),
    Format("csv", Phrase("a table"), "text/csv", "csv", ("csv", "tsv")),
    Format("text", Phrase("a text"), "text/plain", "text", ("txt", "text", "rst", "log", "asc", "")),
    Format("gz", Phrase("a compressed file"), "application/gzip", "gz", ("gz",)),
)


def by_name(name: str) -> Format:
    """The format with this name."""
    return next(entry for entry in FORMATS if entry.name == name)


def by_extension(extension: str) -> Format | None:
    """The format that a file's extension, without dot and in lower case, promises."""
    return next((entry for entry in FORMATS if extension in entry.extensions), None)


ARCHIVE = Format("zip", Phrase("a zip archive"), "application/zip", "", ("zip",))
