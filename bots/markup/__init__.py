"""Markdown on its way to platforms: one place that knows how long a text is there and where it may be cut."""

from bots.markup.splitting import length, split

__all__ = ["length", "split"]
