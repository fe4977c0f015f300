"""Markdown as Slack takes it: blocks for the eye, escaped text for notifications, Markdown for streams.

Slack's own dialects are https://docs.slack.dev/messaging/formatting-message-text (the text) and
https://docs.slack.dev/reference/block-kit/blocks/markdown-block (the Markdown).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bots.markup.commonmark import markdown_of, to_markdown
from bots.markup.emphasis import Dialect
from bots.markup.fitting import fitted
from bots.markup.flat import Flat
from bots.markup.flatten import Links, flatten
from bots.markup.lines import lines_of
from bots.markup.rich_text import rich_text_of

BLOCKS_LIMIT = 10_000
"""Characters of a message's blocks as JSON. Slack refuses more than about 13,200 with `msg_blocks_too_long`
(https://github.com/slackapi/bolt-js/issues/2509); what is left is for buttons."""
MARKDOWN_LIMIT = 12_000
"""Characters of Markdown in a block or in one call of a stream.
https://docs.slack.dev/reference/methods/chat.appendStream"""
LINKS = Links(schemes=("http", "https", "mailto"), longest=2000, bare=True)
"""Links that Slack opens; addresses within rich text are no links of themselves."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_DIALECT = Dialect(lists=True, ampersands=False, finds=r"<(?=[!@#]|mailto:|tel:|\w+://)")


@dataclass(frozen=True, slots=True)
class SlackText:
    """One message: `blocks` to be seen, `text` for notifications, `markdown` for a stream; `flat` is what it says."""

    text: str
    blocks: tuple[dict[str, Any], ...]
    markdown: str
    flat: Flat


def slack_parts(
    markdown: str, limit: int = MARKDOWN_LIMIT, base_url: str = "", *, blocks_limit: int = BLOCKS_LIMIT
) -> tuple[SlackText, ...]:
    """Give Markdown as messages: `text` and `markdown` within `limit` characters, blocks within theirs as JSON."""

    def excess(part: SlackText) -> float:
        size = len(json.dumps(part.blocks, ensure_ascii=False, separators=(",", ":")))
        return max(len(part.text) / limit, len(part.markdown) / limit, size / blocks_limit)

    return fitted(slack_flat(markdown, base_url), min(limit, blocks_limit), _to_slack, excess)


def slack_flat(markdown: str, base_url: str = "") -> Flat:
    """Read Markdown for Slack; links within the hub lead below `base_url`."""
    return flatten(markdown, base_url, LINKS)


def to_mrkdwn(flat: Flat) -> str:
    """Give a text's words, in which Slack finds no mention, no broadcast and no link with other words."""
    return flat.text.translate(_ESCAPES)


def to_slack_markdown(flat: Flat) -> str:
    """Give a text as the Markdown that Slack reads in streams and `markdown` blocks."""
    return to_markdown(flat, _DIALECT)


def _to_slack(flat: Flat) -> SlackText:
    lines = tuple(lines_of(flat))
    return SlackText(to_mrkdwn(flat), tuple(rich_text_of(lines)), markdown_of(lines, _DIALECT), flat)
