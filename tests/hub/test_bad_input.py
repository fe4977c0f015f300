"""What people should not send, and what they read then: a kind sentence in the thread, and the next thing works."""

from __future__ import annotations

import re
import zipfile
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from conversation.errors import TooLong
from tests.conftest import Addresses
from tests.hub.trip import Trip, open_trip
from tests.knowledge.parsers import making
from ui.web.backend import ShownMessage

_JARGON = re.compile(r"Traceback|Exception|Error\b|errno|None\b|null|0x|\.py\b|codec|stack|UUID|HTTP")
GOOD = """# Brewing

Green tea steeps for two minutes in water of eighty degrees, or it turns bitter.
"""


@pytest.fixture
async def trip(addresses: Addresses, tmp_path: Path) -> AsyncGenerator[Trip]:
    async with open_trip(addresses, tmp_path) as running:
        yield running


def bomb(path: Path) -> Path:
    return making.zipped(path, {f"{number}.txt": bytes(60 << 20) for number in range(10)})


def climbing(path: Path) -> Path:
    return making.zipped(path, {"../../outside.txt": GOOD.encode(), "inside.txt": GOOD.encode()})


def nested(path: Path) -> Path:
    making.zipped(path, {"tea.md": GOOD.encode()})
    for _ in range(12):
        inner = path.read_bytes()
        making.zipped(path, {"inner.zip": inner})
    return path


def damaged(path: Path) -> Path:
    whole = making.word(path).read_bytes()
    return making.written(path, whole[: len(whole) // 2])


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty.pdf": (lambda path: making.written(path, b""), "is empty"),
    "locked.pdf": (lambda path: making.pdf(path, [[making.WORDS]], password="s3cret"), "protected with a password"),
    "scan.pdf": (making.scanned_pdf, "text recognition"),
    "letter.docx": (damaged, "looks damaged"),
    "bomb.zip": (bomb, "unpacks to too much"),
    "climbing.zip": (climbing, "points outside the archive"),
    "nested.zip": (nested, "zip"),
    "setup.pdf": (lambda path: making.written(path, b"MZ\x90\0" + bytes(range(256)) * 8), "a Windows program"),
}


def kind(message: ShownMessage) -> str:
    """The text of a message, which is short, without jargon, and drawn without a bar."""
    assert len(message.text) < 600 and not _JARGON.search(message.text), message.text
    assert message.progress is None
    return message.text.replace("\\", "")


async def test_a_file_that_cannot_be_read_gets_a_reason_and_the_next_one_is_learned(trip: Trip) -> None:
    for name, (make, words) in BAD.items():
        (answer,) = await trip.teach(make(trip.folder / name))
        assert words in kind(answer) and name in kind(answer)
        assert answer.buttons == ()
    (learned,) = await trip.teach(making.written(trip.folder / "tea.md", GOOD))
    assert "What I learned from tea.md" in kind(learned)
    assert not (trip.folder.parent / "outside.txt").exists()
    assert "two minutes" in (await trip.ask("How long does green tea steep?")).text


async def test_bad_and_good_files_sent_together_are_told_apart(trip: Trip) -> None:
    tea, empty = making.written(trip.folder / "tea.md", GOOD), making.written(trip.folder / "empty.txt", "")
    told = await trip.teach(empty, tea)
    assert ["is empty" in kind(message) for message in told] == [True, False]
    assert "What I learned from tea.md" in told[1].text


async def test_a_zip_is_learned_but_for_what_is_bad_in_it(trip: Trip) -> None:
    path = trip.folder / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tea.md", GOOD)
        archive.writestr("setup.exe", b"MZ\x90\0" + bytes(range(256)))
    (answer,) = await trip.teach(path)
    assert "1 of 2 files" in kind(answer) and "setup.exe" in answer.text
    assert "two minutes" in (await trip.ask("How long does green tea steep?")).text


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
async def test_a_text_in_another_encoding_is_read_as_it_was_meant(trip: Trip, encoding: str) -> None:
    text = "Crème brûlée\n\nThe café’s crème brûlée rests for three hours before it is served.\n".replace("’", "'")
    (learned,) = await trip.teach(making.written(trip.folder / "café.txt", text.encode(encoding)))
    assert "What I learned from café.txt" in kind(learned)
    answer = await trip.ask("How long does the crème brûlée rest?")
    assert "crème brûlée rests for three hours" in answer.text


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1:9/secret", "http://localhost/", "http://[::1]/x", "http://10.0.0.1/"]
)
async def test_a_link_into_a_private_network_is_refused(trip: Trip, link: str) -> None:
    (answer,) = await trip.teach(link=link)
    assert "points into a private network" in kind(answer)


async def test_a_million_characters_are_refused_with_another_way(trip: Trip) -> None:
    with pytest.raises(TooLong, match=r"1,000,000 characters.* Send it as a text file"):
        await trip.say("ä" * 1_000_000)
    assert "two" not in (await trip.ask("hello")).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("🙂🎉🙂", "I can only read words"),
        ("שלום, איך אני יוצר מאמן משלי?", "not been taught"),
        ("\x00\x00hel\x00lo\x00", "Hello"),
        ("/fly me home", "I do not know the command `/fly`"),
        ("/ / /", ""),
        ("<script>alert(1)</script><img src=x onerror=alert(2)>", "not been taught"),
        ("%s %(x)s {x} \\0 '; drop table users; --", "not been taught"),
    ],
)
async def test_an_odd_message_gets_a_fitting_answer(trip: Trip, text: str, words: str) -> None:
    assert words in kind(await trip.ask(text))
    asked = next(line for line in reversed(await trip.messages()) if line.author == "person")
    assert asked.text == text.replace("\x00", "")
