"""Bad files get an answer that names the file, says what is wrong and what to do."""

from pathlib import Path

import pytest

from knowledge.parsers.errors import (
    Damaged,
    EmptyFile,
    NoText,
    ParserError,
    PasswordProtected,
    TooBig,
    UnsupportedFormat,
)
from knowledge.parsers.reading import read
from knowledge.parsers.source import Source
from tests.knowledge.parsers import making


def failure(path: Path) -> ParserError:
    with pytest.raises(ParserError) as caught:
        read(Source(path, path.name))
    assert path.name in str(caught.value)
    return caught.value


def test_an_empty_file(tmp_path: Path):
    assert isinstance(failure(making.written(tmp_path / "a.pdf", b"")), EmptyFile)


def test_a_file_of_blanks(tmp_path: Path):
    assert isinstance(failure(making.written(tmp_path / "a.txt", b" \n\n\t " * 9 + b"\0")), NoText)


def test_a_pdf_with_a_password(tmp_path: Path):
    path = making.pdf(tmp_path / "locked.pdf", [[making.WORDS]], password="s3cret")
    assert isinstance(failure(path), PasswordProtected)


def test_a_scanned_pdf(tmp_path: Path):
    error = failure(making.scanned_pdf(tmp_path / "scan.pdf"))
    assert isinstance(error, NoText)
    assert "run text recognition (OCR)" in str(error)


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_damaged_word_document(tmp_path: Path, keep: float):
    whole = making.word(tmp_path / "whole.docx").read_bytes()
    assert isinstance(failure(making.written(tmp_path / "cut.docx", whole[: int(len(whole) * keep)])), Damaged)


def test_a_word_document_with_damage_inside(tmp_path: Path):
    whole = bytearray(making.word(tmp_path / "whole.docx").read_bytes())
    at = whole.find(b"word/document.xml") + 60
    whole[at : at + 40] = bytes(40)
    assert isinstance(failure(making.written(tmp_path / "hole.docx", bytes(whole))), Damaged)


def test_a_damaged_pdf(tmp_path: Path):
    assert isinstance(failure(making.written(tmp_path / "a.pdf", b"%PDF-1.7\n" + b"junk" * 100)), Damaged)


def test_a_damaged_compressed_file(tmp_path: Path):
    assert isinstance(failure(making.written(tmp_path / "a.txt.gz", b"\x1f\x8b\x08\0" + b"junk" * 9)), Damaged)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"MZ\x90\0", "a Windows program"),
        (b"\x7fELF\x02", "a Linux program"),
        (b"\x89PNG\r\n", "a picture"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (bytes(range(256)), "a binary file"),
    ],
)
def test_another_kind_of_file_under_a_false_name(tmp_path: Path, head: bytes, words: str):
    name = "report.txt" if words == "a binary file" else "report.pdf"
    error = failure(making.written(tmp_path / name, head + bytes(range(256)) * 8))
    assert isinstance(error, UnsupportedFormat)
    assert words in str(error)


def test_text_under_the_name_of_a_pdf(tmp_path: Path):
    assert isinstance(failure(making.written(tmp_path / "a.pdf", "just words")), Damaged)


def test_an_old_and_an_encrypted_office_file(tmp_path: Path):
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert isinstance(failure(making.written(tmp_path / "old.doc", head)), UnsupportedFormat)
    locked = head + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert isinstance(failure(making.written(tmp_path / "locked.docx", locked)), PasswordProtected)


def test_an_excel_workbook(tmp_path: Path):
    path = making.zipped(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})
    assert "an Excel workbook" in str(failure(path))


def test_a_book_that_unpacks_to_too_much(tmp_path: Path):
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<a/>", "x.xhtml": bytes(40 << 20)}
    assert isinstance(failure(making.zipped(tmp_path / "bomb.epub", members)), TooBig)
