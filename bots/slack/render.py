"""Replies as Slack messages: blocks to be seen, escaped text for notifications, Markdown for streams. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bots.markup import slack_parts
from bots.slack.avatars import shortcode
from bots.slack.elements import controls, in_words
from bots.slack.prompts import prompts
from conversation.channel import Capabilities, Part
from conversation.message import Progress, Reply

BLANK = "…"
"""What stands where a message has buttons but no words."""
NAME_LIMIT = 80
"""Characters of the name that a message bears."""

_BAR = 10


def render(reply: Reply, capabilities: Capabilities, base: str = "") -> tuple[Part, ...]:
    """Give a reply as messages; links within the hub lead below `base`. Nothing to see gives no message."""
    speaker = speaker_of(reply)
    markdown = "\n\n".join(filter(None, [reply.text, *_bar(reply.progress), *in_words(reply.buttons)]))
    parts = [
        Part(each.text, native={"blocks": list(each.blocks), "markdown": each.markdown, **speaker})
        for each in slack_parts(markdown, capabilities.text_limit, base)
    ]
    shown = reply.buttons[: capabilities.buttons]
    pressed = controls(shown, feedback=reply.feedback)
    if not parts and (pressed or reply.text):
        parts = [_blank(speaker)]
    if parts:
        parts[-1] = _with(replace(parts[-1], buttons=shown, progress=reply.progress), pressed, prompts(reply.suggests))
    return (*parts, *(Part("", file=file, native=speaker) for file in reply.files))


def speaker_of(reply: Reply) -> dict[str, Any]:
    """Give whose name and picture a message bears; a picture that Slack cannot be named goes before the name."""
    if not reply.coach_name.strip():
        return {}
    name, icon = " ".join(reply.coach_name.split()), shortcode(reply.avatar)
    if icon:
        return {"username": name[:NAME_LIMIT], "icon_emoji": icon}
    return {"username": f"{reply.avatar} {name}".strip()[:NAME_LIMIT]}


def _blank(speaker: Mapping[str, Any]) -> Part:
    words = {"type": "section", "text": {"type": "plain_text", "text": BLANK}}
    return Part(BLANK, native={"blocks": [words], "markdown": BLANK, **speaker})


def _with(part: Part, pressed: list[dict[str, Any]], suggested: list[dict[str, str]]) -> Part:
    more = {"prompts": suggested} if suggested else {}
    return replace(part, native={**part.native, **more, "blocks": [*part.native["blocks"], *pressed]})


def _bar(progress: Progress | None) -> list[str]:
    """Draw how far something has come; what it is stands in the text."""
    if progress is None:
        return []
    percent = min(max(progress.percent, 0), 100)
    full = percent * _BAR // 100
    return [f"{'▓' * full}{'░' * (_BAR - full)} {percent} %"]
