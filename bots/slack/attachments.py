"""What hangs on a message: files, which stay with Slack until they are wanted.

https://docs.slack.dev/reference/objects/file-object
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from bots.fields import Fields, parts, text, true, whole
from bots.filenames import to_file_name
from conversation.message import Attachment

Kind = Literal["document", "photo", "voice", "audio", "video", "sticker", "other"]

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_KINDS: dict[str, Kind] = {"image": "photo", "audio": "audio", "video": "video"}
_SPOKEN: dict[str, Kind] = {"slack_audio": "voice", "slack_video": "video"}
UNTOLD = "check_file_info"
"""How Slack says that it tells of a file when it is asked."""
NOT_HERE = ("external", "remote", "tombstone", "hidden_by_limit")
"""Modes of files whose content Slack does not have."""
_READ = ("name", "title", "mode", "is_external", "mimetype", "subtype", "size")
"""Fields of a file that are read here, beside its id."""
NOTHING: Mapping[tuple[str, str], Fields] = {}
"""Told of no file."""


def attachments_of(
    message: Fields, account: str, told: Mapping[tuple[str, str], Fields] = NOTHING
) -> tuple[Attachment, ...]:
    """Give the files of a message; `account` is the workspace whose token reads them, `told` what was asked of some."""
    files = [file for file in parts(message, "files") if text(file, "id")]
    return tuple(_file({**file, **told.get((account, text(file, "id")), {})}, account) for file in files)


def untold_in(message: Fields) -> list[str]:
    """Give the files of which an event tells the id alone, as of those from another organisation.

    https://docs.slack.dev/apis/slack-connect#files
    """
    files = (file for holder in (message, *shared_in(message)) for file in parts(holder, "files"))
    return [text(file, "id") for file in files if text(file, "file_access") == UNTOLD and text(file, "id")]


def told_of(file: Fields) -> Fields:
    """Give what is worth remembering of a file that Slack told of when it was asked."""
    return {name: file[name] for name in _READ if name in file}


def shared_in(message: Fields) -> list[Fields]:
    """Give the messages that a message forwards: their words stand in them alone.

    https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments; `is_share` tells them from the
    previews of links.
    """
    return [each for each in parts(message, "attachments") if true(each, "is_share")]


def place_of(remote: str) -> tuple[str, str]:
    """Give the workspace and the id of a file that stays with Slack."""
    account, _, file_id = remote.partition(":")
    return account, file_id


def _file(file: Fields, account: str) -> Attachment:
    name = to_file_name(text(file, "name") or text(file, "title"), "file")
    if text(file, "mode") in NOT_HERE or true(file, "is_external"):
        return Attachment(None, name, "", 0, kind="other")
    stated = text(file, "mimetype").lower()
    media_type = stated if _MEDIA_TYPE.fullmatch(stated) else "application/octet-stream"
    kind = _SPOKEN.get(text(file, "subtype")) or _KINDS.get(media_type.partition("/")[0], "document")
    remote = f"{account}:{text(file, 'id')}"
    return Attachment(None, name, media_type, max(whole(file, "size") or 0, 0), remote, kind)
