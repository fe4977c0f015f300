"""A follow-up is understood from what came before it, and a question that stands alone is left alone."""

import pytest

from conversation.nodes.understand import leans


@pytest.mark.parametrize(
    "text",
    [
        "and on arm64?",
        "What about replacing files?",
        "why?",
        "What does that mean?",
        "How does it work?",
        "Can they be removed?",
        "Is this allowed?",
        "And the second one?",
        "when?",
    ],
)
def test_leans_on_what_came_before(text: str):
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I declare that two packages conflict?",
        "What is a virtual package?",
        "Which files must a package that ships a daemon install?",
        "How does a package name its maintainer and uploaders?",
        "Is there a limit for the length of the synopsis line?",
    ],
)
def test_stands_alone(text: str):
    assert not leans(text)
