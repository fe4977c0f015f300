"""What Slack sends when a person acts: https://docs.slack.dev/reference/interaction-payloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .backend import Backend
from .interactions import View
from .messages import Message
from .people import Channel, User, Workspace
from .shown import Button, Shown
from .texts import escape
from .views import choose

TOKEN = re.compile(r"<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+(?:\|[^>]*)?>|<!(?:here|channel|everyone)>")
ADDRESS = re.compile(r"https?://[^\s<>]+|[\w.+-]+@[\w-]+\.[\w.]+")


def typed(text: str) -> str:
    """What a person typed as an event's `text` carries it: escaped, addresses in brackets, mentions chosen kept."""
    parts, end = list[str](), 0
    for token in TOKEN.finditer(text):
        parts += [_written(text[end : token.start()]), token[0]]
        end = token.end()
    return "".join([*parts, _written(text[end:])])


def _written(text: str) -> str:
    parts, end = list[str](), 0
    for found in ADDRESS.finditer(text):
        address = escape(found[0])
        parts += [
            escape(text[end : found.start()]),
            f"<{address}>" if "://" in address else f"<mailto:{address}|{address}>",
        ]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def rich(text: str) -> list[dict[str, Any]]:
    """What a person typed as the composer's rich text."""
    elements, end = list[dict[str, Any]](), 0
    for token in TOKEN.finditer(text):
        elements += [{"type": "text", "text": text[end : token.start()]}, _mention(token[0])]
        end = token.end()
    elements.append({"type": "text", "text": text[end:]})
    kept = [each for each in elements if each.get("text", "-")]
    section = {"type": "rich_text_section", "elements": kept}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}] if kept else []


def share(message: Message, backend: Backend) -> dict[str, Any]:
    """A message as the attachment of one that forwards it; Slack documents these fields nowhere."""
    channel = backend.world.channels[message.channel]
    address = f"https://acme.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    fields: dict[str, Any] = {"is_msg_unfurl": True, "is_share": True, "id": 1, "ts": message.ts, "text": message.text}
    fields |= {"author_id": message.user, "author_name": backend.name_of(message.user), "from_url": address}
    fields |= {"channel_id": channel.id, "channel_team": channel.team_id, "fallback": message.text}
    if message.files:
        fields["files"] = [backend.world.file_json(backend.world.files[each]) for each in message.files]
    return fields | {"message_blocks": [{"ts": message.ts, "message": {"blocks": message.blocks}}]}


def _mention(token: str) -> dict[str, Any]:
    body = token[1:-1]
    if body[0] == "@":
        return {"type": "user", "user_id": body[1:]}
    if body[0] == "#":
        return {"type": "channel", "channel_id": body[1:].partition("|")[0]}
    return {"type": "broadcast", "range": body[1:]}


def acted(backend: Backend, team: Workspace, user: User, trigger: str) -> dict[str, Any]:
    """What every interaction says: who, where, and with which trigger."""
    who = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}
    return {
        "user": who,
        "api_app_id": backend.app.app_id,
        "token": backend.app.verification_token,
        "trigger_id": trigger,
        "team": team.to_json(),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action(backend: Backend, button: Button, option: str = "") -> dict[str, Any]:
    """What was pressed or chosen: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload."""
    fields: dict[str, Any] = {"type": button.kind, "action_id": button.action_id, "block_id": button.block_id}
    fields["action_ts"] = backend.clock.stamp()
    if not option:
        text = {"type": "plain_text", "text": button.label, "emoji": True}
        return fields | {"text": text} | ({"value": button.value} if button.value else {})
    if button.kind == "multi_static_select" or button.kind == "checkboxes":
        return fields | {"selected_options": [choose(button.element, option)]}
    if button.kind.endswith("_select") and not button.options:
        return fields | {f"selected_{button.kind.removesuffix('s_select')}": option}
    return fields | {"selected_option": choose(button.element, option)}


def in_message(backend: Backend, message: Shown, channel: Channel) -> dict[str, Any]:
    """Where in a conversation somebody acted; an ephemeral message is not told again."""
    container: dict[str, Any] = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = bool(message.only_for)
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    name = "directmessage" if channel.direct else "privategroup" if channel.kind == "group" else channel.name
    fields: dict[str, Any] = {"container": container, "channel": {"id": channel.id, "name": name}}
    stored = backend.world.find(channel.id, message.ts)
    if stored is not None and not message.only_for:
        fields["message"] = backend.world.message_json(stored)
    return fields | {"state": {"values": {}}}


def in_view(view: View) -> dict[str, Any]:
    """In which view somebody acted."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.to_json()}


def command(backend: Backend, team: Workspace, user: User, channel: Channel, more: Mapping[str, str]) -> dict[str, str]:
    """A slash command: https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling."""
    name = "directmessage" if channel.direct else channel.name
    return {
        "token": backend.app.verification_token,
        "team_id": team.team_id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": name,
        "user_id": user.id,
        "user_name": user.name,
        "api_app_id": backend.app.app_id,
        "is_enterprise_install": "false",
        **more,
    }
