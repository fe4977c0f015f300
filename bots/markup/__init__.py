"""Markdown on its way to platforms: one tree of it, one place that knows where a text may be cut.

    parse (CommonMark → tree) → flatten (tree → text and formatting) → split (parts within a platform's limit)

A platform that formats by entities, as Telegram does, takes `flatten` and `split`; one with a dialect of its own has a
module here that writes the flat text in that dialect, and gives the parts of a Markdown text as that platform's.
"""

from bots.markup.cards import to_card_table, to_card_text
from bots.markup.flat import Flat, Item, to_units
from bots.markup.flatten import Links, flatten
from bots.markup.parsing import parse
from bots.markup.plain import cut
from bots.markup.rich_text import to_rich_text
from bots.markup.slack import SlackText, slack_flat, slack_parts, to_mrkdwn, to_slack_markdown
from bots.markup.splitting import split
from bots.markup.teams import TeamsText, teams_flat, teams_parts, to_teams_markdown
from bots.markup.units import Unit, length

__all__ = [
    "Flat",
    "Item",
    "Links",
    "SlackText",
    "TeamsText",
    "Unit",
    "cut",
    "flatten",
    "length",
    "parse",
    "slack_flat",
    "slack_parts",
    "split",
    "teams_flat",
    "teams_parts",
    "to_card_table",
    "to_card_text",
    "to_mrkdwn",
    "to_rich_text",
    "to_slack_markdown",
    "to_teams_markdown",
    "to_units",
]
