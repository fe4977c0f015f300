"""Uploading files in three steps, and describing them.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

from typing import Any, cast

from ..blocks import check_blocks
from ..errors import SlackError, missing
from ..files import File
from .chat import new_message, publish, reply_to
from .content import Content, customise
from .context import Call, method

ALT_TEXT = 1000


def announce(call: Call) -> dict[str, Any]:
    """Say how a file is called and how long it is, and get an address to send it to."""
    name, length = call.arguments.required("filename"), call.arguments.number("length", 0)
    if length <= 0:
        raise missing("length")
    alt_text = call.arguments.text("alt_txt")
    if len(alt_text) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    world = call.backend.world
    file = File(world.new_id("F"), call.team.team_id, call.bot.id, name, length, alt_text=alt_text)
    world.files[file.id] = file
    token = world.new_id("upload-")
    call.backend.uploads[token] = file.id
    return {"upload_url": f"{world.base}/upload/v1/{token}", "file_id": file.id}


def complete(call: Call) -> dict[str, Any]:
    """Finish uploads, and share them in a conversation."""
    wanted = call.arguments.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise missing("files")
    files = [_uploaded(call, each) for each in cast("list[dict[str, Any]]", wanted)]
    places = [each for each in call.arguments.text("channels").split(",") if each]
    if call.arguments.text("channel_id"):
        places = [call.arguments.text("channel_id")]
    for place in places:
        _share(call, place, files)
    for file in files:
        file.complete = True
    return {"files": [file.to_json(call.backend.world.base) for file in files]}


def _uploaded(call: Call, wanted: dict[str, Any]) -> File:
    file = call.backend.world.files.get(str(wanted.get("id")))
    if file is None or file.user != call.bot.id:
        raise SlackError("file_not_found")
    if not file.uploaded:
        raise SlackError("file_not_found", ["the file's bytes were never sent"])
    file.title = str(wanted.get("title") or file.name)
    return file


def _share(call: Call, place: str, files: list[File]) -> None:
    """The message that shows files; its `ts` is not in the answer, as it is made later."""
    call.need("chat:write", "files:write")
    channel = call.backend.world.channels.get(place)
    if channel is None or call.team.team_id not in channel.teams:
        raise SlackError("channel_not_found")
    if call.bot.id not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
    blocks = call.arguments.structure("blocks", "invalid_blocks")
    content = Content(text=call.arguments.text("initial_comment"), blocks=check_blocks(blocks) if blocks else [])
    message = new_message(call, channel, content)
    message.subtype, message.files = "file_share", [file.id for file in files]
    reply_to(call, channel, message)
    customise(call, message)
    for file in files:
        file.shares.append((channel.id, message.ts))
    publish(call, channel, message)


def info(call: Call) -> dict[str, Any]:
    """Describe a file; one of another workspace comes whole here."""
    file = call.backend.world.files.get(call.arguments.required("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    places = [call.backend.world.channels[channel] for channel, _ in file.shares]
    if file.team_id != call.team.team_id and not any(call.team.team_id in place.teams for place in places):
        raise SlackError("file_not_found")
    shares = {channel: [{"ts": ts}] for channel, ts in file.shares}
    return {"file": file.to_json(call.backend.world.base) | {"shares": {"private": shares}}, "comments": []}


def delete(call: Call) -> dict[str, Any]:
    """Take a file of the app away: https://docs.slack.dev/reference/methods/files.delete."""
    file = call.backend.world.files.get(call.arguments.required("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    if file.user != call.bot.id:
        raise SlackError("cant_delete_file")
    file.complete = False
    for channel, ts in file.shares:
        if message := call.backend.world.find(channel, ts):
            message.files.remove(file.id)
            message.deleted = not (message.files or message.text)
    call.backend.journal.changed()
    return {}


METHODS = {
    "files.getUploadURLExternal": method(
        announce, "filename length alt_txt snippet_type", scopes="files:write", tier=4, json=False
    ),
    "files.completeUploadExternal": method(
        complete,
        "files channel_id channels initial_comment thread_ts blocks username icon_url icon_emoji",
        scopes="files:write",
        tier=4,
    ),
    "files.delete": method(delete, "file", scopes="files:write", tier=3),
    "files.info": method(info, "file count cursor limit page", scopes="files:read", tier=4, json=False),
}
