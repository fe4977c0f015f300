"""Notices: a platform tells that a conversation may not be written to, goes on elsewhere, or lost a message."""

from __future__ import annotations

from uuid import UUID

import structlog

from conversation import outbox
from conversation.message import Notice
from conversation.people import unsaid
from knowledge.db import Database, load_queries

_QUERIES = load_queries("conversation", "notices.sql")
_log = structlog.get_logger(__name__)


async def heed(database: Database, notice: Notice) -> list[UUID]:
    """Write down what the platform told; doing it again changes nothing.

    Gives the conversations in which an answer is being written that nobody wants any more.
    """
    _log.info("conversation.notice", channel=notice.address.channel, kind=notice.kind)
    address = notice.address
    if notice.kind == "moved":
        await outbox.move(database, address, notice.moved_to)
        return []
    given = {"channel": address.channel, "account": address.account, "external_id": address.external_id}
    async with database.system() as connection:
        if notice.kind == "deleted":
            return await unsaid.unsay(connection, address, notice.native_id)
        await connection.execute(_QUERIES[notice.kind], given)
    return []
