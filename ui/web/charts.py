"""Draws charts for the page: what Plotly wants to be told, as plain JSON.

Colours of text, lines and ground are the page's own style's (evermynd.css), so that they follow light and dark.
"""

from __future__ import annotations

from conversation.message import Chart

Json = dict[str, object]
COLOURS = ("#0f8b8d", "#d98324", "#7a5ea8", "#4f8a3c", "#c2504d", "#4a78b8")
"""Colours of the series, each at least 3 : 1 against both grounds of the page (WCAG 2.2, 1.4.11)."""
_HEIGHT = 320
_FONT = {"family": "ui-sans-serif, system-ui, sans-serif", "size": 13}
_AXIS: Json = {"automargin": True, "fixedrange": True, "zeroline": False, "title": {"text": ""}}


def to_plotly(chart: Chart) -> Json:
    """Give the figure of a chart; it answers to hovering only, and offers nothing that leads elsewhere."""
    layout: Json = {
        "title": {"text": _literal(chart.title), "x": 0, "xref": "paper", "font": {"size": 15}},
        "height": _HEIGHT,
        "autosize": True,
        "margin": {"l": 8, "r": 8, "t": 44, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": _FONT,
        "colorway": list(COLOURS),
        "barmode": "group",
        "bargap": 0.3,
        "showlegend": len(chart.series) > 1,
        "legend": {"orientation": "h", "x": 0, "y": -0.15, "yanchor": "top"},
        "xaxis": {**_AXIS, "type": "category", "showgrid": False},
        "yaxis": {**_AXIS, "rangemode": "tozero", "nticks": 6},
        "dragmode": False,
    }
    config: Json = {"displayModeBar": False, "responsive": True, "showLink": False, "scrollZoom": False}
    return {"data": [_trace(chart, number) for number in range(len(chart.series))], "layout": layout, "config": config}


def _trace(chart: Chart, number: int) -> Json:
    series, colour = chart.series[number], COLOURS[number % len(COLOURS)]
    drawn: Json = {
        "x": [_literal(label) for label in chart.labels],
        "y": list(series.values),
        "name": _literal(series.name),
        "hovertemplate": "%{x}: %{y}<extra>" + ("%{fullData.name}" if len(chart.series) > 1 else "") + "</extra>",
    }
    if chart.kind == "bar":
        return {**drawn, "type": "bar", "marker": {"color": colour}}
    return {**drawn, "type": "scatter", "mode": "lines+markers", "line": {"color": colour, "width": 2.5}}


def _literal(text: str) -> str:
    """Keep text text: Plotly would read tags and entities in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
