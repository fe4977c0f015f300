import os
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest

from tests.ui.embedded.conftest import Start, processes
from ui.embedded import boot, lock
from ui.embedded.ports import answers
from ui.errors import StartError
from ui.settings import load


async def test_says_where_to_go_once_everything_answers(start: Start):
    hub = start("gateway", "idle", graph=True)
    assert f"http://127.0.0.1:{hub.port}" in hub.line("ready: ")
    assert await answers("127.0.0.1", hub.port, "/readyz") == 200


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_the_next_start_has_the_data(start: Start, ending: signal.Signals):
    for count in (1, 2):
        hub = start("gateway", "parent")
        hub.line("ready: ")
        assert hub.query("select count(*) from starts") == [(count,)]
        hub.process.send_signal(ending)
        assert hub.rest().splitlines()[-1] == "Stopped; the data stays."
        assert hub.process.returncode == 0
        assert processes(hub.folder) == []


@pytest.mark.kill
def test_killed_with_9_the_next_start_cleans_up_and_continues(start: Start):
    first = start("gateway", "stubborn", graph=True)
    first.line("ready: ")
    left = processes(first.folder)
    first.process.kill()
    first.process.wait()
    second = start("gateway", "idle", graph=True)
    second.line("ready: ")
    assert second.query("select count(*) from starts") == [(2,)]
    assert [each for each in left if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.kill
def test_killed_with_9_while_it_makes_its_database_the_next_start_makes_it(start: Start):
    first = start("gateway")
    while not (first.folder / "postgres" / "cluster.new" / "base").exists():
        assert first.process.poll() is None
    first.process.kill()
    first.process.wait()
    second = start("gateway")
    second.line("ready: ")
    assert second.query("select count(*) from starts") == [(1,)]


@pytest.mark.kill
def test_a_signal_while_it_starts_ends_every_process(start: Start):
    hub = start("gateway", graph=True)
    hub.line("Postgres ready")
    hub.process.terminate()
    hub.rest()
    assert hub.process.returncode == 0
    assert processes(hub.folder) == []


def test_a_busy_port_is_one_line_before_anything_starts(start: Start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        hub = start("gateway", port=taken.getsockname()[1])
        said = hub.rest().splitlines()
    assert len(said) == 1
    assert "choose another port with --port or EVERMYND_PORT" in said[0]
    assert hub.process.returncode == 1


def test_a_data_folder_in_use_is_one_line_that_names_the_other(start: Start):
    first = start("gateway")
    first.line("ready: ")
    second = start("gateway")
    said = second.rest().splitlines()
    assert len(said) == 1
    assert f"in use by another EverMynd (process {first.process.pid})" in said[0]
    assert first.process.poll() is None


def test_a_folder_that_cannot_be_written_is_one_line(start: Start, tmp_path: Path):
    (tmp_path / "file").touch()
    said = start("gateway", folder=tmp_path / "file" / "data").rest().splitlines()
    assert len(said) == 1
    assert "cannot be written (Not a directory): choose another folder with --data-dir" in said[0]


async def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path):
    plan = boot.Plan(load(data_dir=tmp_path), [], print, print, least_free=1 << 62)
    with pytest.raises(StartError, match=r"has only \d+ MB left, less than .* free some"):
        await boot.up(plan)
    assert not lock.is_held(tmp_path)


@pytest.mark.kill
def runs(each: psutil.Process, command: str) -> bool:
    """Tell whether a process, if it still lives, runs a command."""
    try:
        return each.cmdline()[-1:] == [command]
    except psutil.Error:
        return False


def running(folder: Path, command: str) -> psutil.Process:
    """Give the one process that runs a command, once it does: a child is seen before it has begun its program."""
    ends = time.monotonic() + 30
    while len(found := [each for each in processes(folder) if runs(each, command)]) != 1:
        assert time.monotonic() < ends, f"{len(found)} processes run {command}"
        time.sleep(0.02)
    return found[0]


def test_a_process_that_dies_is_started_again(start: Start):
    hub = start("gateway", "idle")
    hub.line("ready: ")
    running(hub.folder, "idle").kill()
    assert "Idle ended unexpectedly (signal 9)" in hub.line("Idle")
    hub.line("Idle started again")
    assert running(hub.folder, "idle").is_running()


@pytest.mark.kill
def test_a_server_that_dies_is_started_again_at_the_same_address(start: Start):
    hub = start("gateway")
    hub.line("ready: ")
    pid_file = hub.folder / "postgres" / "cluster" / "postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    hub.line("Postgres started again")
    assert hub.query("select count(*) from starts") == [(1,)]


def test_a_process_that_keeps_dying_stops_the_hub_with_one_clear_line(start: Start):
    hub = start("broken", "gateway")
    said = hub.rest()
    assert "broken | ValueError: nothing works today" in said
    assert said.splitlines()[-1].startswith("evermynd: Broken ended 5 times within a minute: see ")
    assert hub.process.returncode == 1
    assert processes(hub.folder) == []


def test_warnings_of_a_process_reach_the_terminal_and_the_rest_its_log(start: Start):
    hub = start("loud", "gateway")
    assert hub.line("loud |") == "loud | warning: disk is slow seconds=3"
    assert '"event": "hello"' in (hub.folder / "logs" / "loud.log").read_text()
