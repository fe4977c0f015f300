import json
import subprocess
import sys

from ui.logs import mask_secrets

CODE = """
import logging, structlog
from ui import logs
logs.configure({level!r}, as_json=True)
structlog.get_logger("ours").info("hello", token="hush", input_tokens=3)
logging.getLogger("theirs").warning("foreign %s", 1)
logging.getLogger("httpx").info("chatter")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("ours").exception("failed")
"""


def lines(level: str) -> list[dict[str, object]]:
    told = subprocess.run(
        [sys.executable, "-c", CODE.format(level=level)], stderr=subprocess.PIPE, text=True, check=True
    )
    return [json.loads(line) for line in told.stderr.splitlines()]


def test_our_logs_and_those_of_libraries_take_the_same_way():
    hello, foreign, failed = lines("info")
    assert (hello["event"], hello["level"], hello["logger"]) == ("hello", "info", "ours")
    assert (foreign["event"], foreign["level"], foreign["logger"]) == ("foreign 1", "warning", "theirs")
    assert "ZeroDivisionError" in str(failed["exception"])


def test_below_the_level_nothing_is_told():
    assert [line["event"] for line in lines("error")] == ["failed"]


def test_secrets_are_masked_and_counts_are_not():
    event = {"api_key": "hush", "password": None, "input_tokens": 3, "event": "x"}
    assert mask_secrets(None, "info", event) == {"api_key": "•••", "password": None, "input_tokens": 3, "event": "x"}
