"""The stored activities are what the platform and Teams' documents write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ACTIVITIES = sorted((Path(__file__).parent / "activities").glob("*.json"))


@pytest.mark.parametrize("path", ACTIVITIES, ids=lambda path: path.stem)
def test_every_stored_activity_has_its_surroundings(path: Path) -> None:
    activity: dict[str, Any] = json.loads(path.read_text())
    assert activity["serviceUrl"] == "https://smba.trafficmanager.net/emea/"
    assert activity["recipient"]["id"].startswith("28:") and activity["from"]["id"][:3] in {"29:", "28:"}
    assert activity["conversation"]["conversationType"] in {"personal", "groupChat", "channel"}
    assert activity["channelData"]["tenant"]["id"] == activity["conversation"]["tenantId"]
