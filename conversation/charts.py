"""Charts as pictures, for channels that cannot draw them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from conversation.markdown import label
from conversation.message import Attachment, Chart

PICTURE = Attachment(None, "chart.png", "image/png", 0, kind="photo")
_SIZE, _RESOLUTION = (8.0, 4.5), 120
"""Inches, and dots to an inch: 960 by 540 pixels."""
_COLOURS = ("#2563eb", "#f59e0b", "#10b981", "#ef4444", "#8b5cf6", "#64748b")
_MOST_LABELS = 12
_LONGEST, _LONGEST_TITLE = 24, 80
"""Characters of a label and of the title that have room."""


def can_draw(chart: Chart) -> bool:
    """Tell whether the font has all characters of a chart (blocking); it has Latin, Greek and Cyrillic ones."""
    fonts: Any = import_module("matplotlib.font_manager")
    known = fonts.get_font(fonts.findfont(fonts.FontProperties())).get_charmap()
    said = [chart.title, *chart.labels, *(series.name for series in chart.series)]
    return all(ord(character) in known for text in said for character in _shown(text) if not character.isspace())


def draw(chart: Chart, to: Path) -> None:
    """Write a chart as a PNG (blocking; the first one takes a second, while the library is loaded)."""
    from matplotlib.figure import Figure  # a figure of its own: pyplot keeps state that threads would share

    figure: Any = Figure(figsize=_SIZE, dpi=_RESOLUTION, layout="constrained")
    axes = figure.add_subplot()
    at = range(len(chart.labels))
    width = 0.8 / max(len(chart.series), 1)
    handles: list[Any] = []
    for number, series in enumerate(chart.series):
        colour = _COLOURS[number % len(_COLOURS)]
        if chart.kind == "bar":
            shifted = [place + (number - (len(chart.series) - 1) / 2) * width for place in at]
            handles.append(axes.bar(shifted, series.values, width, color=colour))
        else:
            handles += axes.plot(at, series.values, marker="o", color=colour)
    step = -(-len(chart.labels) // _MOST_LABELS) or 1
    axes.set_xticks(list(at)[::step], [_shown(each) for each in chart.labels[::step]])
    axes.set_title(_shown(chart.title, _LONGEST_TITLE))
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.series) > 1:
        axes.legend(handles, [_shown(series.name) for series in chart.series], frameon=False)
    figure.savefig(to, format="png")


def _shown(text: str, longest: int = _LONGEST) -> str:
    """Shorten a text, without what cannot be seen, and keep a dollar sign from beginning a formula."""
    seen = "".join(character if character.isprintable() else " " for character in text)
    return label(seen, longest).replace("$", r"\$")
