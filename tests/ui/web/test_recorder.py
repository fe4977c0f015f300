"""A recording that comes in pieces."""

import wave
from pathlib import Path

import pytest

from ui.web.recorder import LONGEST, RATE, Recording


def test_makes_a_wav_file_of_its_pieces(tmp_path: Path) -> None:
    recording = Recording()
    for piece in (b"\x01\x00" * RATE, b"\x02\x00" * (RATE // 2), b"\x03"):
        recording.add(piece)
    file = recording.write(tmp_path / "files", "Voice message")
    with wave.open(str(file.path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE)
        assert sound.getnframes() == RATE + RATE // 2
    assert (file.kind, file.media_type, file.size) == ("voice", "audio/wav", file.path.stat().st_size)


def test_ends_at_the_longest_and_loses_nothing_before(tmp_path: Path) -> None:
    recording = Recording()
    while not recording.full:
        recording.add(bytes(7 * RATE))
    recording.add(b"more")
    with wave.open(str(recording.write(tmp_path, "Voice message").path)) as sound:
        assert sound.getnframes() == LONGEST * RATE


def test_leaves_no_half_of_a_file_where_there_is_no_room(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    with pytest.raises(OSError, match="files"):
        Recording().write(tmp_path / "files", "Voice message")


def test_a_click_is_no_message() -> None:
    recording = Recording()
    recording.add(bytes(RATE // 10))
    assert recording.empty
