"""Parts as activities: who says them and where, with their cards, labels and streams.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from bots.teams import cards
from bots.teams.places import Way, conversation_of, way_to
from conversation.channel import Part
from conversation.message import Address

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
INFO = "application/vnd.microsoft.teams.card.file.info"
FILE = "evermynd.file"
"""The name under which a consent carries the id of its file."""
BLANK = "…"
LABEL = {
    "type": "https://schema.org/Message",
    "@type": "Message",
    "@context": "https://schema.org",
    "additionalType": ["AIGeneratedContent"],
}

Json = dict[str, Any]


def to_message(to: Address, part: Part) -> Json:
    """Make the activity that shows a part: its text, or a card with text and buttons."""
    above, below = _element(part.native, "above"), _elements(part.native)
    if not below:
        return _said(to, part) | {"text": part.text or BLANK, "textFormat": "markdown"}
    body = [above, *below] if above else below
    return _said(to, part) | {"attachments": [cards.to_card(body)]} | _summary(part)


def to_final(to: Address, stream_id: str, part: Part, text: str, *, whole: bool = True) -> Json:
    """Make the activity that ends a stream as an ordinary message; it alone may have a text and a card.

    Clients may show the two as messages of their own, so one that is not the `whole` answer and will be updated has no
    card.
    """
    said = _said(to, part)
    info = {"type": "streaminfo", "streamId": stream_id, "streamType": "final"}
    below = _elements(part.native) if whole else []
    return {
        **said,
        "text": text or BLANK,
        "textFormat": "markdown",
        "entities": [info, *said.get("entities", [])],
        **({"attachments": [cards.to_card(below)]} if below else {}),
    }


def to_begun(to: Address) -> Json:
    """Make the activity that begins a stream: it says that an answer comes, and nothing of it.

    https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux
    """
    info = {"type": "streaminfo", "streamType": "informative", "streamSequence": 1}
    return {**_from(to, "typing"), "text": BLANK, "entities": [info]}


def to_growing(to: Address, stream_id: str, text: str, sequence: int) -> Json:
    """Make an activity that shows more of a stream."""
    info = {"type": "streaminfo", "streamId": stream_id, "streamType": "streaming", "streamSequence": sequence}
    return {**_from(to, "typing"), "text": text, "textFormat": "markdown", "entities": [info]}


def to_typing(to: Address) -> Json:
    """Make the activity that shows that an answer is on its way."""
    return _from(to, "typing")


def to_consent(to: Address, part: Part, size: int) -> Json:
    """Make the activity that asks whether a file may be put into somebody's OneDrive."""
    file = part.file
    context = {FILE: str(file.file_id) if file and file.file_id else ""}
    content = {"description": "", "sizeInBytes": size, "acceptContext": context, "declineContext": context}
    attachment = {"contentType": CONSENT, "name": file.name if file else "file", "content": content}
    return _from(to, "message") | {"attachments": [attachment]}


def to_info(to: Address, upload: Mapping[str, Any]) -> Json:
    """Make the activity that shows a file where it was put."""
    content = {"uniqueId": str(upload.get("uniqueId", "")), "fileType": str(upload.get("fileType", ""))}
    where = {"contentUrl": str(upload.get("contentUrl", "")), "name": str(upload.get("name", ""))}
    return _from(to, "message") | {"attachments": [{"contentType": INFO, **where, "content": content}]}


def to_picture(to: Address, part: Part, picture: Path) -> Json:
    """Make the activity that shows a picture, which travels in it (blocking)."""
    file = part.file
    media_type = file.media_type if file else "image/png"
    content = base64.b64encode(picture.read_bytes()).decode()
    attachment = {"contentType": media_type, "contentUrl": f"data:{media_type};base64,{content}"}
    return _from(to, "message") | {"attachments": [attachment | {"name": file.name if file else "picture"}]}


def _from(to: Address, kind: str) -> Json:
    way: Way = way_to(to)
    sender = {"from": {"id": way.bot, "name": way.bot_name}} if way.bot else {}
    return {"type": kind, **sender, "conversation": {"id": conversation_of(to)}}


def _said(to: Address, part: Part) -> Json:
    label = {"entities": [LABEL]} if part.native.get("label") else {}
    feedback = {"channelData": {"feedbackLoop": {"type": "default"}}} if part.native.get("feedback") else {}
    return {**_from(to, "message"), **label, **feedback}


def _summary(part: Part) -> Json:
    """Say in words, for notifications, what a card shows."""
    says = part.native.get("says")
    return {"summary": says} if isinstance(says, str) and says else {}


def _element(native: Mapping[str, Any], name: str) -> Json | None:
    found = native.get(name)
    return cast(Json, found) if isinstance(found, dict) else None


def _elements(native: Mapping[str, Any]) -> list[Json]:
    found = native.get("below")
    return cast("list[Json]", found) if isinstance(found, list) else []
