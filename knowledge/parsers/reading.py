"""Reading one file inside this process: sniff, parse, and translate whatever a vendor raises."""

from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, NoText, ParserError, UnsupportedFormat
from knowledge.parsers.formats import ARCHIVE
from knowledge.parsers.sniff import sniff
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase


def read(source: Source) -> Parsed:
    """The parsed document.

    Raises a ParserError, or MemoryError. Vendors raise anything at all on damaged files, so here, at the edge of the
    sandbox, everything else means Damaged.
    """
    kind = sniff(source.path, source.name)
    if kind == ARCHIVE:
        raise UnsupportedFormat(source.name, Phrase("an archive inside another file"))
    try:
        parsed = kind.parser()(source)
    except (ParserError, MemoryError):
        raise
    except Exception as error:
        raise Damaged(source.name, kind.label) from error
    if not any(page.text.strip() for page in parsed.pages):
        raise NoText(source.name, Phrase("it holds no words. Please check that it is the right file."))
    return parsed
