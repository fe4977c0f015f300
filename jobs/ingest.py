"""The job that learns one file, page or archive: claims its row, does the work on a board, and tells how it ended."""

from __future__ import annotations

import asyncio
import errno
from uuid import UUID

import structlog

from conversation import outbox
from conversation.message import Reply
from jobs import report
from jobs.board import Board, key_of
from jobs.errors import NoRoom, NothingLearned, Unexpected
from jobs.languages import speech_of
from jobs.running import until_told
from jobs.settings import JobSettings, current
from jobs.study import Outcome, study
from knowledge import files, ingestions
from knowledge.db import Connection, Database, open_database
from knowledge.db.errors import DatabaseUnavailable
from knowledge.documents.errors import NothingToLearn
from knowledge.errors import HubError
from knowledge.files import FileGone
from knowledge.ingestions import Claim
from knowledge.parsers.errors import ParserError

PATIENCE = 5.0  # seconds to wait for a database connection
_FOR_GOOD = (ParserError, NothingToLearn, FileGone)  # the same file would end the same way
_FULL = {errno.ENOSPC, errno.EDQUOT}
_log = structlog.stdlib.get_logger(__name__)


def perform(ingestion_id: str) -> None:
    """Learn what an ingestion asks for; RQ's entry (blocking), safe to run twice."""
    settings = current()

    async def main(_told: asyncio.Event) -> None:
        async with open_database(settings.database_url, size=4, patience=PATIENCE) as database:
            await run(database, settings, UUID(ingestion_id))

    until_told(main)


async def run(database: Database, settings: JobSettings, ingestion_id: UUID) -> None:
    """Learn what an ingestion asks for, unless somebody else does or it ended; cancelled, it goes back to the queue."""
    async with database.system() as connection:
        claim = await ingestions.claim(connection, ingestion_id)
        speech = await speech_of(connection, ingestion_id)
    if claim is None:
        return
    with structlog.contextvars.bound_contextvars(ingestion_id=str(ingestion_id), attempt=claim.attempts):
        await _work(database, settings, Board(database, claim, speech))


async def _work(database: Database, settings: JobSettings, board: Board) -> None:
    claim = board.claim
    try:
        async with board.kept():
            outcome = await study(database, settings, board)
    except asyncio.CancelledError:
        await asyncio.shield(_interrupted(database, board))
        if board.standing == "held":
            raise
        _stay()
    except ingestions.LeaseLost:
        await _interrupted(database, board)
    except DatabaseUnavailable:
        await _hand_back(database, claim)
    except Exception as error:
        await _failed(database, board, error)
    else:
        await _finished(database, claim, outcome)


async def _finished(database: Database, claim: Claim, outcome: Outcome) -> None:
    """End the ingestion, show what was learned and let the file go, all or nothing."""
    async with database.system() as connection:
        if await ingestions.finish(connection, claim, outcome.result):
            await _tell(connection, claim, outcome.reply)
            if claim.file_id:
                await files.delete(connection, claim.file_id)
    _log.info("ingestion finished", outcome=outcome.result["outcome"])


async def _failed(database: Database, board: Board, error: Exception) -> None:
    claim, told = board.claim, _for_people(board.claim, error)
    said = board.speech.explain(told)
    reply = report.failed(board.speech, claim.ingestion_id, said, may_pass=not isinstance(told, _FOR_GOOD))
    if isinstance(told, NothingLearned):
        reply = report.nothing_learned(board.speech, said, told.skipped)
    async with database.system() as connection:
        if await ingestions.fail(connection, claim, told.code, str(told)):
            await _tell(connection, claim, reply)
    _log.info("ingestion failed", code=told.code)


def _for_people(claim: Claim, error: Exception) -> HubError:
    """Give the error whose sentence may be shown; what was not foreseen is logged with its trace."""
    if isinstance(error, HubError):
        return error
    if isinstance(error, OSError) and error.errno in _FULL:
        _log.error("the disk is full")
        return NoRoom(claim.name)
    _log.error("ingestion failed unexpectedly", exc_info=error)
    return Unexpected(claim.name)


async def _interrupted(database: Database, board: Board) -> None:
    """Leave the work: for good if the person cancelled it, to the queue if this process was told to stop."""
    claim = board.claim
    if board.standing == "cancelled":
        async with database.system() as connection:
            if await ingestions.stop(connection, claim):
                await _tell(connection, claim, report.cancelled(board.speech, claim.ingestion_id, claim.name))
    elif board.standing == "held":
        await _hand_back(database, claim)


def _stay() -> None:
    """Take back the cancellation by which our own board ended the work: the task itself goes on."""
    task = asyncio.current_task()
    if task:
        task.uncancel()


async def _hand_back(database: Database, claim: Claim) -> None:
    """Put the work back in the queue; where even that fails, the lease runs out and the relay does it."""
    try:
        async with database.system() as connection:
            await ingestions.release(connection, claim)
    except DatabaseUnavailable:
        _log.warning("ingestion not handed back, its lease will run out")


async def _tell(connection: Connection, claim: Claim, reply: Reply) -> None:
    await outbox.revise(connection, key_of(claim.ingestion_id), reply)
