"""A single file compressed with gzip, as Debian ships its manuals."""

import gzip
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path

from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, TooBig, UnsupportedFormat
from knowledge.parsers.formats import by_name
from knowledge.parsers.sniff import sniff
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase

MOST_BYTES = 300 << 20
_PIECE = 1 << 16


def parse(source: Source) -> Parsed:
    """Unpacks the file and parses what is inside."""
    name = source.name[:-3] if source.name.lower().endswith(".gz") else source.name
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / "inner"
        _unpack(source, inner)
        kind = sniff(inner, name)
        if kind.name in ("gz", "zip"):
            raise UnsupportedFormat(source.name, Phrase("an archive inside a compressed file"))
        parsed = kind.parser()(replace(source, path=inner, name=name))
    return parsed


def _unpack(source: Source, target: Path) -> None:
    size = 0
    try:
        with gzip.open(source.path) as packed, target.open("wb") as out:
            while piece := packed.read(_PIECE):
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooBig(
                        source.name, Phrase("it unpacks to more than {megabytes} MB", megabytes=MOST_BYTES >> 20)
                    )
                out.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise Damaged(source.name, by_name("gz").label) from error
