"""The child process: it hands over documents and errors, dies at its limits, and takes nobody with it."""

import asyncio
import json
import time
from pathlib import Path

import psutil
import pytest

from knowledge.parsers.errors import Damaged, PasswordProtected, Stopped, TooBig, TooDemanding, TooSlow
from knowledge.parsers.limits import Limits
from knowledge.parsers.result import decode
from knowledge.parsers.sandbox import parse
from tests.knowledge.parsers import making


def deep_page(path: Path, megabytes: int) -> Path:
    """A web page whose tree costs far more memory and time than its bytes."""
    return making.written(path, "<!doctype html><p>Words.</p>" + "<b>x</b><i>y</i>" * (megabytes << 16))


def children() -> set[int]:
    return {
        child.pid for child in psutil.Process().children() if "knowledge.parsers.child" in " ".join(child.cmdline())
    }


async def test_hands_over_the_document_and_its_progress(tmp_path: Path):
    counts: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        counts.append((done, total))

    path = making.pdf(tmp_path / "a.pdf", [["# Tea", making.WORDS]] * 3)
    parsed = await parse(path, "tea.pdf", progress=progress)
    assert len(parsed.pages) == 3
    assert counts[-1] == (3, 3)


async def test_hands_over_errors_by_their_kind(tmp_path: Path):
    path = making.pdf(tmp_path / "a.pdf", [[making.WORDS]], password="x")
    with pytest.raises(PasswordProtected, match=r"letter\.pdf"):
        await parse(path, "letter.pdf")


async def test_an_allocating_file_dies_at_its_limit_while_another_is_read(tmp_path: Path):
    greedy = deep_page(tmp_path / "a.html", 24)
    modest = making.pdf(tmp_path / "b.pdf", [[making.WORDS]] * 20)
    outcomes = await asyncio.gather(
        parse(greedy, "a.html", limits=Limits(memory=300 << 20)), parse(modest, "b.pdf"), return_exceptions=True
    )
    assert isinstance(outcomes[0], TooDemanding)
    assert not isinstance(outcomes[1], BaseException)


async def test_a_file_that_takes_too_much_processor_time_dies_at_its_limit(tmp_path: Path):
    busy = deep_page(tmp_path / "a.html", 24)
    modest = making.pdf(tmp_path / "b.pdf", [[making.WORDS]] * 20)
    outcomes = await asyncio.gather(
        parse(busy, "a.html", limits=Limits(cpu=1)), parse(modest, "b.pdf"), return_exceptions=True
    )
    assert isinstance(outcomes[0], TooSlow)
    assert not isinstance(outcomes[1], BaseException)


async def test_a_file_that_takes_too_long_dies_at_its_limit(tmp_path: Path):
    with pytest.raises(TooSlow):
        await parse(deep_page(tmp_path / "a.html", 24), "a.html", limits=Limits(wall=0.3))
    assert not children()


async def test_calling_it_off_kills_the_child(tmp_path: Path):
    cancelled = asyncio.Event()
    task = asyncio.create_task(parse(deep_page(tmp_path / "a.html", 24), "a.html", cancelled=cancelled))
    while not children():
        await asyncio.sleep(0.01)
    cancelled.set()
    with pytest.raises(Stopped):
        await task
    assert not children()


async def test_cancelling_the_task_kills_the_child(tmp_path: Path):
    task = asyncio.create_task(parse(deep_page(tmp_path / "a.html", 24), "a.html"))
    while not children():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children()


async def test_the_child_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EVERMYND_OPENAI_API_KEY", "do-not-pass-on")
    task = asyncio.create_task(parse(deep_page(tmp_path / "a.html", 24), "a.html", limits=Limits(wall=20)))
    while not (pids := children()):
        await asyncio.sleep(0.01)
    environment = psutil.Process(pids.pop()).environ()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert "EVERMYND_OPENAI_API_KEY" not in environment


@pytest.mark.parametrize(
    "answer",
    [
        "not json",
        "{}",
        '{"error": 7}',
        '{"title":"t","media_type":"m","unit":"","pages":[{"number":1,"label":"","text":"a\\n"}],'
        '"blocks":[{"kind":"heading","level":1,"start":0,"end":99}]}',
    ],
)
def test_a_child_that_lies_is_not_believed(tmp_path: Path, answer: str):
    with pytest.raises(Damaged):
        decode(making.written(tmp_path / "r", answer), "a.pdf", 1 << 20)


def test_a_child_tells_why_in_words_that_can_be_translated(tmp_path: Path):
    answer = '{"error":"too_big","name":"a.gz","detail":"it unpacks to {megabytes} MB","values":{"megabytes":"9"}}'
    with pytest.raises(TooBig, match="it unpacks to 9 MB") as caught:
        decode(making.written(tmp_path / "r", answer), "a.gz", 1 << 20)
    assert caught.value.values["detail"] == "it unpacks to 9 MB"
    assert vars(caught.value.values["detail"]) == {
        "message": "it unpacks to {megabytes} MB",
        "values": {"megabytes": "9"},
    }


@pytest.mark.parametrize(
    "detail", ["{a:>99999999999}", "{a.__class__}", "{a[0]}", "{a!r}", "{b}", "{0}", "{", "{a} {}"]
)
def test_a_child_cannot_say_how_its_words_are_filled_in(tmp_path: Path, detail: str):
    answer = json.dumps({"error": "damaged", "detail": detail, "values": {"a": "tea"}})
    with pytest.raises(Damaged) as caught:
        decode(making.written(tmp_path / "r", answer), "a.pdf", 1 << 20)
    assert f"as {detail}." in str(caught.value)


async def test_three_thousand_pages_stay_within_the_limits(tmp_path: Path):
    lines = [making.WORDS] * 24
    path = making.pdf(tmp_path / "long.pdf", ([f"# Chapter {n} title", *lines] for n in range(3000)))
    started = time.monotonic()
    parsed = await parse(path, "long.pdf", limits=Limits(memory=1 << 30))
    print(f"{3000 / (time.monotonic() - started):.0f} pages/s")
    assert len(parsed.pages) == 3000
    assert sum(block.kind == "heading" for block in parsed.blocks) == 3000
