"""Zips of files: unpacked member by member into a folder, with limits, and never outside of it."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.parsers.errors import ArchiveTooBig, Damaged, EmptyFile, PasswordProtected, UnsafeArchive
from knowledge.parsers.formats import ARCHIVE
from knowledge.parsers.sniff import sniff
from knowledge.parsers.zips import has_huge_contents
from knowledge.phrases import Phrase

_BROKEN = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError)
_PIECE = 1 << 16
_ENCRYPTED = 0x1
_SYMLINK = 0o120000


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may unpack to; `ratio` is unpacked over packed, checked above `ratio_from` bytes."""

    files: int = 500
    total: int = 1 << 30
    one_file: int = 300 << 20
    ratio: int = 200
    ratio_from: int = 20 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One unpacked file: `name` inside the archive, `path` where it lies now."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """One entry that was not unpacked, and why, in words for a person: a `Phrase`, or their own language already."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out of an archive."""

    members: tuple[Member, ...]
    skipped: tuple[Skipped, ...]


def is_archive(path: Path, name: str) -> bool:
    """Whether the file is a zip of files, as against a document that happens to be packed as one."""
    return sniff(path, name) == ARCHIVE


def unpack(path: Path, name: str, folder: Path, *, limits: ArchiveLimits | None = None) -> Unpacked:
    """Unpacks a zip into `folder` under names of our own.

    Raises UnsafeArchive, ArchiveTooBig, PasswordProtected, EmptyFile or Damaged. All entries are checked before any is
    written.
    """
    if has_huge_contents(path):
        raise ArchiveTooBig(name, Phrase("it lists too many files"))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive, name, limits or ArchiveLimits())
            return _Unpacking(archive, name, folder, limits or ArchiveLimits()).run(entries)
    except _BROKEN as error:
        raise Damaged(name, ARCHIVE.label) from error


def _entries(archive: zipfile.ZipFile, name: str, limits: ArchiveLimits) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in archive.infolist():
        if _leads_outside(entry):
            raise UnsafeArchive(name, entry.orig_filename)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise PasswordProtected(name)
    wanted = [entry for entry in entries if not _is_hidden(entry.filename)]
    if not wanted:
        raise EmptyFile(name)
    if len(wanted) > limits.files:
        raise ArchiveTooBig(
            name,
            Phrase(
                "it holds {files} files, and {most} is the most", files=f"{len(wanted):,}", most=f"{limits.files:,}"
            ),
        )
    _check_total(name, sum(entry.file_size for entry in wanted), limits)
    return wanted


def _leads_outside(entry: zipfile.ZipInfo) -> bool:
    written = entry.orig_filename.replace("\\", "/")
    is_absolute = written.startswith("/") or re.match(r"[A-Za-z]:", written) is not None
    return is_absolute or ".." in written.split("/") or (entry.external_attr >> 16) & 0o170000 == _SYMLINK


def _is_hidden(filename: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(filename).parts)


def _check_total(name: str, total: int, limits: ArchiveLimits) -> None:
    if total > limits.total:
        raise ArchiveTooBig(name, Phrase("it unpacks to more than {megabytes} MB", megabytes=f"{limits.total >> 20:,}"))


class _Unpacking:
    """One run over an archive; sizes are counted as bytes come out, because an archive can lie about them."""

    def __init__(self, archive: zipfile.ZipFile, name: str, folder: Path, limits: ArchiveLimits) -> None:
        self._archive = archive
        self._name = name
        self._folder = folder
        self._limits = limits
        self._total = 0

    def run(self, entries: list[zipfile.ZipInfo]) -> Unpacked:
        members: list[Member] = []
        skipped: list[Skipped] = []
        for number, entry in enumerate(entries):
            target = self._folder / f"{number:04d}"
            size = self._write(entry, target)
            if reason := _reason_to_skip(target, entry.filename, size):
                target.unlink()
                skipped.append(Skipped(entry.filename, reason))
            else:
                members.append(Member(entry.filename, target, size))
        return Unpacked(tuple(members), tuple(skipped))

    def _write(self, entry: zipfile.ZipInfo, target: Path) -> int:
        size = 0
        with self._archive.open(entry) as source, target.open("wb") as out:
            while piece := source.read(_PIECE):
                size += len(piece)
                self._total += len(piece)
                self._check(entry, size)
                out.write(piece)
        return size

    def _check(self, entry: zipfile.ZipInfo, size: int) -> None:
        limits = self._limits
        _check_total(self._name, self._total, limits)
        if size > limits.one_file:
            most = f"{limits.one_file >> 20:,}"
            raise ArchiveTooBig(
                self._name, Phrase("“{file}” is larger than {megabytes} MB", file=entry.filename, megabytes=most)
            )
        if size > limits.ratio_from and size > limits.ratio * max(1, entry.compress_size):
            raise ArchiveTooBig(
                self._name, Phrase("“{file}” grows more than {times} times", file=entry.filename, times=limits.ratio)
            )


def _reason_to_skip(path: Path, name: str, size: int) -> str:
    if size == 0:
        return Phrase("it is empty")
    with path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if is_zip and name.lower().endswith(".zip"):
        return Phrase("it is an archive inside the archive; send it by itself")
    return ""
