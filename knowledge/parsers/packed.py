"""Documents that are zips inside (EPUB, Word, PowerPoint): how large they may be when unpacked."""

import zipfile

from knowledge.parsers.errors import TooBig
from knowledge.parsers.source import Source
from knowledge.phrases import Phrase

MOST_BYTES = 400 << 20
MOST_RATIO = 300
_RATIO_FROM = 20 << 20


def check_size(source: Source) -> None:
    """Refuses a document that unpacks to far more than it weighs; zipfile holds members to the size they declare."""
    with zipfile.ZipFile(source.path) as archive:
        members = archive.infolist()
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > MOST_BYTES or (total > _RATIO_FROM and total > MOST_RATIO * max(1, packed)):
        raise TooBig(source.name, Phrase("it unpacks to {megabytes} MB", megabytes=f"{total >> 20:,}"))
