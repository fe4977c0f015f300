"""What a person can know, take along and have forgotten of themselves."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from conversation import inbox
from conversation.message import Address, Author, Message, Reply
from conversation.people import export
from conversation.skills.export import MOST
from conversation.speech import Speech
from knowledge import files
from knowledge.db import Database
from tests.conftest import coach_of
from tests.conversation.people.crowd import settled
from tests.conversation.rig import Rig


async def left(rig: Rig, table: str) -> int:
    (row,) = await rig.rows(f"select count(*) as left from {table} where user_id = %s", rig.user_id)
    return int(str(row["left"]))


async def test_me_tells_memory_language_clock_and_quiet_hours(rig: Rig):
    await rig.ask("I live in Berlin.")
    (told,) = await rig.ask("/me")
    for words in ("1. You live in Berlin", "Language: English", "Time zone: UTC, until", "Quiet hours: 22:00 to 07:00"):
        assert words in told.text
    assert told.buttons[0].label == "Forget: You live in Berlin"


async def test_one_thing_is_forgotten_by_its_number_with_a_receipt(rig: Rig):
    await rig.ask("I live in Berlin.")
    await rig.ask("I work as a nurse.")
    (asked,) = await rig.ask("/forget 2")
    assert "Shall I forget this: You work as a nurse?" in asked.text
    (receipt,) = await rig.press(asked)
    assert receipt.text == "Forgotten.\n\nErased in the ledger: 1 fact."
    assert await left(rig, "facts") == 1


async def test_a_thread_is_forgotten_to_the_last_word_and_memory_stays(rig: Rig):
    await rig.ask("I live in Berlin.")
    await rig.ask("What is tea?")
    await rig.ask("What else?", chat="other")
    (asked,) = await rig.ask("/forget thread")
    assert "Shall I forget this thread (4 messages)?" in asked.text
    (receipt,) = await rig.press(asked)
    assert "Erased in the ledger: 4 messages." in receipt.text and "only you can delete there" in receipt.text
    said = [row["text"] for row in await rig.rows("select text from messages order by conversation_id, seq")]
    assert not any("tea" in str(text) for text in said) and len(said) == 6
    assert not await rig.rows("select 1 from inbox where payload::text like '%%tea%%'")
    assert not await rig.rows("select 1 from outbox where payload::text like '%%tea%%'")
    assert await left(rig, "facts") == 1


async def test_everything_is_forgotten_in_all_threads_and_the_account_stays(rig: Rig):
    await rig.ask("I live in Berlin.")
    await rig.ask("I live in Rome.")
    await rig.ask("What else?", chat="other")
    await rig.ask("/digest daily 08:00 Berlin", chat="other")
    await rig.ask("/export")
    (asked,) = await rig.ask("/forget everything")
    assert "2 threads with 10 messages, and 2 facts about you" in asked.text
    (receipt,) = await rig.press(asked)
    assert "Erased in the ledger: 10 messages, 2 facts." in receipt.text
    assert [await left(rig, table) for table in ("facts", "conversations", "files", "digests")] == [0, 1, 0, 0]
    assert "That is settled already." in (await rig.press(asked))[0].text


async def test_where_there_is_nothing_to_forget_the_rest_is_offered(rig: Rig):
    (reply,) = await rig.ask("/forget my shoe size")
    assert "nothing like that" in reply.text
    assert [button.value for button in reply.buttons] == ["/forget thread", "/forget everything"]


async def test_nobody_elses_words_go(rig: Rig, database: Database, owner_url: str):
    other = await settled(database, owner_url, "telegram")
    await rig.ask("I live in Berlin.")
    (asked,) = await rig.ask("forget everything")
    await rig.press(asked)
    async with database.person(other) as connection:
        for table in ("facts", "messages", "conversations"):
            row = await (await connection.execute(f"select count(*) as kept from {table}")).fetchone()  # type: ignore[arg-type]
            assert row == {"kept": 1}


async def test_a_language_is_chosen_by_button_name_or_tag_and_kept(rig: Rig):
    (offered,) = await rig.ask("/language")
    assert [button.label for button in offered.buttons] == ["Deutsch", "Español", "Русский", "हिन्दी"]
    for wanted, tag in (("/language de", "de"), ("/language Русский", "ru"), ("/language hindi", "hi")):
        await rig.ask(wanted)
        (row,) = await rig.rows("select language, language_chosen from users where user_id = %s", rig.user_id)
        assert row == {"language": tag, "language_chosen": True}


async def test_an_unknown_language_brings_the_list(rig: Rig):
    (reply,) = await rig.ask("/language Klingon")
    assert "do not speak that" in reply.text and len(reply.buttons) == 5


@pytest.mark.parametrize(("by_admin", "words"), [(False, "admins choose"), (True, "From now on")])
async def test_in_a_group_its_admins_choose_the_language(rig: Rig, by_admin: bool, words: str):
    address = Address("memory", "", "a group", "group")
    message = Message(address, "g", Author("ada"), "/language en", datetime.now(UTC), by_admin=by_admin)
    accepted = await inbox.accept(rig.database, rig.user_id, message)
    rig.dispatcher.wake(accepted.conversation_id, rig.user_id)
    assert words in (await rig.replies(message))[0].text


async def unpacked(rig: Rig, reply: Reply, folder: Path) -> zipfile.ZipFile:
    (file,) = reply.files
    assert file.file_id is not None
    async with rig.database.person(rig.user_id) as connection:
        await files.restore(connection, file.file_id, folder / "export.zip")
    return zipfile.ZipFile(io.BytesIO((folder / "export.zip").read_bytes()))


async def test_an_export_holds_what_was_said_known_and_taught(rig: Rig, tmp_path: Path):
    await rig.ask("I live in Berlin.")
    await rig.ask("<script>alert(1)</script> & tea?")
    coach_id = await coach_of(rig.database, rig.user_id, "Tea / Master")
    async with rig.database.person(rig.user_id) as connection:
        await connection.execute(
            "with made as ("
            "insert into documents (document_id, coach_id, user_id, origin, name, title, media_type, sha256) "
            "values (gen_random_uuid(), %s, %s, 'note', '../tea.pdf', 'Tea', 'text/plain', '') "
            "returning document_id, coach_id) "
            "insert into pages (document_id, coach_id, number, label, start_char, end_char, text) "
            "select document_id, coach_id, 1, '1', 0, 5, 'Green' from made",
            (coach_id, rig.user_id),
        )
    (reply,) = await rig.ask("/export")

    packed = await unpacked(rig, reply, tmp_path)
    names = packed.namelist()
    page = packed.read("index.html").decode()
    assert {"profile.json", "memory.json", "sources.json", "index.html"} <= set(names)
    assert all(".." not in name and not name.startswith("/") for name in names)
    assert json.loads(packed.read("memory.json"))[0]["object"] == "Berlin"
    assert packed.read("sources/001-tea.pdf.txt") == b"Green"
    assert "&lt;script&gt;" in page and "<script" not in page
    (thread,) = [json.loads(packed.read(name)) for name in names if name.startswith("threads/")]
    assert [line["author"] for line in thread["messages"]][:2] == ["person", "coach"]


async def test_an_export_holds_no_secret(database: Database, owner_url: str):
    user_id = await settled(database, owner_url, "web", account=True)
    async with database.system() as connection:
        await connection.execute("update web_accounts set password_hash = 'argon-secret'")
        row = await (await connection.execute("select encode(token_hash, 'hex') as token from web_sessions")).fetchone()
    assert row
    async with export.build(database, user_id, Speech(), datetime.now(UTC)) as exported:
        with zipfile.ZipFile(exported.path) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    assert b"argon-secret" not in content and row["token"].encode() not in content
    assert b"web-" in content and b'"opinion": "liked"' in content


async def test_originals_go_along_as_far_as_there_is_room(database: Database, person: UUID, tmp_path: Path):
    for name, size in (("small.txt", 10), ("large.bin", 5000)):
        (tmp_path / name).write_bytes(b"x" * size)
        async with database.person(person) as connection:
            await files.keep(connection, person, tmp_path / name, name, "text/plain")
    async with export.build(database, person, Speech(), datetime.now(UTC), originals=100) as exported:
        with zipfile.ZipFile(exported.path) as packed:
            names = packed.namelist()
            page = packed.read("index.html").decode()
    assert exported.left_out == ("large.bin",) and "large.bin" in page
    assert [name for name in names if name.startswith("originals/")] == ["originals/001-small.txt"]


async def test_a_person_gets_only_so_many_exports_in_a_while(rig: Rig):
    for _ in range(MOST):
        await rig.ask("/export")
    (refused,) = await rig.ask("/export")
    assert "tried too often" in refused.text and not refused.files


async def test_a_name_with_markdown_is_shown_as_it_is(rig: Rig):
    await rig.ask("My name is **x** [a](b).")
    (told,) = await rig.ask("/me")
    assert "\\*\\*x\\*\\*" in told.text.splitlines()[2]
