"""An open hub, and browsers on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.db import Database
from tests.ui.account.browser import Browser, browser
from ui.account import AccountSettings


@pytest.fixture
def settings(tmp_path: Path) -> AccountSettings:
    """An open hub that sends no mail."""
    return AccountSettings(signup="open", public_url="http://hub.test", secure=False, data_dir=tmp_path)


@pytest.fixture
def another(database: Database, settings: AccountSettings) -> Callable[[], Browser]:
    """Open one more browser."""
    return lambda: browser(database, settings)


@pytest.fixture
def page(another: Callable[[], Browser]) -> Browser:
    """A browser on the hub."""
    return another()
