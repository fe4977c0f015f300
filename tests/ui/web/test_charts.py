"""What Plotly is told of a chart."""

import json

import pytest

from conversation.message import Chart, Series
from ui.web.charts import COLOURS, to_plotly


def drawn(chart: Chart) -> dict[str, object]:
    return json.loads(json.dumps(to_plotly(chart)))


def test_draws_one_bar_of_every_series_for_each_label() -> None:
    chart = Chart("Cups", ("Mon", "Tue"), (Series("Green", (2, 3)), Series("Black", (1, 0.5))))
    traces = drawn(chart)["data"]
    assert [(trace["type"], trace["name"], trace["y"]) for trace in traces] == [  # type: ignore[attr-defined]
        ("bar", "Green", [2, 3]),
        ("bar", "Black", [1, 0.5]),
    ]


def test_draws_lines_and_a_legend_only_where_there_are_several() -> None:
    figure = drawn(Chart("Cups", ("Mon",), (Series("Green", (2,)),), "line"))
    assert figure["data"][0]["mode"] == "lines+markers"  # type: ignore[index]
    assert figure["layout"]["showlegend"] is False  # type: ignore[index]


def test_takes_names_literally() -> None:
    figure = str(drawn(Chart("<b>&</b>", ("<i>",), (Series("<a href=x>", (1,)),))))
    assert "<" not in figure.replace("<extra>", "").replace("</extra>", "")
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in figure


def test_a_hint_names_the_series_as_it_is_called() -> None:
    figure = drawn(Chart("Cups", ("Mon",), (Series("100% %{x}", (1,)), Series("Black", (2,)))))
    first = figure["data"][0]  # type: ignore[index]
    assert str(first["hovertemplate"]).endswith("<extra>%{fullData.name}</extra>")  # type: ignore[index]
    assert first["name"] == "100% %{x}"  # type: ignore[index]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#fcfbf9", "#11181c"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_stands_out_from_light_and_dark(colour: str, ground: str) -> None:
    high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 2.8
