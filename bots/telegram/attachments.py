"""What hangs on a message: files, which stay with Telegram until they are wanted, and things that are no files."""

from __future__ import annotations

import re
from typing import Literal

from bots.fields import Fields, part, parts, text, whole
from bots.filenames import to_file_name
from conversation.message import Attachment

Kind = Literal["document", "photo", "voice", "audio", "video", "sticker", "other"]

# Field of the message → what we call it, a name and a media type for files that carry none. An animation comes with
# a document of the same file for older clients, so it is looked for first; a venue with its location likewise.
_FILES: dict[str, tuple[Kind, str, str]] = {
    "animation": ("video", "animation.mp4", "video/mp4"),
    "document": ("document", "document", "application/octet-stream"),
    "audio": ("audio", "audio.mp3", "audio/mpeg"),
    "voice": ("voice", "voice.ogg", "audio/ogg"),
    "video": ("video", "video.mp4", "video/mp4"),
    "video_note": ("video", "video.mp4", "video/mp4"),
    "sticker": ("sticker", "sticker.webp", "image/webp"),
}
_OTHERS = ("venue", "location", "contact", "poll", "dice", "game", "story", "checklist", "paid_media", "giveaway")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def attachments_of(message: Fields) -> tuple[Attachment, ...]:
    """Give what hangs on a message, which is one thing at most."""
    for field, (kind, name, media_type) in _FILES.items():
        if file := part(message, field):
            return (_file(file, kind, name, media_type),)
    if photo := _largest(parts(message, "photo")):
        return (_file(photo, "photo", "photo.jpg", "image/jpeg"),)
    other = next((field for field in _OTHERS if field in message), None)
    return (Attachment(None, other, "", 0, kind="other"),) if other else ()


def _largest(sizes: list[Fields]) -> Fields | None:
    return max(sizes, key=lambda size: (whole(size, "width") or 0) * (whole(size, "height") or 0), default=None)


def _file(file: Fields, kind: Kind, name: str, media_type: str) -> Attachment:
    stated = text(file, "mime_type").lower()
    return Attachment(
        file_id=None,
        name=to_file_name(text(file, "file_name"), name),
        media_type=stated if _MEDIA_TYPE.fullmatch(stated) else media_type,
        size=max(whole(file, "file_size") or 0, 0),
        remote=text(file, "file_id"),
        kind=kind,
    )
