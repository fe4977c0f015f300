"""Whom words are meant for: in a group the bot listens only when mentioned, replied to or commanded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bots.fields import Fields, part, parts, text, whole

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,32}))?(?=\s|$)")
_QUOTED = 500

_Edit = tuple[int, int, str]
"""A stretch of a text and what takes its place; nothing takes the place of the bot's name."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is; without a user name nobody can mention it by name.

    Of commands in a group that name no bot, those in `commands` are its own; without any, all are.
    """

    id: int
    username: str = ""
    commands: frozenset[str] = frozenset()

    def is_called(self, name: str) -> bool:
        """Tell whether a user name, without its @, is the bot's."""
        return bool(self.username) and name.lower() == self.username.lower()

    def takes(self, command: re.Match[str]) -> bool:
        """Tell whether a command in a group is the bot's: other bots are there too, and an administrator hears all."""
        if command[2]:
            return self.is_called(command[2])
        return not self.commands or command[1].lower() in self.commands


def words_of(message: Fields) -> str:
    """Give what somebody wrote: the text, or the caption of a file."""
    return text(message, "text") or text(message, "caption")


def said_in_private(me: Me, message: Fields) -> str:
    """Give what was said to the bot alone."""
    return to_command(me, _edited(words_of(message), _links(message)))


def said_to(me: Me, message: Fields) -> str | None:
    """Give what was said to the bot in a group, without its name; None if it was not meant."""
    mentions = _mentions(me, message)
    words = _edited(words_of(message), [*mentions, *_links(message)])
    command = _COMMAND.match(words)
    if command and command[2] and not me.is_called(command[2]):
        return None
    if not mentions and not (command and me.takes(command)) and not _answers(me, message):
        return None
    return to_command(me, words)


def to_command(me: Me, words: str) -> str:
    """Write a command that names the bot (`/help@bot`) as one that does not."""
    command = _COMMAND.match(words)
    if command and command[2] and me.is_called(command[2]):
        return f"/{command[1]}{words[command.end() :]}"
    return words


def quoted_in(message: Fields) -> str:
    """Give the words this message replies to: the passage that was chosen, or the whole text."""
    replied = part(message, "reply_to_message")
    if "forum_topic_created" in replied:
        return ""
    return (text(part(message, "quote"), "text") or words_of(replied))[:_QUOTED]


def pointed_at(me: Me, message: Fields) -> str:
    """Give the words of somebody else that the bot is called to, as a question: never as a command."""
    if whole(part(part(message, "reply_to_message"), "from"), "id") == me.id:
        return ""
    return quoted_in(message).lstrip("/ \n")


def _answers(me: Me, message: Fields) -> bool:
    """Tell whether this replies to the bot; that every message of a topic replies to its beginning counts not."""
    replied = part(message, "reply_to_message")
    return whole(part(replied, "from"), "id") == me.id and "forum_topic_created" not in replied


def _mentions(me: Me, message: Fields) -> list[_Edit]:
    """Find where the bot is mentioned."""
    found: list[_Edit] = []
    for start, end, entity in _entities(message):
        by_name = text(entity, "type") == "mention" and me.is_called(words_of(message)[start:end].removeprefix("@"))
        by_id = text(entity, "type") == "text_mention" and whole(part(entity, "user"), "id") == me.id
        if by_name or by_id:
            found.append((start, end, ""))
    return found


def _links(message: Fields) -> list[_Edit]:
    """Find the addresses behind words, which are as much said as those written out."""
    return [
        (end, end, f" {text(entity, 'url')}")
        for _, end, entity in _entities(message)
        if text(entity, "type") == "text_link" and text(entity, "url").startswith(("https://", "http://"))
    ]


def _entities(message: Fields) -> Iterator[tuple[int, int, Fields]]:
    """Give the entities with their positions in the text; Telegram counts in UTF-16 units."""
    units = words_of(message).encode("utf-16-le")
    for entity in parts(message, "entities" if text(message, "text") else "caption_entities"):
        offset, length = whole(entity, "offset"), whole(entity, "length")
        if offset is not None and length is not None and 0 <= offset <= len(units) and 0 < length <= len(units):
            start, end = (len(units[: 2 * at].decode("utf-16-le", "ignore")) for at in (offset, offset + length))
            yield start, end, entity


def _edited(words: str, edits: list[_Edit]) -> str:
    """Put words in, and cut the bot's name out, closing the gap as a person would."""
    for start, end, instead in sorted(edits, reverse=True):
        before, after = words[:start], words[end:]
        words = before + instead + after if instead else _closed(before.rstrip(" "), after.lstrip(" "))
    return words


def _closed(before: str, after: str) -> str:
    if not before.strip():
        return after.lstrip(",: \n")
    if not after or after[0] in ".;:!?":
        return before.rstrip(", ") + after
    if before.endswith("\n") or after[0] in "\n,":
        return before + after
    return f"{before} {after}"
