"""Whoever waits for a file reads about it in their own language."""

from uuid import UUID, uuid4

from jobs.languages import speech_of
from knowledge import ingestions
from knowledge.db import Database
from tests.conftest import coach_of


async def test_it_is_the_language_of_the_person_who_sent_the_file(database: Database, person: UUID):
    ingestion_id, coach_id = uuid4(), await coach_of(database, person)
    async with database.person(person) as connection:
        await connection.execute("update users set language = 'de'")
        await ingestions.request(connection, ingestions.Wish(ingestion_id, person, coach_id, "tee.md"))
    async with database.system() as connection:
        assert (await speech_of(connection, ingestion_id)).language == "de"


async def test_it_is_english_once_the_person_is_gone(database: Database):
    async with database.system() as connection:
        assert (await speech_of(connection, uuid4())).language == "en"
