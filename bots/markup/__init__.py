"""Markdown on its way to platforms: one tree of it, one place that knows where a text may be cut.

    parse (CommonMark → tree) → flatten (tree → text and formatting) → split (parts within a platform's limit)

A platform that formats by entities, as Telegram does, takes `flatten` and `split`; one with a dialect of its own gets
a module here that writes the tree of `parse` in that dialect.
"""

from bots.markup.flat import Flat, to_units
from bots.markup.flatten import flatten
from bots.markup.parsing import parse
from bots.markup.plain import cut
from bots.markup.splitting import split
from bots.markup.units import Unit, length

__all__ = ["Flat", "Unit", "cut", "flatten", "length", "parse", "split", "to_units"]
