"""The offline model: what it picks, how it says it, and when it says that it has no answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from knowledge.models.embeddings import Embedder, Vectors, WordLlama
from knowledge.models.errors import ModelUnavailable
from knowledge.models.offline import OfflineModel, phrasing
from knowledge.models.port import Frames, Passage
from tests.knowledge.models.requests import ask

_KITCHEN = (
    Passage(1, "Cookbook", "Bread › Rye", "Rye bread needs a sour starter. Bake it for 70 minutes at 220 degrees."),
    Passage(2, "Cookbook", "Bread › Wheat", "Wheat bread rises twice. See the chapter on yeast.\n\nIs it worth it?"),
    Passage(3, "Cookbook", "Tools", "Every kitchen needs these tools:\n\n• a sharp knife\n• a wooden board\n• a scale"),
    Passage(4, "Cookbook", "Glossary", "starter\n\nA mixture of flour and water in which wild yeast lives for years."),
)


async def _answer(question: str, passages: tuple[Passage, ...] = _KITCHEN, embedder: Embedder | None = None) -> str:
    model = OfflineModel(embedder or WordLlama())
    return "".join([piece async for piece in model.stream(ask(question, passages))])


async def test_quotes_the_sentence_that_answers() -> None:
    answer = await _answer("How long do I bake rye bread?")
    assert "Bake it for 70 minutes at 220 degrees. [1]" in answer
    assert "From *Cookbook*, Rye" in answer


async def test_gives_a_list_with_the_line_that_announces_it() -> None:
    answer = await _answer("Which tools does a kitchen need?")
    assert "Every kitchen needs these tools: [3]\n\n- a sharp knife [3]\n- a wooden board [3]\n- a scale [3]" in answer


async def test_names_what_a_definition_defines() -> None:
    assert "**starter**: A mixture of flour and water" in await _answer("What is a starter?")


async def test_a_quoted_label_names_what_the_text_below_it_explains() -> None:
    text = '"clean" (required)\n\nThis must undo whatever a build did before.\n\n"build"\n\nThis must make everything.'
    answer = await _answer("What must the clean target do?", (Passage(1, "Guide", "Targets", text),))
    assert '**"clean" (required)**: This must undo whatever a build did before. [1]' in answer


async def test_the_first_line_under_the_very_heading_comes_first() -> None:
    fields = (
        Passage(1, "Guide", "Fields › Color", "Color\n\nThe name of a paint as it stands on the tin."),
        Passage(2, "Guide", "Orders", "The color from the order is copied into the Color field of the label."),
    )
    answer = await _answer("What is the Color field for?", fields)
    assert answer.startswith("From *Guide*, Color:\n\nThe name of a paint")


async def test_a_rule_comes_before_the_record_of_its_change() -> None:
    logs = (
        Passage(1, "Guide", "Upgrading › Version 2", "Log files must be rotated daily."),
        Passage(2, "Guide", "Log files", "Log files must be rotated every day, so that they do not grow."),
    )
    assert (await _answer("How often must log files be rotated?", logs)).startswith("From *Guide*, Log files")


async def test_a_cut_off_line_is_not_quoted_where_a_whole_one_answers() -> None:
    text = "Doors are painted green, which the\n\nDoors are painted green every spring."
    assert "Doors are painted green every spring. [1]" in await _answer(
        "When are doors painted green?", (Passage(1, "Guide", "Doors", text),)
    )


async def test_a_piece_of_a_word_is_not_taken_for_it() -> None:
    system = (Passage(1, "Guide", "Users", "The users of a system understand and maintain it."),)
    assert "do not cover" in await _answer("How is systemd maintained?", system)


async def test_understands_words_of_the_same_meaning() -> None:
    erase = (Passage(1, "Guide", "Files", "To delete a file, press the red key. The red key is beside the lamp."),)
    assert "To delete a file, press the red key. [1]" in await _answer("How do I remove a file?", erase)


async def test_says_what_is_not_covered_and_what_is_nearest() -> None:
    answer = await _answer("How do I repair a bicycle chain?")
    assert answer.startswith("My sources do not cover this. The nearest I have is from *Cookbook*")
    assert len(re.findall(r"\[\d\]", answer)) == 1


async def test_a_name_that_the_sources_never_mention_is_not_covered() -> None:
    assert "do not cover" in await _answer("How long does Paul Hollywood bake rye bread in Liverpool?")


async def test_frames_its_quotations_in_the_words_it_is_given() -> None:
    frames = Frames(
        "Aus {source}:", "Auch aus {source}:", "Dazu steht nichts da.", "Am nächsten: {source}:", "Gar nichts."
    )
    model = OfflineModel(WordLlama())

    async def answered(question: str) -> str:
        request = replace(ask(question, _KITCHEN), frames=frames)
        return "".join([piece async for piece in model.stream(request)])

    assert (await answered("How long do I bake rye bread?")).startswith("Aus *Cookbook*")
    assert (await answered("Who invented the bicycle?")).startswith("Dazu steht nichts da. Am nächsten: *Cookbook*")
    assert "".join(phrasing.nothing(frames)) == "Dazu steht nichts da. Gar nichts."


async def test_says_so_when_there_is_no_passage_at_all() -> None:
    assert (
        await _answer("How long?", ()) == "My sources do not cover this. They hold nothing that comes near it either."
    )


async def test_the_judgement_can_be_asked_for() -> None:
    model = OfflineModel(WordLlama())
    assert (await model.judge(ask("How long do I bake rye bread?", _KITCHEN))).covered
    coverage = await model.judge(ask("Who invented the bicycle?", _KITCHEN))
    assert not coverage.covered
    assert coverage.nearest in {1, 2, 3, 4}


async def test_answers_the_question_rewritten_to_stand_alone() -> None:
    request = replace(ask("and rye?", _KITCHEN), standalone="How long do I bake rye bread?")
    answer = "".join([piece async for piece in OfflineModel(WordLlama()).stream(request)])
    assert "70 minutes" in answer


async def test_markup_in_a_source_is_shown_and_does_nothing() -> None:
    text = "The `__init__` hook runs <b>first</b>, see [1] and [the page](http://example.org)."
    answer = await _answer("When does the init hook run?", (Passage(2, "Guide", "Hooks", text),))
    assert "\\_\\_init\\_\\_" in answer
    assert "\\<b>" in answer
    assert re.findall(r"(?<!\\)\[\d\]", answer) == ["[2]"]


@pytest.mark.parametrize("question", ["", "?", "the of and", "日本語の質問", "😀" * 50, "a" * 5_000, "[1] [2] *x*"])
async def test_odd_questions_get_an_answer_too(question: str) -> None:
    assert await _answer(question)


async def test_goes_on_by_words_alone_when_embeddings_are_away() -> None:
    class Away:
        name, dimensions = "away", 2

        async def embed(self, texts: object) -> Vectors:
            raise ModelUnavailable

    assert "70 minutes" in await _answer("How long do I bake rye bread?", embedder=Away())
