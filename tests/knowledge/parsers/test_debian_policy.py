"""One real manual in four formats: the same sentence stands under the same headings, whichever file was sent."""

import re
import zipfile
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest

from knowledge.chunks import Chunk, split
from knowledge.parsers.document import Parsed
from knowledge.parsers.reading import read
from knowledge.parsers.source import Source

MANUAL = Path("/usr/share/doc/debian-policy")
FORMATS = ("policy.pdf.gz", "policy.epub", "policy.txt.gz", "html")

pytestmark = pytest.mark.skipif(
    not (MANUAL / "policy.pdf.gz").exists(), reason="the Debian package debian-policy is not installed here"
)

# The beginning of a sentence, and the words of the innermost heading above it.
SENTENCES = [
    ("This manual also describes Debian policy as it relates to creating Debian packages", "Scope"),
    ("The main archive area comprises the Debian distribution", "The main archive area"),
    ("Every package must have a name that's unique within the Debian archive", "The package name"),
    ("Every package must specify the dependency information about other packages", "Dependencies"),
    ("Essential is defined as the minimal set of functionality", "Essential packages"),
    ("Source packages should specify the most recent version number of this policy document", "Standards conformance"),
    ("Changes in the Debian version of the package should be briefly explained", "Debian changelog: debian/changelog"),
    (
        "This file is often required to contain a verbatim copy of the package’s copyright",
        "Copyright: debian/copyright",
    ),
    (
        "It is usually an error for a package to contain files which are on the system",
        "Overwriting files in other packages",
    ),
    (
        "This declares an absolute dependency",
        "Binary Dependencies - Depends, Recommends, Suggests, Enhances, Pre-Depends",
    ),
    ("When one binary package declares that it breaks another", "Packages which break other packages - Breaks"),
    ("The file name of a cron job file should normally match", "Cron job file names"),
    ("Any configuration files created or used by your package must reside in /etc", "Location"),
    ("Log files should usually be named /var/log/package.log", "Log files"),
    ("You should install manual pages in nroff source form", "Manual pages"),
]


@cache
def chunks_of(name: str) -> tuple[Parsed, list[Chunk]]:
    parsed = read(Source(MANUAL / name, name))
    return parsed, split(parsed, UUID(int=1))


@cache
def all_chunks(name: str) -> list[Chunk]:
    """The chunks of a format; the HTML edition is one file a chapter."""
    if name != "html":
        return chunks_of(name)[1]
    chapters = sorted(path.name for path in (MANUAL / "policy.html").glob("ch-*.html"))
    return [chunk for chapter in chapters for chunk in chunks_of(f"policy.html/{chapter}")[1]]


def letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def words_of(heading: str) -> str:
    return letters(re.sub(r"^[\d.]+\s+", "", heading))


def paths(name: str, sentence: str) -> list[tuple[str, ...]]:
    sought = letters(sentence)
    found = [chunk for chunk in all_chunks(name) if sought in letters(chunk.text)]
    return [tuple(words_of(heading) for heading in chunk.heading_path) for chunk in found]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("sentence", "heading"), SENTENCES)
def test_a_sentence_stands_under_the_same_heading_in_every_format(name: str, sentence: str, heading: str):
    found = paths(name, sentence)
    assert found, f"“{sentence}” is not in one piece in {name}"
    assert words_of(heading) in {path[-1] for path in found}
    reference = paths("policy.epub", sentence)
    assert found[0] == reference[0]


@pytest.mark.parametrize("name", ["policy.pdf.gz", "policy.txt.gz"])
def test_every_section_of_the_book_is_a_section_in_the_other_formats(name: str):
    def headings(parsed: Parsed) -> set[str]:
        return {words_of(parsed.text[b.start : b.end]) for b in parsed.blocks if b.kind == "heading"}

    book, other = headings(chunks_of("policy.epub")[0]), headings(chunks_of(name)[0])
    assert len(book) > 300
    assert book - other <= {words_of("Debian Policy Manual")}
    assert len(other - book) <= 2


def test_the_pdf_reads_like_a_book():
    parsed, chunks = chunks_of("policy.pdf.gz")
    assert "Release 4." not in parsed.text.split("About this manual", 1)[1]
    assert ". . . ." not in parsed.text
    assert not re.search("[\ufb00-\ufb06\ufffe\u00ad]", parsed.text)
    assert {page.label for page in parsed.pages} >= {"page i", "page 1", "page 59"}
    (found,) = [chunk for chunk in chunks if "This declares an absolute dependency." in chunk.text]
    assert parsed.pages[found.page - 1].label == "page 59"


def test_the_title_is_the_same_in_every_format():
    titles = {chunks_of(name)[0].title for name in FORMATS[:3]}
    assert titles == {"Debian Policy Manual"}


def test_the_book_is_not_mistaken_for_an_archive():
    assert zipfile.is_zipfile(MANUAL / "policy.epub")
    assert chunks_of("policy.epub")[0].unit == "chapter"
