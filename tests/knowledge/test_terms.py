"""Terms: what counts as the same word in a passage and in a question."""

import threading
import time

import pytest

from knowledge.terms import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The packages are packaged", ["packag", "packag"]),
        ("dpkg-source", ["dpkg-source", "dpkg", "sourc"]),
        ("debian/rules", ["debian/rules", "debian", "rule"]),
        ("Build-Depends:", ["build-depends", "build", "depend"]),
        ("foo_bar", ["foo_bar", "foo", "bar"]),
        ("in /etc", ["etc"]),
        ("section 7.2 of", ["section", "7.2"]),
        ("the policy’s author's", ["polici", "author"]),
        ("C++ or C#", ["c++", "c", "c#", "c"]),
        ("日本語の", ["日本", "本語", "語の"]),
        ("Debian日本", ["debian", "日本"]),
        ("ﬁle ＡＢＣ", ["file", "abc"]),
        ("naïve", ["naïve"]),
        ("किताब", ["किताब"]),
        ("_ - ... ’", []),
        ("", []),
    ],
)
def test_terms_are_stems_identifiers_and_numbers(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_question_in_parts_meets_the_whole_identifier() -> None:
    assert set(terms("build depends")) <= set(terms("Build-Depends"))


def test_a_word_without_end_becomes_a_term_that_fits_an_index() -> None:
    assert max(map(len, terms("x" * 100_000 + " " + "a-" * 5_000))) == 64


def test_stems_are_the_same_from_many_threads() -> None:
    words = [f"{stem}{ending}" for stem in ("relat", "connect", "walk") for ending in ("ing", "ed", "ion", "ions")]
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(terms(" ".join(words)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({tuple(each) for each in found}) == 1


def test_a_megabyte_takes_about_a_second_at_most() -> None:
    text = "The maintainer scripts of a package must be idempotent, see section 6.2 of debian-policy. " * 11_000
    began = time.process_time()
    terms(text)
    assert time.process_time() - began < len(text) / 1e6 * 1.5
