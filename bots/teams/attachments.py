"""What hangs on a message: files in OneDrive, pictures within the text, and things that are no files.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from pathlib import PurePosixPath

from bots.fields import Fields, part, parts, text
from bots.teams.words import HTML
from conversation.message import Attachment

DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
FILE, PICTURE = "file:", "picture:"
"""How the address of an attachment begins that is read without, and with, the bot's bearer."""
LONGEST_NAME = 120
"""Characters of a file's name that are kept; the ending survives."""

_IGNORED = (HTML, "messageReference", "text/plain")
_JOINERS = "\u200c\u200d"
_ENDING = re.compile(r"[a-z0-9]{1,10}")


def attachments_of(activity: Fields) -> tuple[Attachment, ...]:
    """Give what hangs on a message, without the HTML that comes beside every text."""
    found = [_attachment(each) for each in parts(activity, "attachments")]
    return tuple(each for each in found if each is not None)


def _attachment(given: Fields) -> Attachment | None:
    kind = text(given, "contentType")
    if kind == DOWNLOAD:
        return _file(given)
    if not kind or kind in _IGNORED:
        return None
    address = text(given, "contentUrl")
    if kind.startswith("image/") and address:
        media_type = kind if kind != "image/*" else "image/png"
        name = to_file_name(text(given, "name"), f"picture{mimetypes.guess_extension(media_type) or ''}")
        return Attachment(None, name, media_type, 0, PICTURE + address, "photo")
    if kind.startswith(("audio/", "video/")) and address:
        name = to_file_name(text(given, "name"), f"recording{mimetypes.guess_extension(kind) or ''}")
        return Attachment(None, name, kind, 0, PICTURE + address, "audio" if kind.startswith("audio/") else "video")
    return Attachment(None, to_file_name(text(given, "name"), "card"), "", 0, kind="other")


def _file(given: Fields) -> Attachment:
    content = part(given, "content")
    ending = text(content, "fileType").lower()
    default = f"document.{ending}" if _ENDING.fullmatch(ending) else "document"
    name = to_file_name(text(given, "name"), default)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = "audio" if media_type.startswith("audio/") else "document"
    return Attachment(None, name, media_type, 0, FILE + text(content, "downloadUrl"), kind)


def to_file_name(name: str, default: str) -> str:
    """Give a name that is safe to show and to write: one line, no folders, nothing that turns the direction of text."""
    shown = "".join(
        "_" if character in "/\\" else character
        for character in unicodedata.normalize("NFC", name)
        if character in _JOINERS or unicodedata.category(character)[0] != "C"
    )
    shown = " ".join(shown.split()).strip(". ")
    if len(shown) > LONGEST_NAME:
        suffix = PurePosixPath(shown).suffix[:16]
        shown = shown[: LONGEST_NAME - len(suffix)] + suffix
    return shown or default
