"""The scheduled job that lets go of what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

import structlog

from conversation import outbox, rates
from conversation.people import erasing, linking, removal
from jobs import slots, workplace
from jobs.settings import JobSettings
from knowledge import files
from knowledge.db import Database

FILES = timedelta(days=7)  # a file whose ingestion failed may be tried again for so long
SLOTS = timedelta(days=30)
BUTTONS = timedelta(days=180)
WORK = timedelta(days=1)
_log = structlog.stdlib.get_logger(__name__)


async def run(database: Database, settings: JobSettings) -> None:
    """Delete expired sessions, codes, throttles and guests, files that nobody will learn, and other remains."""
    swept = await removal.sweep(database)
    async with database.system() as connection:
        gone = await files.tidy(connection, FILES)
        past = await slots.tidy(connection, SLOTS)
        await linking.sweep(connection)
        await erasing.sweep(connection)
        await rates.tidy(connection)
        await outbox.tidy_tokens(connection, BUTTONS)
    left = await workplace.tidy(settings.data_dir, WORK)
    _log.info("tidied", files=gone, slots=past, work=left, people=str(swept))
