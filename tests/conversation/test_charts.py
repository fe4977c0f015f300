"""Charts as pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from conversation import charts
from conversation.message import Chart, Series


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_a_chart_becomes_a_picture(tmp_path: Path, kind: str):
    labels = tuple(f"$day_{number}^$" for number in range(40))
    chart = Chart("What was asked for 5 $", labels, (Series("asked", (1.0,) * 40), Series("n/a", (2.5,) * 40)), kind)  # type: ignore[arg-type]
    charts.draw(chart, tmp_path / "chart")
    with Image.open(tmp_path / "chart") as picture:
        assert (picture.format, picture.size) == ("PNG", (960, 540))
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 10


def test_a_chart_of_nothing_is_still_a_picture(tmp_path: Path):
    charts.draw(Chart("Nothing yet", (), ()), tmp_path / "chart")
    assert (tmp_path / "chart").stat().st_size > 1000
