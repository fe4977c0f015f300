"""Files people share, pictures they paste, and the places a bot may upload to after a consent.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 and
https://learn.microsoft.com/onedrive/developer/rest-api/api/driveitem_createuploadsession: an upload goes by ranges in
order, each a multiple of 320 KiB but the last, at most 60 MiB, and without an Authorization header.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from .errors import ApiError

STEP = 320 * 1024  # bytes
LARGEST_PART = 60 * 1024 * 1024  # bytes
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(slots=True)
class Stored:
    """A file a person shared, or a picture they pasted."""

    id: str
    name: str
    content: bytes
    content_type: str
    fetched: int = 0


@dataclass(slots=True)
class Upload:
    """A place for one file, opened by a person's consent."""

    id: str
    name: str
    announced: int
    content: bytearray = field(default_factory=bytearray)
    complete: bool = False


@dataclass(slots=True)
class Files:
    """Every file there is."""

    report: Callable[[str], None]
    stored: dict[str, Stored] = field(default_factory=dict[str, Stored])
    uploads: dict[str, Upload] = field(default_factory=dict[str, Upload])

    def keep(self, name: str, content: bytes, content_type: str) -> Stored:
        """Keep a file under a new id."""
        file = Stored(str(uuid4()).upper(), name, content, content_type)
        self.stored[file.id] = file
        return file

    def open_upload(self, name: str, announced: int) -> Upload:
        """A place for a file of this name and announced size."""
        upload = Upload(str(uuid4()).upper(), name, announced)
        self.uploads[upload.id] = upload
        return upload

    def fetch(self, file_id: str, authorization: str | None) -> Stored:
        """A file behind its pre-authenticated address."""
        self._refuse_bearer(authorization)
        file = self.stored.get(file_id)
        if file is None:
            raise ApiError(404, "itemNotFound", "The resource could not be found.")
        file.fetched += 1
        return file

    def receive(self, upload_id: str, part: str, content: bytes, authorization: str | None) -> tuple[int, Any]:
        """One range of an upload: the status and body it is answered with."""
        self._refuse_bearer(authorization)
        upload = self.uploads.get(upload_id)
        if upload is None or upload.complete:
            raise ApiError(404, "itemNotFound", "The upload session was not found")
        first, last, total = self._range(part)
        if first != len(upload.content) or last >= total or last - first + 1 != len(content):
            raise ApiError(416, "invalidRange", "The uploaded fragment overlaps or leaves a gap.")
        if len(content) > LARGEST_PART or (last + 1 < total and len(content) % STEP):
            raise ApiError(400, "invalidRequest", "Fragments are multiples of 320 KiB and at most 60 MiB.")
        upload.content += content
        if last + 1 < total:
            return 202, {"nextExpectedRanges": [f"{last + 1}-{total - 1}"]}
        return 201, self._finish(upload)

    def _finish(self, upload: Upload) -> dict[str, Any]:
        upload.complete = True
        if upload.announced != len(upload.content):
            self.report(f"{upload.name} has {len(upload.content)} bytes, its consent card said {upload.announced}")
        return {"id": upload.id, "name": upload.name, "size": len(upload.content)}

    def _range(self, part: str) -> tuple[int, int, int]:
        found = RANGE.fullmatch(part.strip())
        if found is None:
            raise ApiError(400, "invalidRequest", "The Content-Range header is missing or malformed.")
        first, last, total = found.groups()
        return int(first), int(last), int(total)

    def _refuse_bearer(self, authorization: str | None) -> None:
        if authorization:
            self.report("the bot's bearer was sent to a file host")
            raise ApiError(401, "unauthenticated", "The address needs no Authorization header and takes none.")


def kind_of(name: str) -> str:
    """The file type as Teams writes it."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_url(name: str) -> str:
    """Where a file lies for people; nobody can fetch it from there without signing in."""
    return f"https://contoso-my.sharepoint.example.com/personal/documents/{quote(name)}"
