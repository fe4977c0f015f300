"""The count: a proof by killing needs enough of it."""

from pathlib import Path

import pytest

from tests.kill.cradle import Kills

pytestmark = pytest.mark.kill

HERE = Path(__file__).parent


def test_at_least_a_hundred_were_killed(request: pytest.FixtureRequest, kills: Kills):
    ran = {item.path for item in request.session.items}
    asked_for_all = set(HERE.glob("test_*.py")) <= ran
    assert kills.total >= 100 or not asked_for_all
