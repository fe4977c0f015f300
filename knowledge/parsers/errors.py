"""Why a file could not be read, each with a sentence that names the file and what to do.

HubError
└── ParserError
    ├── EmptyFile            nothing in it
    ├── PasswordProtected    locked
    ├── NoText               scanned pictures, or nothing but layout
    ├── Damaged              not what its format promises
    ├── UnsupportedFormat    a format we do not read
    ├── UnsafeArchive        an archive that points outside itself
    ├── ArchiveTooBig        an archive that unpacks to too much
    ├── TooBig               more bytes or text than we take
    ├── TooDemanding         needs more memory than a file may use
    └── TooSlow              needs more time than a file may use
"""

from knowledge.errors import HubError


class ParserError(HubError):
    """A file that cannot be read; `name` is the file's name as the person sent it, `detail` a `Phrase` or a name."""

    code = "unreadable"
    sentence = "I could not read “{name}”."

    def __init__(self, name: str, detail: str = "") -> None:
        self.name = name
        self.detail = detail
        super().__init__(self.sentence, name=name, detail=detail)


class EmptyFile(ParserError):
    """The file has no content."""

    code = "empty_file"
    sentence = "“{name}” is empty. Please check the file and send it again."


class PasswordProtected(ParserError):
    """The file opens only with a password."""

    code = "password_protected"
    sentence = "“{name}” is protected with a password. Please remove the password and send it again."


class NoText(ParserError):
    """The file opens, but there is no text in it; `detail` says what it looks like."""

    code = "no_text"
    sentence = "I found no text in “{name}”: {detail}"


class Damaged(ParserError):
    """The file is not a sound example of its own format; `detail` names the format."""

    code = "damaged"
    sentence = "“{name}” looks damaged: it does not open as {detail}. Please save or download it again and resend it."


class UnsupportedFormat(ParserError):
    """A kind of file that we do not read; `detail` says what it is."""

    code = "unsupported_format"
    sentence = (
        "“{name}” is {detail}, which I cannot read. "
        "I can learn from PDF, EPUB, Word, PowerPoint, HTML, Markdown, text and CSV files, and zips of these."
    )


class UnsafeArchive(ParserError):
    """An archive member whose name leads outside the archive; `detail` is that name."""

    code = "unsafe_archive"
    sentence = "I did not open “{name}”: its entry “{detail}” points outside the archive. Please pack it again."


class ArchiveTooBig(ParserError):
    """An archive that unpacks to more than we take; `detail` says which limit it passes."""

    code = "archive_too_big"
    sentence = "“{name}” unpacks to too much: {detail}. Please send fewer or smaller files at a time."


class TooBig(ParserError):
    """More bytes or text than one file may have; `detail` names the limit."""

    code = "too_big"
    sentence = "“{name}” is too big: {detail}. Please split it and send the parts."


class TooDemanding(ParserError):
    """The file needs more memory than one file may use."""

    code = "too_demanding"
    sentence = "“{name}” needs more memory than one file may use. Please split it or save it in a simpler format."


class TooSlow(ParserError):
    """The file needs more time than one file may use."""

    code = "too_slow"
    sentence = "“{name}” takes too long to read. Please split it or save it in a simpler format."


class Stopped(ParserError):
    """Somebody called the parse off."""

    code = "stopped"
    sentence = "I stopped reading “{name}”, as you asked."
