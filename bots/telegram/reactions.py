"""What a reaction says of an answer: the emoji that Telegram offers are praise, blame, or neither.

https://core.telegram.org/bots/api#reactiontypeemoji
"""

from __future__ import annotations

from collections.abc import Sequence

from bots.fields import Fields, text

GOOD = frozenset(["❤\u200d🔥", *"👍❤🔥👏🎉💯🥰🤩😍🙏👌🏆🤝🫡🆒💘😘🍾⚡😎🤗"])
BAD = frozenset("👎💩🤮🤬😡🤡🖕🥱😴💔")

_SELECTOR = "\ufe0f"
"""Asks for the coloured look of an emoji; Telegram leaves it out, and not every app does."""


def judged(reactions: Sequence[Fields]) -> bool | None:
    """Tell whether these reactions are praise or blame; of several the newest that is either, which stands last."""
    for reaction in reversed(reactions):
        emoji = text(reaction, "emoji").replace(_SELECTOR, "") if text(reaction, "type") == "emoji" else ""
        if emoji in GOOD or emoji in BAD:
            return emoji in GOOD
    return None
