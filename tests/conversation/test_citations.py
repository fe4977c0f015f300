"""Marks of an answer become citations whose quotes are exact slices of their documents."""

from __future__ import annotations

from uuid import UUID

import pytest

from conversation.citations import cite, to_passages
from knowledge.retrieval import Hit

_LOGS = (
    "Log files go to /var/log.  They must be rotated\nweekly, by logrotate. Bees fly. The __init__ file is [1] special."
)
_MAIL = "Mail is kept in /var/mail. Spools belong to root."


def _hit(text: str, start: int = 0, document: int = 1) -> Hit:
    return Hit(
        UUID(int=9), UUID(int=document), 3, UUID(int=7), "Manual", "page 2", ("Files", "Logs"), start, start, text, 1.0
    )


_HITS = (_hit(_LOGS, start=100), _hit(_MAIL, document=2))


def test_a_quoted_sentence_is_found_word_for_word() -> None:
    text, (citation,) = cite("They must be rotated weekly, by logrotate. [1]", _HITS)
    assert text == "They must be rotated weekly, by logrotate. [1]"
    assert citation.quote == "They must be rotated\nweekly, by logrotate."
    assert _LOGS[citation.start - 100 : citation.end - 100] == citation.quote
    assert (citation.version, citation.title, citation.place) == (3, "Manual", "page 2 · Logs")


def test_a_claim_in_other_words_gets_the_sentence_that_bears_it_out() -> None:
    _, (citation,) = cite("Root owns the spools [2].", _HITS)
    assert citation.quote == "Spools belong to root."


def test_numbers_run_from_one_in_order_of_first_use() -> None:
    text, citations = cite("Mail is in /var/mail [2]. Logs are in /var/log [1].", _HITS)
    assert text == "Mail is in /var/mail [1]. Logs are in /var/log [2]."
    assert [(c.number, c.document_id.int) for c in citations] == [(1, 2), (2, 1)]


def test_two_spans_of_one_passage_get_two_numbers_and_the_same_span_one() -> None:
    text, citations = cite("Log files go to /var/log. [1] Bees fly. [1] Bees fly. [1]", _HITS)
    assert text == "Log files go to /var/log. [1] Bees fly. [2] Bees fly. [2]"
    assert len(citations) == 2


@pytest.mark.parametrize("answer", ["Yes. [9]", "Yes. [0]", "Yes. [7, 8]", "Yes. [3][4]"])
def test_marks_that_name_no_passage_are_dropped(answer: str) -> None:
    assert cite(answer, _HITS) == ("Yes.", ())


def test_several_marks_behind_one_claim_are_kept() -> None:
    text, citations = cite("Both are below /var [1, 2].", _HITS)
    assert text == "Both are below /var [1][2]."
    assert len(citations) == 2


@pytest.mark.parametrize("answer", ["`a[1]`", "```\na[1]\n```", "[1](http://example.org)", "\\[1\\]", "[^1]", "[x]"])
def test_what_is_no_mark_is_left_alone(answer: str) -> None:
    assert cite(answer, _HITS) == (answer, ())


def test_markup_around_a_quotation_does_not_hide_it() -> None:
    _, (citation,) = cite("- **Note**: The \\_\\_init\\_\\_ file is \\[1\\] special. [1]", _HITS)
    assert citation.quote == "The __init__ file is [1] special."


def test_a_list_item_is_cited_for_itself() -> None:
    _, citations = cite("There are two:\n\n- Bees fly. [1]\n- Spools belong to root. [2]", _HITS)
    assert [citation.quote for citation in citations] == ["Bees fly.", "Spools belong to root."]


@pytest.mark.parametrize("claim", ["", "Völlig anderes.", "42", "😀", "*", "(" * 30])
def test_every_mark_gets_an_exact_span_whatever_the_claim(claim: str) -> None:
    _, (citation,) = cite(f"{claim} [1]", _HITS)
    assert citation.quote
    assert _LOGS[citation.start - 100 : citation.end - 100] == citation.quote


def test_passages_are_numbered_as_citing_expects() -> None:
    passages = to_passages(_HITS)
    assert [passage.number for passage in passages] == [1, 2]
    assert passages[0].place == "page 2 · Files › Logs"
