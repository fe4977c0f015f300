"""An ingestion from the wish to what the person reads, in this process."""

import io
import zipfile
from pathlib import Path

import pytest

from jobs import ingest
from jobs.settings import JobSettings
from knowledge import ingestions
from knowledge.db import Database
from tests.jobs.house import POLICY, Class, open_class


@pytest.fixture
async def lesson(database: Database, tmp_path: Path) -> Class:
    return await open_class(database, tmp_path)


async def test_a_file_becomes_a_document_and_a_message(lesson: Class, settings: JobSettings):
    ingestion_id = await lesson.send(POLICY)
    await ingest.run(lesson.database, settings, ingestion_id)
    [document] = await lesson.documents()
    assert (await lesson.row(ingestion_id))["result"]["documents"] == [str(document["document_id"])]
    assert (await lesson.shown(ingestion_id)).text.startswith("**What I learned from policy.md**")


async def test_a_learned_file_is_not_kept(lesson: Class, settings: JobSettings):
    await ingest.run(lesson.database, settings, await lesson.send(POLICY))
    async with lesson.database.system() as connection:
        assert await (await connection.execute("select from file_parts")).fetchall() == []
    assert not list((settings.data_dir / "work").iterdir())


async def test_the_same_file_again_is_no_work(lesson: Class, settings: JobSettings):
    await ingest.run(lesson.database, settings, await lesson.send(POLICY))
    again = await lesson.send(POLICY)
    await ingest.run(lesson.database, settings, again)
    assert "Nothing to do" in (await lesson.shown(again)).text
    assert len(await lesson.documents()) == 1


async def test_a_new_version_replaces_the_old_one(lesson: Class, settings: JobSettings):
    await ingest.run(lesson.database, settings, await lesson.send(POLICY))
    again = await lesson.send(POLICY.replace("must work", "has to work"))
    await ingest.run(lesson.database, settings, again)
    [document] = await lesson.documents()
    assert document["version"] == 2
    assert "replaced the earlier version: 1 passage new, 1 gone" in (await lesson.shown(again)).text


async def test_a_zip_teaches_each_of_its_files(lesson: Class, settings: JobSettings):
    ingestion_id = await lesson.send(
        zipped({"a.md": POLICY, "b.txt": "Bees make honey in hives.", "c.md": ""}), "z.zip"
    )
    await ingest.run(lesson.database, settings, ingestion_id)
    assert [document["name"] for document in await lesson.documents()] == ["a.md", "b.txt"]
    text = (await lesson.shown(ingestion_id)).text
    assert text.startswith("**What I learned from z.zip**: 2 of 3 files")
    assert "- c.md: it is empty" in text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.pdf", b"", "empty_file"),
        ("program.pdf", b"MZ\x90\x00" + b"\x00" * 400, "unsupported_format"),
        ("broken.docx", b"PK\x03\x04" + b"\x07" * 400, "damaged"),
        ("blank.txt", b" \n\n ", None),
    ],
)
async def test_bad_input_fails_with_a_sentence(
    lesson: Class, settings: JobSettings, name: str, content: bytes, code: str | None
):
    ingestion_id = await lesson.send(content, name)
    await ingest.run(lesson.database, settings, ingestion_id)
    row = await lesson.row(ingestion_id)
    assert row["state"] == "failed"
    assert row["error_code"] == (code or row["error_code"]) != "unexpected"
    shown = (await lesson.shown(ingestion_id)).text
    assert name in shown
    assert "Traceback" not in shown


async def test_a_zip_that_leads_outside_is_refused(lesson: Class, settings: JobSettings):
    ingestion_id = await lesson.send(zipped({"../../evil.md": POLICY}), "z.zip")
    await ingest.run(lesson.database, settings, ingestion_id)
    assert (await lesson.row(ingestion_id))["error_code"] == "unsafe_archive"


async def test_what_was_claimed_by_another_is_left_alone(lesson: Class, settings: JobSettings):
    ingestion_id = await lesson.send(POLICY)
    async with lesson.database.system() as connection:
        await ingestions.claim(connection, ingestion_id)
    await ingest.run(lesson.database, settings, ingestion_id)
    assert await lesson.documents() == []


async def test_a_fault_of_ours_is_neutral_to_the_person(lesson: Class, settings: JobSettings):
    ingestion_id = await lesson.send(POLICY)
    (settings.data_dir / "work").write_text("a file where a folder must be")
    await ingest.run(lesson.database, settings, ingestion_id)
    assert (await lesson.row(ingestion_id))["error_code"] == "unexpected"
    shown = await lesson.shown(ingestion_id)
    assert shown.text == "Something went wrong on my side while I was learning “policy.md”. Nothing was changed."
    assert [button.label for button in shown.buttons] == ["Try again"]


async def test_what_failed_succeeds_at_the_next_try(lesson: Class, settings: JobSettings):
    ingestion_id = await lesson.send(POLICY)
    (settings.data_dir / "work").write_text("a file where a folder must be")
    await ingest.run(lesson.database, settings, ingestion_id)
    (settings.data_dir / "work").unlink()
    async with lesson.database.person(lesson.user_id) as connection:
        assert await ingestions.retry(connection, ingestion_id)
    await ingest.run(lesson.database, settings, ingestion_id)
    assert (await lesson.row(ingestion_id))["state"] == "done"


@pytest.mark.parametrize(
    ("url", "code"), [("http://127.0.0.1:1/secret", "private_address"), ("ftp://example.org/", "invalid_link")]
)
async def test_a_link_that_may_not_be_followed_fails_with_a_sentence(
    lesson: Class, settings: JobSettings, url: str, code: str
):
    ingestion_id = await lesson.wish(url, url=url)
    await ingest.run(lesson.database, settings, ingestion_id)
    assert (await lesson.row(ingestion_id))["error_code"] == code
    assert (await lesson.shown(ingestion_id)).text


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()
