import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.embedded import reach
from ui.embedded.process import Account
from ui.errors import StartError

NOBODY = Account(65534, 65534)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands Postgres to another user")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_home(tmp_path: Path) -> Path:
    """The programs below a folder that only its owner may enter."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    packages = reach.installed().parents[1]
    for name in (reach.PACKAGE, f"{reach.PACKAGE}.libs"):
        (closed / name).mkdir()
    (closed / reach.PACKAGE / "pginstall18").symlink_to(packages / reach.PACKAGE / "pginstall18")
    shutil.copytree(packages / f"{reach.PACKAGE}.libs", closed / f"{reach.PACKAGE}.libs", dirs_exist_ok=True)
    shutil.copytree(reach.installed(), closed / reach.PACKAGE / "real", ignore=shutil.ignore_patterns("include", "*.a"))
    return closed / reach.PACKAGE / "real"


def test_a_path_below_a_closed_folder_is_out_of_reach(open_folder: Path):
    (open_folder / "closed").mkdir(mode=0o700)
    (open_folder / "closed" / "file").touch(mode=0o644)
    (open_folder / "file").touch(mode=0o644)
    assert reach.readable(open_folder / "file", NOBODY)
    assert not reach.readable(open_folder / "closed" / "file", NOBODY)
    assert reach.readable(open_folder / "closed" / "file", Account(os.geteuid(), os.getegid()))


def test_an_ordinary_user_runs_the_programs_where_they_are():
    assert reach.programs(None) == reach.installed()


@as_root
def test_programs_out_of_reach_are_copied_where_the_other_user_can_run_them(closed_home: Path, open_folder: Path):
    home = reach.programs(NOBODY, closed_home, open_folder)
    told = subprocess.check_output([home / "bin" / "initdb", "--version"], user=65534, group=65534, cwd="/", text=True)
    assert home.is_relative_to(open_folder)
    assert "18" in told
    assert reach.programs(NOBODY, closed_home, open_folder) == home
    assert closed_home.parents[1].stat().st_mode & 0o777 == 0o700


@as_root
def test_when_no_place_is_in_reach_the_line_names_the_fix(closed_home: Path, tmp_path: Path):
    with pytest.raises(StartError, match="install EverMynd in a folder that others may enter"):
        reach.programs(NOBODY, closed_home, tmp_path / "shared")


@as_root
def test_the_server_of_root_runs_as_nobody_or_as_the_owner_of_its_data(tmp_path: Path):
    (tmp_path / "cluster").mkdir()
    assert reach.service_account(tmp_path / "none") == reach.service_account(tmp_path / "cluster")
    os.chown(tmp_path / "cluster", 1234, 1235)
    assert reach.service_account(tmp_path / "cluster") == Account(1234, 1235)
