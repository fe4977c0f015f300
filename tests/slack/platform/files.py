"""Files: what was announced, uploaded and shared.

https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class File:
    """One file; it exists for readers once its upload was completed."""

    id: str
    team_id: str
    user: str
    name: str
    length: int
    title: str = ""
    alt_text: str = ""
    content: bytes = b""
    mimetype: str = ""
    uploaded: bool = False
    complete: bool = False
    external: bool = False
    """It came over Slack Connect from another workspace: events carry only its id."""
    shares: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def kind(self) -> str:
        """The file's mimetype, guessed from its name where nobody said it."""
        return self.mimetype or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def to_json(self, base: str) -> dict[str, Any]:
        """The file object: https://docs.slack.dev/reference/objects/file-object."""
        path = f"{base}/files-pri/{self.team_id}-{self.id}"
        fields: dict[str, Any] = {"id": self.id, "created": 1_700_000_000, "timestamp": 1_700_000_000}
        fields |= {"name": self.name, "title": self.title or self.name, "mimetype": self.kind, "user": self.user}
        fields |= {"filetype": self.name.rpartition(".")[2].lower(), "pretty_type": "File", "size": self.length}
        fields |= {"mode": "hosted", "is_external": False, "external_type": "", "is_public": False}
        fields |= {"public_url_shared": False, "user_team": self.team_id, "editable": False, "username": ""}
        fields |= {"url_private": f"{path}/{self.name}", "url_private_download": f"{path}/download/{self.name}"}
        fields |= {"permalink": f"{base}/files/{self.user}/{self.id}/{self.name}", "file_access": "visible"}
        return fields | ({"alt_txt": self.alt_text} if self.alt_text else {})

    def stub(self) -> dict[str, Any]:
        """What stands in an event for a file of another workspace.

        https://docs.slack.dev/apis/slack-connect#files: the app has to call `files.info`.
        """
        fields: dict[str, Any] = {"id": self.id, "mode": "file_access", "file_access": "check_file_info"}
        return fields | {"created": 0, "timestamp": 0}
