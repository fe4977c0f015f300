"""A reaction on an answer is feedback, and a press on Stop at a draft is as good as saying so."""

from __future__ import annotations

from typing import Any

import pytest

from bots.telegram.parse import ALLOWED
from conversation.message import Author, Feedback, Message
from tests.bots.telegram.ground import BOT, direct, read, recorded
from tests.telegram.platform import User


def reaction(now: list[str], before: list[str] | None = None, **changes: Any) -> dict[str, Any]:
    """Let the recorded reaction be another one."""
    update = recorded("message_reaction")
    for name, emoji in (("new_reaction", now), ("old_reaction", before or [])):
        update["message_reaction"][name] = [{"type": "emoji", "emoji": each} for each in emoji]
    update["message_reaction"] |= changes
    return update


def good(update: object) -> bool | None:
    found = read(update)
    assert isinstance(found, Feedback)
    return found.good


def test_a_reaction_is_feedback_of_its_author_on_that_message():
    ann = User(310000001, "Ann", "Sample")
    expected = Feedback(direct(ann), "880000129", Author("310000001", "Ann Sample", "en"), "28", True)
    assert read(recorded("message_reaction")) == expected


@pytest.mark.parametrize(("emoji", "is_good"), [("👍", True), ("❤", True), ("❤️", True), ("❤️‍🔥", True), ("🎉", True)])
@pytest.mark.parametrize("before", [[], ["👎"]])
def test_praise_is_good_whatever_stood_there_before(emoji: str, is_good: bool, before: list[str]):
    assert good(reaction([emoji], before)) is is_good


@pytest.mark.parametrize("emoji", ["👎", "💩", "🤮"])
def test_blame_is_bad(emoji: str):
    assert good(reaction([emoji])) is False


@pytest.mark.parametrize("now", [[], ["🤔"]])
def test_what_is_no_longer_praise_is_taken_back(now: list[str]):
    assert good(reaction(now, ["👍"])) is None


def test_of_several_reactions_the_newest_that_says_something_counts():
    assert good(reaction(["👍", "👎", "👀"], ["👍", "👎"])) is False


def test_a_reaction_that_says_nothing_takes_nothing_back():
    assert read(reaction(["🤔"], ["👀"])) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"user": {}},
        {"user": {}, "actor_chat": {"id": -100, "type": "supergroup", "title": "Kitchen"}},
        {"user": {"id": BOT, "is_bot": True, "first_name": "Us"}},
        {"chat": {"id": -1001, "type": "channel", "title": "News"}},
        {"message_id": "x"},
        {"new_reaction": "👍"},
        {"new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "1"}, {"type": "paid"}, 7]},
    ],
)
def test_a_reaction_of_nobody_or_of_no_known_kind_is_nothing(changes: dict[str, Any]):
    assert read(reaction(["👍"], **changes)) is None


def test_anonymous_counts_are_not_asked_for_and_mean_nothing():
    count: dict[str, Any] = {"chat": {"id": -1001, "type": "supergroup"}, "message_id": 3, "date": 1, "reactions": []}
    assert read({"update_id": 1, "message_reaction_count": count}) is None
    assert "message_reaction" in ALLOWED and "message_reaction_count" not in ALLOWED


def stop(**changes: Any) -> dict[str, Any]:
    chat = {"id": 310000001, "first_name": "Ann", "last_name": "Sample", "type": "private"}
    return {"update_id": 9, "stopped_message_generation": {"chat": chat, "draft_id": 5} | changes}


def test_stop_at_a_draft_is_the_button_of_who_reads_it():
    message = read(stop())
    assert isinstance(message, Message)
    assert (message.action, message.author, message.dedupe_key) == ("/stop", Author("310000001", "Ann Sample"), "9")
    assert message.address.external_id == "310000001"


def test_stop_in_a_topic_of_a_private_chat_is_meant_for_that_topic():
    message = read(stop(message_thread_id=12))
    assert isinstance(message, Message)
    assert (message.address.external_id, message.address.kind) == ("310000001:12", "direct")


def test_stop_elsewhere_than_in_a_private_chat_is_nothing():
    assert read(stop(chat={"id": -5, "type": "group", "title": "Kitchen"})) is None
