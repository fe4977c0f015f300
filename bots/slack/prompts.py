"""Questions that Slack suggests where people write to the app, beside what can be pressed below a message.

https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: of an agent they stand at the top of the
conversation; naming a thread is for the panes of older apps, each of which is a conversation of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bots.slack.api import Api
from bots.slack.posting import channel_of, pane_of
from bots.slack.reading import direct
from conversation.channel import Part
from conversation.errors import ChannelError
from conversation.message import Address, Button

MOST = 4
"""Prompts of a thread."""
PATIENCE = 1.0
"""Seconds for what a message can do without."""

_log = structlog.get_logger(__name__)


def prompts(suggests: Sequence[Button]) -> list[dict[str, str]]:
    """Give suggested questions as Slack takes them: who chooses one says its message."""
    spoken = [each for each in suggests if each.label.strip() and each.value.strip()]
    return [{"title": each.label, "message": each.value} for each in spoken[:MOST]]


async def suggest(api: Api, to: Address, part: Part) -> None:
    """Suggest what a part suggests, in place of what was suggested before; an app that is no agent can do without."""
    found = part.native.get("prompts")
    if not (found and direct(channel_of(to))):
        return
    given = {"channel_id": channel_of(to), "thread_ts": pane_of(to) or None, "prompts": found}
    try:
        async with asyncio.timeout(PATIENCE):
            await api.call(to.account, "assistant.threads.setSuggestedPrompts", given)
    except (ChannelError, TimeoutError) as error:
        _log.info("slack.not_suggested", reason=str(error) or type(error).__name__)
