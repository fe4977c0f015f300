"""What a person reads about a file that is being learned."""

from dataclasses import replace
from uuid import UUID

import pytest

from conversation.message import Button
from conversation.speech import Speech
from jobs import report
from jobs.report import Lesson, Member
from knowledge.ingestions import Stage
from knowledge.parsers.archive import Skipped

ID = UUID(int=7)
ENGLISH = Speech()
POLICY = Lesson(
    "policy.pdf",
    "Debian Policy Manual",
    "new",
    pages=340,
    passages=1900,
    unit="page",
    topics=("packages", "maintainer scripts"),
    questions=("What is a conffile?", "What is a package?", "Who maintains it?"),
)


def lesson(name: str, outcome: str, **values: object) -> Lesson:
    return Lesson(name, name, outcome, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ahead", "text"), [(2, "waiting, 2 ahead of you"), (0, "next in line")])
def test_who_waits_sees_the_place_in_the_queue(ahead: int, text: str):
    reply = report.waiting(ENGLISH, ID, "policy.pdf", ahead)
    assert (reply.text, reply.buttons) == (f"**policy.pdf**: {text}", (Button("Cancel", f"/cancel {ID}"),))


@pytest.mark.parametrize(
    ("name", "stage", "text"),
    [
        ("policy.pdf", Stage("reading", 120, 340), "reading page 120 of 340"),
        ("slides.pptx", Stage("reading", 3, 9), "reading slide 3 of 9"),
        ("notes.md", Stage("reading", 1, 4), "reading, 25 %"),
        ("policy.pdf", Stage("understanding", 256, 1900), "understanding passage 256 of 1,900"),
        ("policy.pdf", Stage("linking"), "linking what belongs together"),
        ("policy.pdf", Stage("remembering"), "remembering"),
        ("policy.pdf", Stage(), "starting"),
    ],
)
def test_progress_names_the_step_and_counts(name: str, stage: Stage, text: str):
    assert report.progress(ENGLISH, ID, name, stage).text == f"**{name}**: {text}"


def test_the_percentage_only_grows():
    stages = [Stage(), Stage("fetching"), Stage("reading"), Stage("reading", 340, 340), Stage("understanding", 1, 9)]
    stages += [Stage("linking"), Stage("remembering")]
    shown = [report.progress(ENGLISH, ID, "a.pdf", stage).progress for stage in stages]
    percents = [each.percent for each in shown if each]
    assert percents == sorted(percents)
    assert percents[-1] < 100


def test_the_progress_of_an_archive_names_the_file():
    reply = report.progress(ENGLISH, ID, "docs.zip", Stage("reading", 5, 30), Member("a.pdf", 3, 12))
    assert reply.text == "**docs.zip, file 3 of 12, a.pdf**: reading page 5 of 30"


def test_what_was_learned_has_title_pages_topics_and_questions_to_press():
    reply = report.learned(ENGLISH, POLICY)
    assert "“Debian Policy Manual”, 340 pages, 1,900 passages. Main topics: packages, maintainer scripts." in reply.text
    assert [button.value for button in reply.buttons] == list(POLICY.questions)


def test_a_question_is_put_to_the_coach_that_learned_it():
    reply = report.learned(ENGLISH, replace(POLICY, coach_id=ID))
    assert reply.buttons[0] == Button("What is a conffile?", f"/ask {ID} What is a conffile?")


def test_a_file_that_did_not_change_is_no_work():
    reply = report.learned(ENGLISH, lesson("a.md", "unchanged"))
    assert reply.text == "I know **a.md** already, and it has not changed. Nothing to do."


@pytest.mark.parametrize(("changed", "text"), [((3, 1), "3 passages new, 1 gone."), ((1, 0), "1 passage new, 0 gone.")])
def test_a_new_version_tells_what_changed(changed: tuple[int, int], text: str):
    assert text in report.learned(ENGLISH, lesson("a.md", "replaced", changed=changed)).text


def test_an_archive_lists_what_was_learned_and_why_the_rest_was_not():
    skipped = [Skipped("tool.exe", "“tool.exe” is a program."), Skipped("b.txt", "it is empty")]
    reply = report.archive_learned(ENGLISH, "docs.zip", [POLICY, lesson("c.md", "unchanged")], skipped)
    assert reply.text.startswith("**What I learned from docs.zip**: 2 of 4 files")
    for line in ("- c.md: known already", "- “tool.exe” is a program.", "- b.txt: it is empty"):
        assert line in reply.text


def test_a_long_archive_is_counted_not_cut():
    lessons = [lesson(f"{number}.md", "new") for number in range(report.LISTED + 5)]
    assert report.archive_learned(ENGLISH, "docs.zip", lessons, []).text.endswith("- and 5 more files")


def test_a_failure_offers_another_try_only_where_it_may_help():
    assert report.failed(ENGLISH, ID, "The page did not answer.").buttons == (Button("Try again", f"/retry {ID}"),)
    assert report.failed(ENGLISH, ID, "It is locked.", may_pass=False).buttons == ()


def test_a_name_is_shown_as_it_is():
    assert report.plain("a*b_[c](d)\n<e>.pdf") == r"a\*b\_\[c\](d) \<e\>.pdf"
