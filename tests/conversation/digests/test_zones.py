"""Time zones by their key, a city in any of our languages, or an offset."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from conversation.digests import zones
from conversation.digests.errors import NoSuchZone
from conversation.speech import LANGUAGES


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
        ("Москва", "Europe/Moscow"),
        ("Nueva York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("दिल्ली", "Asia/Kolkata"),
        ("São Paulo", "America/Sao_Paulo"),
        ("UTC", "UTC"),
        ("UTC+2", "Etc/GMT-2"),
        ("gmt -3", "Etc/GMT+3"),
        ("+5:30", "Asia/Kolkata"),
    ],
)
def test_it_finds(text: str, key: str):
    assert zones.find(text) == key


@pytest.mark.parametrize(
    ("text", "near"), [("Europe/Berlim", "Europe/Berlin"), ("Newyork", "America/New_York"), ("Mosco", "Europe/Moscow")]
)
def test_it_tells_what_comes_near(text: str, near: str):
    with pytest.raises(NoSuchZone) as failed:
        zones.find(text)
    assert near in failed.value.near


@pytest.mark.parametrize("text", ["Mars/Base", "UTC+15", "what is a conffile", "", "..", "A" * 500])
def test_it_knows_no_such_place(text: str):
    with pytest.raises(NoSuchZone):
        zones.find(text)


def test_what_it_offers_exists_and_is_called_by_its_city():
    assert all(ZoneInfo(key) for language in LANGUAGES for key in zones.common(language))
    assert [zones.called("Europe/Vienna", language) for language in ("en", "de", "ru")] == ["Vienna", "Wien", "Вена"]
    assert zones.called("Etc/GMT-2", "en") == "UTC+2"


def test_a_zone_that_is_no_longer_there_shows_utc():
    assert zones.clock("Mars/Base") == ZoneInfo("UTC")
