"""Archives are unpacked inside their folder, within their limits, or not at all."""

import struct
import zipfile
from pathlib import Path

import pytest

from knowledge.parsers.archive import ArchiveLimits, is_archive, unpack
from knowledge.parsers.errors import ArchiveTooBig, Damaged, EmptyFile, PasswordProtected, UnsafeArchive
from tests.knowledge.parsers import making


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_unpacks_members_and_leaves_out_what_nobody_meant(tmp_path: Path, out: Path):
    members = {"a.txt": b"one", "in/b.md": b"two", "__MACOSX/a.txt": b"x", ".hidden": b"x", "c.txt": b""}
    path = making.zipped(tmp_path / "a.zip", members)
    unpacked = unpack(path, "a.zip", out)
    assert [(member.name, member.path.read_bytes()) for member in unpacked.members] == [
        ("a.txt", b"one"),
        ("in/b.md", b"two"),
    ]
    assert [(entry.name, entry.reason) for entry in unpacked.skipped] == [("c.txt", "it is empty")]


def test_a_nested_archive_is_skipped_with_its_reason(tmp_path: Path, out: Path):
    inner = making.zipped(tmp_path / "inner.zip", {"x.txt": b"x"}).read_bytes()
    path = making.zipped(tmp_path / "a.zip", {"a.txt": b"one", "inner.zip": inner})
    (skipped,) = unpack(path, "a.zip", out).skipped
    assert skipped.name == "inner.zip"
    assert "archive inside the archive" in skipped.reason


@pytest.mark.parametrize("name", ["../evil.txt", "a/../../evil.txt", "/etc/evil", "C:\\evil.txt", "..\\evil.txt"])
def test_a_member_that_points_outside_is_refused(tmp_path: Path, out: Path, name: str):
    path = making.zipped(tmp_path / "a.zip", {"ok.txt": b"fine", name: b"evil"})
    with pytest.raises(UnsafeArchive, match="points outside"):
        unpack(path, "a.zip", out)
    assert not list(out.iterdir())


def test_a_link_inside_an_archive_is_refused(tmp_path: Path, out: Path):
    def as_link(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = 0o120777 << 16

    with pytest.raises(UnsafeArchive):
        unpack(making.zipped(tmp_path / "a.zip", {"l": b"/etc/passwd"}, change=as_link), "a.zip", out)


def test_a_bomb_is_refused(tmp_path: Path, out: Path):
    path = making.zipped(tmp_path / "bomb.zip", {"a.txt": bytes(30 << 20)})
    with pytest.raises(ArchiveTooBig, match="grows more than"):
        unpack(path, "bomb.zip", out)


def test_too_much_in_all_is_refused(tmp_path: Path, out: Path):
    path = making.zipped(tmp_path / "a.zip", {f"{n}.txt": bytes(1 << 20) for n in range(5)})
    with pytest.raises(ArchiveTooBig, match="more than 3 MB"):
        unpack(path, "a.zip", out, limits=ArchiveLimits(total=3 << 20))


def test_too_many_files_are_refused(tmp_path: Path, out: Path):
    path = making.zipped(tmp_path / "a.zip", {f"{n}.txt": b"x" for n in range(501)})
    with pytest.raises(ArchiveTooBig, match="501 files"):
        unpack(path, "a.zip", out)


def test_an_archive_with_millions_of_entries_is_not_even_opened(tmp_path: Path, out: Path):
    data = bytearray(making.zipped(tmp_path / "a.zip", {"a.txt": b"x"}).read_bytes())
    struct.pack_into("<L", data, data.rfind(b"PK\x05\x06") + 12, 1 << 30)
    with pytest.raises(ArchiveTooBig, match="too many files"):
        unpack(making.written(tmp_path / "b.zip", bytes(data)), "b.zip", out)


def test_a_locked_archive_says_so(tmp_path: Path, out: Path):
    data = bytearray(making.zipped(tmp_path / "a.zip", {"a.txt": b"x"}).read_bytes())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PasswordProtected):
        unpack(making.written(tmp_path / "b.zip", bytes(data)), "b.zip", out)


def test_an_empty_and_a_damaged_archive_say_so(tmp_path: Path, out: Path):
    with pytest.raises(EmptyFile):
        unpack(making.zipped(tmp_path / "a.zip", {}), "a.zip", out)
    with pytest.raises(Damaged):
        unpack(making.written(tmp_path / "b.zip", b"PK\x03\x04junk"), "b.zip", out)


def test_a_word_document_is_not_an_archive_of_files(tmp_path: Path):
    assert not is_archive(making.word(tmp_path / "a.docx"), "a.docx")
    assert is_archive(making.zipped(tmp_path / "a.zip", {"a.txt": b"x"}), "a.zip")
