"""Charts as pictures, for channels that cannot draw them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conversation.message import Attachment, Chart

PICTURE = Attachment(None, "chart.png", "image/png", 0, kind="photo")
_SIZE, _RESOLUTION = (8.0, 4.5), 120
"""Inches, and dots to an inch: 960 by 540 pixels."""
_COLOURS = ("#2563eb", "#f59e0b", "#10b981", "#ef4444", "#8b5cf6", "#64748b")
_MOST_LABELS = 12


def draw(chart: Chart, to: Path) -> None:
    """Write a chart as a PNG (blocking; the first one takes a second, while the library is loaded)."""
    from matplotlib.figure import Figure  # a figure of its own: pyplot keeps state that threads would share

    figure: Any = Figure(figsize=_SIZE, dpi=_RESOLUTION, layout="constrained")
    axes = figure.add_subplot()
    at = range(len(chart.labels))
    width = 0.8 / max(len(chart.series), 1)
    for number, series in enumerate(chart.series):
        colour = _COLOURS[number % len(_COLOURS)]
        if chart.kind == "bar":
            shifted = [place + (number - (len(chart.series) - 1) / 2) * width for place in at]
            axes.bar(shifted, series.values, width, label=series.name, color=colour)
        else:
            axes.plot(at, series.values, marker="o", label=series.name, color=colour)
    step = -(-len(chart.labels) // _MOST_LABELS) or 1
    axes.set_xticks(list(at)[::step], [_literal(label) for label in chart.labels[::step]])
    axes.set_title(_literal(chart.title))
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.series) > 1:
        axes.legend(frameon=False)
    figure.savefig(to, format="png")


def _literal(text: str) -> str:
    """Keep a dollar sign from beginning a formula."""
    return text.replace("$", r"\$")
