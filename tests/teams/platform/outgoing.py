"""What a bot wants to post, checked as the service and the client check it.

Sizes: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages; pictures and suggested
actions: https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability; citations:
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from . import cards, rendering
from .errors import ApiError, bad_argument, bad_syntax, too_big
from .limits import Limits
from .world import Chat

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
INFO = "application/vnd.microsoft.teams.card.file.info"
OPAQUE = frozenset({"application/vnd.microsoft.teams.card.list", "application/vnd.microsoft.teams.card.o365connector"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif"})
PICTURE_BYTES, PICTURE_SIDE = 1024 * 1024, 1024
MOST_ATTACHMENTS, MOST_CITATIONS = 10, 20
BASE64_IMAGE = re.compile(r"data:image/[a-z+.-]+;base64,[A-Za-z0-9+/=]+")
FORMS = frozenset({"plain", "markdown", "xml"})
Json = dict[str, Any]


def objects(holder: Json, name: str) -> list[Json]:
    """The list of objects under a name, empty when it is absent."""
    found: Any = holder.get(name) or []
    if not isinstance(found, list):
        raise bad_syntax(f"{name} must be a list.")
    return [cast("Json", each) for each in cast("list[Any]", found) if isinstance(each, dict)]


def payload_bytes(activity: Json) -> int:
    """The size the service goes by: UTF-16, without pictures in Base64."""
    return len(BASE64_IMAGE.sub("", json.dumps(activity, ensure_ascii=False)).encode("utf-16-le", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks an activity on its way into a chat."""

    limits: Limits
    report: Callable[[str], None]
    has_upload: Callable[[str], bool]

    def check(self, activity: Json, chat: Chat) -> None:
        """Refuse what the service refuses, and report what is shown wrong without a word."""
        self.size(activity)
        text, attachments = str(activity.get("text") or ""), objects(activity, "attachments")
        if not text.strip() and not attachments:
            raise bad_argument("A message needs a text or an attachment.")
        self._text(activity, text)
        if len(attachments) > MOST_ATTACHMENTS:
            raise bad_argument(f"A message has at most {MOST_ATTACHMENTS} attachments.")
        for attachment in attachments:
            self._attachment(attachment, chat)
        self._suggested(activity, chat)
        self._entities(activity, text)

    def size(self, activity: Json) -> None:
        """Refuse a payload that is too large."""
        if payload_bytes(activity) > self.limits.message_bytes:
            raise too_big()

    def _text(self, activity: Json, text: str) -> None:
        form = activity.get("textFormat") or "markdown"
        if form not in FORMS:
            raise bad_argument(f"Unknown text format {form}.")
        for problem in rendering.read(text, form, objects(activity, "entities")).problems:
            self.report(problem)

    def _attachment(self, attachment: Json, chat: Chat) -> None:
        kind = str(attachment.get("contentType", ""))
        if kind == cards.ADAPTIVE or kind in cards.OLDER:
            cards.read(attachment, self.report, self.limits.card_bytes)
        elif kind in {CONSENT, INFO}:
            self._file_card(kind, attachment, chat)
        elif kind in PICTURES:
            self._picture(attachment)
        elif kind not in OPAQUE:
            raise bad_argument(f"Unknown attachment type {kind}.")

    def _file_card(self, kind: str, attachment: Json, chat: Chat) -> None:
        content = attachment.get("content")
        if chat.kind != "personal":
            raise bad_argument("File cards are supported in personal chats only.")
        if not isinstance(content, dict) or not attachment.get("name"):
            raise bad_syntax("A file card needs a name and a content.")
        fields = cast("Json", content)
        if kind == CONSENT:
            if not isinstance(fields.get("sizeInBytes"), int):
                raise bad_syntax("A file consent card needs sizeInBytes.")
            return
        if not attachment.get("contentUrl") or not fields.get("uniqueId") or not fields.get("fileType"):
            raise bad_syntax("A file info card needs contentUrl, uniqueId and fileType.")
        if not self.has_upload(str(fields["uniqueId"])):
            self.report(f"a file info card names {attachment['name']}, which was never uploaded")

    def _picture(self, attachment: Json) -> None:
        url = str(attachment.get("contentUrl") or "")
        content = picture_bytes(url)
        if content is None:
            if not url.startswith("https://"):
                self.report("a picture is neither inline nor at an https address")
            return
        if len(content) > PICTURE_BYTES:
            self.report(f"a picture of {len(content)} bytes is larger than 1 MB")
        if content.startswith(b"\x89PNG"):
            width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
            if max(width, height) > PICTURE_SIDE:
                self.report(f"a picture of {width} × {height} is larger than 1024 × 1024")

    def _suggested(self, activity: Json, chat: Chat) -> None:
        suggested = activity.get("suggestedActions")
        if not isinstance(suggested, dict):
            return
        actions = objects(cast("Json", suggested), "actions")
        if not actions:
            return
        if chat.kind != "personal":
            self.report("suggested actions are shown in personal chats only")
        if len(actions) > cards.MOST_ACTIONS:
            self.report(f"{len(actions)} suggested actions are more than {cards.MOST_ACTIONS}")
        for action in actions:
            if action.get("type") not in {"imBack", "Action.Compose"}:
                self.report(f"a suggested action of type {action.get('type')} is not supported")

    def _entities(self, activity: Json, text: str) -> None:
        roots = [each for each in objects(activity, "entities") if each.get("type") == "https://schema.org/Message"]
        if len(roots) > 1:
            raise bad_argument("Multiple root message entities found under entities array.")
        for root in roots:
            citations = objects(root, "citation")
            if len(citations) > MOST_CITATIONS:
                raise bad_argument(f"Bot message with more than {MOST_CITATIONS} citations.")
            for citation in citations:
                self._citation(citation, text)

    def _citation(self, citation: Json, text: str) -> None:
        appearance = cast("Json", citation.get("appearance") or {})
        if not appearance:
            raise bad_argument("The appearance object is empty.")
        position = citation.get("position")
        if not isinstance(position, int) or citation.get("@type") != "Claim" or not appearance.get("name"):
            raise bad_argument(f"Error while parsing citation entity with ID: {position}.")
        if f"[{position}]" not in text:
            self.report(f"citation {position} is not in the text")
        for name, most in (("name", 80), ("abstract", 160)):
            if len(str(appearance.get(name) or "")) > most:
                self.report(f"the {name} of citation {position} is longer than {most}")
        keywords = cast("list[Any]", appearance.get("keywords") or [])
        if len(keywords) > 3 or any(len(str(word)) > 28 for word in keywords):
            self.report(f"citation {position} has more than 3 keywords, or one longer than 28")


def picture_bytes(url: str) -> bytes | None:
    """The content of a picture that travels in its address."""
    if not url.startswith("data:"):
        return None
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except binascii.Error as error:
        raise bad_syntax("A picture's Base64 is malformed.") from error


def parts(activity: Json) -> list[Json]:
    """The activities that the service makes of one: a text and a card in one activity are split."""
    attachments = objects(activity, "attachments")
    apart = [each for each in attachments if str(each.get("contentType")) not in PICTURES]
    if not apart or not str(activity.get("text") or "").strip():
        return [activity]
    with_text = [each for each in attachments if each not in apart]
    first = activity | {"attachments": with_text}
    return [first, {name: value for name, value in activity.items() if name != "text"} | {"attachments": apart}]


def refusal_for_streams(error: ApiError) -> ApiError:
    """Streams word a message that is too large in their own way."""
    if error.code != "MessageSizeTooBig":
        return error
    return ApiError(403, "ContentStreamNotAllowed", "Message size too large")
