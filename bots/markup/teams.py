"""Markdown as Teams takes it in the text of a bot's message.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

from __future__ import annotations

from dataclasses import dataclass

from bots.markup.commonmark import to_markdown
from bots.markup.emphasis import Dialect
from bots.markup.fitting import fitted
from bots.markup.flat import Flat
from bots.markup.flatten import Links, flatten
from bots.markup.units import length

TEAMS_LIMIT = 20_000
"""UTF-16 units of a message's text. Teams takes about 100 KB for a whole message in UTF-16 and advises 80 KB."""
LINKS = Links(schemes=("http", "https", "mailto"), longest=2000, bare=True)
"""Links that Teams opens; an address is a link of its own, so that no sign in it is escaped."""

# Not every client shows lists in text, and none shows headings or tables: lists keep their signs as words.
_DIALECT = Dialect(lists=False, finds=r"(?i)<(?=/?at\b)")


@dataclass(frozen=True, slots=True)
class TeamsText:
    """The text of one message, as Markdown; `flat` is what it says."""

    text: str
    flat: Flat


def teams_parts(markdown: str, limit: int = TEAMS_LIMIT, base_url: str = "") -> tuple[TeamsText, ...]:
    """Give Markdown as the texts of messages, each within `limit` UTF-16 units with its markup."""

    def excess(part: TeamsText) -> float:
        return length(part.text, "utf16") / limit

    return fitted(teams_flat(markdown, base_url), limit, _to_teams, excess)


def teams_flat(markdown: str, base_url: str = "") -> Flat:
    """Read Markdown for Teams; links within the hub lead below `base_url`."""
    return flatten(markdown, base_url, LINKS)


def to_teams_markdown(flat: Flat) -> str:
    """Give a text as the Markdown that Teams reads."""
    return to_markdown(flat, _DIALECT)


def _to_teams(flat: Flat) -> TeamsText:
    return TeamsText(to_teams_markdown(flat), flat)
