"""Answers over a response address: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .arguments import Arguments
from .backend import Backend
from .blocks import check_blocks, with_ids
from .errors import SlackError
from .interactions import ResponseUrl
from .messages import Message

TAKES = frozenset({"text", "blocks", "attachments", "response_type", "replace_original", "delete_original"})
MORE = frozenset({"thread_ts", "unfurl_links", "unfurl_media", "metadata", "mrkdwn"})


async def answer_by_url(backend: Backend, request: web.Request) -> web.Response:
    """Use a response address once."""
    found = backend.interactions.use(request.match_info["id"])
    if isinstance(found, str):
        backend.journal.note_url(found)
        return web.Response(status=404, text=found)
    try:
        answer_with(backend, found, await request.json())
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    except SlackError as refusal:
        backend.journal.note_url(refusal.error)
        return web.json_response(refusal.to_json(), status=400)
    backend.journal.note_url("")
    return web.Response(text="ok")


def answer_with(backend: Backend, where: ResponseUrl, body: dict[str, Any]) -> Message | None:
    """Show an answer where the person acted: to them alone unless it says `in_channel`."""
    for name in sorted(set(body) - TAKES - MORE):
        backend.journal.violate(f"an answer over a response address does not take {name}")
    original = backend.world.find(where.channel, where.ts) if where.ts else None
    arguments = Arguments(body)
    if original is not None and arguments.flag("delete_original"):
        original.deleted = True
        backend.journal.changed()
        return None
    blocks: Any = body.get("blocks") or []
    named = with_ids(check_blocks(blocks), backend.world.new_id) if blocks else []
    if not body.get("text") and not named and not body.get("attachments"):
        raise SlackError("no_text")
    if original is not None and arguments.flag("replace_original"):
        original.text, original.blocks, original.markdown = str(body.get("text", "")), named, ""
        original.edited_at = backend.clock.stamp()
        backend.note_reading(original)
        return original
    return _post(backend, where, body, named)


def _post(backend: Backend, where: ResponseUrl, body: dict[str, Any], blocks: list[dict[str, Any]]) -> Message:
    team = backend.world.workspaces[where.team_id]
    message = Message(where.channel, backend.clock.stamp(), team.team_id, team.bot_user_id, str(body.get("text", "")))
    message.blocks, message.bot_id, message.app_id = blocks, team.bot_id, backend.app.app_id
    message.bot_name, message.thread_ts = backend.app.name, str(body.get("thread_ts", ""))
    message.attachments = body.get("attachments") or []
    if body.get("response_type") != "in_channel":
        message.only_for = where.user
    backend.world.post(message)
    backend.note_reading(message)
    if not message.only_for:
        backend.publish_soon(backend.message_event(message), backend.world.channels[where.channel])
    return message
