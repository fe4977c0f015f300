"""What the page draws for a message."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest

from ui.web import steps
from ui.web.backend import Attachment, Button, Citation, Progress, ShownCoach, ShownMessage, ShownThread

THREAD = UUID(int=1)
ASKED = UUID(int=2)
ANSWERED = UUID(int=3)
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
CITATION = Citation(1, "c-1", "A *Manual*", "page 2", "quoted")


def answer(text: str, *citations: Citation, progress: Progress | None = None) -> ShownMessage:
    return ShownMessage(ANSWERED, "coach", text, NOW, "Guide", citations=citations, progress=progress)


def question(pending: bool = False) -> ShownMessage:
    return ShownMessage(ASKED, "person", "Why [1]?", NOW, pending=pending)


def test_makes_a_number_with_a_source_a_link() -> None:
    assert "so\N{NO-BREAK SPACE}[1](/chat/citations/c-1)." in steps.answer_text(answer("so [1].", CITATION))


def test_leaves_a_number_without_a_source_alone() -> None:
    assert steps.answer_text(answer("see [2]")) == "see [2]"


@pytest.mark.parametrize("text", ["`a[1]:b`", "```\na[1]:b\n```", "~~~\na[1]:b", "[1](x)", "[1][2]"])
def test_leaves_code_and_links_alone(text: str) -> None:
    assert steps.answer_text(answer(text, CITATION)).startswith(text)


def test_lists_the_sources_with_their_titles_taken_literally() -> None:
    text = steps.answer_text(answer("so [1]", CITATION))
    assert text.endswith("[1 A \\*Manual\\* · page 2](/chat/citations/c-1#source)")


def test_keeps_a_colon_from_becoming_a_directive() -> None:
    assert steps.literal("python3:any `x:y`") == "python3\\:any `x:y`"


def test_draws_progress_with_step_percent_and_count() -> None:
    text = steps.answer_text(answer("Reading", progress=Progress("Pages", 42, 84, 200)))
    assert text == "Reading\n\nPages · 42 % · 84 / 200 [42 %](#progress-42)"


def test_keeps_a_wild_percentage_within_the_bar() -> None:
    assert "#progress-100" in steps.answer_text(answer("", progress=Progress("", 250, 0, 0)))


def test_shows_what_a_person_wrote_as_it_was_written() -> None:
    assert steps.message_step(question(), THREAD)["output"] == "Why [1]?"


def test_hangs_an_answer_under_the_last_question() -> None:
    drawn = steps.thread_steps([question(), answer("yes")], THREAD)
    assert [step["type"] for step in drawn] == ["user_message", "run", "assistant_message"]
    assert drawn[2]["parentId"] == drawn[1]["id"]


def test_leaves_a_run_open_while_its_answer_is_to_come() -> None:
    ends = [steps.thread_steps([question(pending)], THREAD)[1]["end"] for pending in (True, False)]
    assert ends == [None, NOW.isoformat()]


def test_draws_an_answer_nobody_asked_for_by_itself() -> None:
    assert "parentId" not in steps.thread_steps([answer("news")], THREAD)[0]


def test_gives_the_same_button_the_same_id() -> None:
    message = ShownMessage(ANSWERED, "coach", "", NOW, buttons=(Button("Yes", "y"), Button("No", "n")))
    first, second = steps.message_buttons(message), steps.message_buttons(message)
    assert first == second
    assert first[0]["id"] != first[1]["id"]


def test_draws_attached_files_by_name() -> None:
    message = ShownMessage(ASKED, "person", "", NOW, attachments=(Attachment("a.pdf", "application/pdf"),))
    thread = steps.thread_value(ShownThread(THREAD, "a", NOW), UUID(int=9), [message])
    assert [element["name"] for element in thread["elements"]] == ["a.pdf"]  # type: ignore[attr-defined]


def test_hangs_an_answer_under_the_question_it_answers() -> None:
    later = ShownMessage(UUID(int=9), "person", "And?", NOW)
    drawn = steps.thread_steps([question(), later, replace(answer("yes"), answers=ASKED)], THREAD)
    assert drawn[-1]["parentId"] == str(steps.run_id(ASKED))


def test_shows_pictures_and_recordings_only_where_they_are_kept() -> None:
    kept = [
        Attachment(name, kind, UUID(int=4))
        for name, kind in (("a", "image/png"), ("b", "audio/ogg"), ("c", "image/svg+xml"))
    ]
    message = ShownMessage(ASKED, "person", "", NOW, attachments=(*kept, Attachment("d", "image/png")))
    drawn = steps.elements(message, THREAD)
    assert [element["type"] for element in drawn] == ["image", "audio", "file", "file"]
    assert drawn[0]["url"] == f"/chat/files/{UUID(int=4)}"
    assert drawn[3]["url"] == "#"


def test_names_a_picture_by_the_coach_and_not_by_its_name() -> None:
    twins = [ShownCoach(UUID(int=n), "Twin", "🦊") for n in (1, 2)]
    first, second = (steps.picture(twin) for twin in twins)
    assert first != second


@pytest.mark.parametrize("name", ["100% Tea", "C# Helper", "Who?", "a/b & c", "50%25"])
@pytest.mark.parametrize("coach_id", [UUID(int=1), None])
def test_a_picture_is_found_whatever_its_coach_is_called(name: str, coach_id: UUID | None) -> None:
    coach = ShownCoach(coach_id, name, "🦊") if coach_id else None
    address = urlsplit(f"http://hub/chat/avatars/{steps.picture(coach, '🦊', name)['avatarName']}")
    assert unquote(address.path) == f"/chat/avatars/{coach_id or '🦊'}~{name}"
    assert not address.query
    assert not address.fragment


def test_a_button_that_opens_something_is_a_link() -> None:
    message = replace(answer("Look"), buttons=(Button("The *page*", "", "https://example.org/x"), Button("Yes", "y")))
    assert steps.answer_text(message).endswith("[The \\*page\\*](<https://example.org/x>)")
    assert [button["label"] for button in steps.message_buttons(message)] == ["Yes"]
