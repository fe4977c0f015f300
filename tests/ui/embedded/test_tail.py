import json
from pathlib import Path

import pytest

from ui.embedded.tail import Tail, notable


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            {"level": "warning", "event": "slow", "seconds": 3, "timestamp": "t", "logger": "l"},
            "warning: slow seconds=3",
        ),
        ({"level": "error", "event": "failed", "exception": "Traceback …"}, "error: failed"),
        ({"level": "info", "event": "fine"}, None),
        ([1, 2], None),
    ],
)
def test_only_warnings_and_errors_are_for_the_terminal(line: object, told: str | None):
    assert notable(json.dumps(line)) == told


@pytest.mark.parametrize("line", ["ValueError: no", "redis.exceptions.ConnectionError: no", "ERROR: no", "WARNING: no"])
def test_plain_lines_count_when_they_say_so(line: str):
    assert notable(line + "\n") == line
    assert notable("  at " + line) is None


def test_gives_each_complete_line_once(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text("old\none\ntw")
    tail = Tail(log, position=4)
    assert tail.fresh() == ["one"]
    log.write_text("old\none\ntwo\n")
    assert tail.fresh() == ["two"]
    assert tail.fresh() == []
