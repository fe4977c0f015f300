"""What hangs on a message: files in OneDrive, pictures within the text, and things that are no files.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

import mimetypes
import re

from bots.fields import Fields, part, parts, text
from bots.filenames import to_file_name
from bots.teams.words import HTML
from conversation.message import Attachment

DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
FILE, PICTURE = "file:", "picture:"
"""How the address of an attachment begins that is read without, and with, the bot's bearer."""

_IGNORED = (HTML, "messageReference", "text/plain")
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
