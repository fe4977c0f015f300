"""The parts of a message an app sends: text, blocks, Markdown, attachments, metadata, and whose name it bears.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

from ..blocks import check_blocks, with_ids
from ..errors import SlackError
from ..messages import Message
from .context import Call

TRUNCATED, ADVISED, UPDATED = 40_000, 4_000, 4_000
"""Characters of text: cut off, advised at most, allowed in an update."""
MARKDOWN = 12_000
METADATA = 16_000
"""There is a limit, and no page says which; this is ours."""
ATTACHMENTS = 100


@dataclass(slots=True)
class Content:
    """What a message says."""

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    attachments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    markdown: str = ""

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.blocks or self.attachments or self.markdown.strip())


def content_of(call: Call) -> Content:
    """The content of a call, each part checked."""
    arguments = call.arguments
    content = Content(arguments.text("text"), read_blocks(call), read_attachments(call), read_markdown_text(call))
    if content.markdown and (arguments.text("text") or content.blocks):
        raise SlackError("markdown_text_conflict")
    if content.empty:
        raise SlackError("no_text")
    if content.blocks and not content.text:
        call.backend.journal.violate("blocks without a text: notifications and screen readers say nothing")
    return content


def cut(call: Call, text: str) -> str:
    """A text as Slack keeps it; what it cuts off is a violation, and so is what it advises against."""
    if len(text) > TRUNCATED:
        call.backend.journal.violate(f"a text of {len(text)} characters was cut at {TRUNCATED}")
        return text[:TRUNCATED]
    if len(text) > ADVISED:
        call.backend.journal.violate(f"a text of {len(text)} characters, more than the advised {ADVISED}")
    return text


def read_blocks(call: Call, *, too_many: str = "invalid_blocks") -> list[dict[str, Any]]:
    """The blocks of a call, each with its ids."""
    blocks = call.arguments.structure("blocks", "invalid_blocks_format")
    if not blocks:
        return []
    return with_ids(check_blocks(blocks, too_many=too_many), call.backend.world.new_id)


def read_attachments(call: Call) -> list[dict[str, Any]]:
    """Legacy attachments; the blocks in them are checked like others."""
    found = call.arguments.structure("attachments", "invalid_attachments")
    if not found:
        return []
    if not isinstance(found, list):
        raise SlackError("invalid_attachments")
    attachments = cast("list[dict[str, Any]]", found)
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [
        {**each, "blocks": with_ids(check_blocks(each["blocks"]), call.backend.world.new_id)}
        if "blocks" in each
        else each
        for each in attachments
    ]


def read_markdown_text(call: Call) -> str:
    """Markdown of at most 12,000 characters."""
    written = call.arguments.text("markdown_text")
    if len(written) > MARKDOWN:
        raise SlackError("msg_too_long")
    return written


def read_metadata(call: Call) -> dict[str, Any] | None:
    """Metadata of the documented shape; None when none was sent.

    https://docs.slack.dev/messaging/message-metadata
    """
    found = call.arguments.structure("metadata", "invalid_metadata_format")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise SlackError("invalid_metadata_format")
    metadata = cast("dict[str, Any]", found)
    if not metadata:
        return {}
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def customise(call: Call, message: Message) -> None:
    """Give a message another name and picture: https://docs.slack.dev/reference/scopes/chat.write.customize."""
    arguments = call.arguments
    names = [name for name in ("username", "icon_url", "icon_emoji") if arguments.text(name)]
    if not names:
        return
    call.need("chat:write.customize")
    if arguments.text("icon_url") and not arguments.text("icon_url").startswith(("https://", "http://")):
        call.backend.journal.violate(f"an icon_url people cannot load: {arguments.text('icon_url')}")
    if len(arguments.text("username")) > 80:
        call.backend.journal.violate("a username of more than 80 characters")
    for name in names:
        setattr(message, name, arguments.text(name))
