"""Files people and the bot have sent, by the two names the platform gives each."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from .errors import bad_request

DOWNLOAD_LIMIT, UPLOAD_LIMIT, PHOTO_LIMIT = 20 << 20, 50 << 20, 10 << 20  # bytes


@dataclass(frozen=True, slots=True)
class File:
    """One stored file; `size` can be larger than what is kept, to stand for a file too large for a test."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes
    size: int
    path: str

    def to_json(self) -> dict[str, Any]:
        """The fields every kind of file has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}

    def to_document(self) -> dict[str, Any]:
        """The file as a Document."""
        return {"file_name": self.name, "mime_type": self.mime} | self.to_json()


@dataclass(slots=True)
class Files:
    """The shelf they stand on."""

    _by_id: dict[str, File] = field(default_factory=dict[str, File])
    _by_path: dict[str, File] = field(default_factory=dict[str, File])

    def keep(self, kind: str, name: str, mime: str, content: bytes, size: int = 0) -> File:
        """Store a file."""
        number = len(self._by_id) + 1
        unique = base64.urlsafe_b64encode(f"{kind}-{number}".encode()).decode().rstrip("=")
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        path = f"{kind}s/file_{number}{suffix}"
        file = File(f"BQACAgIAAxk{unique}", f"AgAD{unique}", kind, name, mime, content, size or len(content), path)
        self._by_id[file.file_id] = self._by_path[path] = file
        return file

    def find(self, file_id: str) -> File:
        """The file of that id, or the server's refusal."""
        if not file_id:
            raise bad_request("file_id not specified")
        if file_id not in self._by_id:
            raise bad_request("invalid file_id")
        return self._by_id[file_id]

    def at(self, path: str) -> File | None:
        """The file to be downloaded under a path; none when it is unknown or too large."""
        file = self._by_path.get(path)
        return file if file is not None and file.size <= DOWNLOAD_LIMIT else None
