"""Payloads as Slack's reference shows them, one in a file: what a request body or an envelope carries.

Events and interactions are https://docs.slack.dev/reference/events and /reference/interaction-payloads; names of
people and ids are made up. Over HTTP an interaction travels as the form field `payload`, a command as a form.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    """One payload, new each time."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
