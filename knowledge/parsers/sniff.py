"""What a file is: its first bytes decide, its name only chooses among the kinds of text."""

import re
import zipfile
from pathlib import Path, PurePosixPath

from knowledge.parsers.errors import ArchiveTooBig, Damaged, EmptyFile, PasswordProtected, UnsupportedFormat
from knowledge.parsers.formats import ARCHIVE, Format, by_extension, by_name
from knowledge.parsers.zips import has_huge_contents
from knowledge.phrases import Phrase

_HEAD = 8192
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")

# First bytes of kinds that we do not read, each with the words for the answer.
_FOREIGN: tuple[tuple[re.Pattern[bytes], Phrase], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (rb"MZ", Phrase("a Windows program")),
        (rb"\x7fELF", Phrase("a Linux program")),
        (rb"(\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe)", Phrase("a macOS program")),
        (rb"\xca\xfe\xba\xbe", Phrase("a compiled program")),
        (
            rb"\x89PNG|\xff\xd8\xff|GIF8|BM....\0\0|II\*\0|MM\0\*|RIFF....WEBP|....ftyp(heic|avif|mif1)",
            Phrase("a picture"),
        ),
        (
            rb"ID3|OggS|fLaC|RIFF....(WAVE|AVI )|....ftyp|\x1aE\xdf\xa3|\xff[\xfb\xf3\xf2]",
            Phrase("an audio or video file"),
        ),
        (rb"Rar!", Phrase("a RAR archive")),
        (rb"7z\xbc\xaf\x27\x1c", Phrase("a 7-Zip archive")),
        (rb"BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd", Phrase("a compressed archive")),
        (rb".{257}ustar", Phrase("a tar archive")),
        (rb"SQLite format 3\0", Phrase("a database")),
        (rb"\{\\rtf", Phrase("an RTF document")),
        (rb"%!PS", Phrase("a PostScript file")),
        (rb".{60}BOOKMOBI", Phrase("a Kindle book")),
        (rb"AT&TFORM", Phrase("a DjVu document")),
    )
)
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html[\s>])", re.DOTALL | re.IGNORECASE)
_BINARY_FORMATS = ("pdf", "epub", "docx", "pptx", "gz")


def sniff(path: Path, name: str) -> Format:
    """The format of a file, or an error that says what the file is instead."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise EmptyFile(name)
    promised = by_extension(extension(name))
    if b"%PDF-" in head[:1024]:
        return by_name("pdf")
    if head.startswith(b"\x1f\x8b"):
        return by_name("gz")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _inside_zip(path, name, promised)
    if head.startswith(_OLE):
        raise _office_error(path, name)
    for pattern, words in _FOREIGN:
        if pattern.match(head):
            raise UnsupportedFormat(name, words)
    return _kind_of_text(head, name, promised)


def extension(name: str) -> str:
    """The extension of a file's name, in lower case and without its dot."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".")


def _inside_zip(path: Path, name: str, promised: Format | None) -> Format:
    if has_huge_contents(path):
        raise ArchiveTooBig(name, Phrase("it lists too many files"))
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename for member in archive.infolist()}
            kind = _mimetype(archive) if "mimetype" in members else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Damaged(name, (promised or ARCHIVE).label) from error
    if kind.strip() == b"application/epub+zip" or "META-INF/container.xml" in members:
        return by_name("epub")
    if "[Content_Types].xml" in members:
        return _office_kind(members, name)
    if promised and promised.name in ("docx", "pptx", "epub"):
        raise Damaged(name, promised.label)
    return ARCHIVE


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    with archive.open("mimetype") as member:
        return member.read(40)


def _office_kind(members: set[str], name: str) -> Format:
    folders = {member.split("/", 1)[0] for member in members}
    if "word" in folders:
        return by_name("docx")
    if "ppt" in folders:
        return by_name("pptx")
    is_workbook = "xl" in folders
    raise UnsupportedFormat(
        name, Phrase("an Excel workbook") if is_workbook else Phrase("an Office file of another kind")
    )


def _office_error(path: Path, name: str) -> Exception:
    """Old binary Office files and encrypted new ones share one container."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        is_encrypted = _ENCRYPTED_OFFICE in head or _ENCRYPTED_OFFICE in file.read()
    if is_encrypted:
        return PasswordProtected(name)
    return UnsupportedFormat(name, Phrase("an Office file of the old kind (save it as .docx or .pptx)"))


def _kind_of_text(head: bytes, name: str, promised: Format | None) -> Format:
    if promised and promised.name in _BINARY_FORMATS:
        raise Damaged(name, promised.label)
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and not _is_text(head):
        raise UnsupportedFormat(name, Phrase("a binary file of a kind I do not know"))
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return by_name("html")
    return promised or by_name("text")


def _is_text(head: bytes) -> bool:
    """Few control characters; NULs count only where they do not look like UTF-16 without a mark."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) * 0.2 and min(even, odd) < len(head) * 0.02:
        return True
    odd_bytes = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 or byte == 127 for byte in head)
    return odd_bytes <= len(head) * 0.1
