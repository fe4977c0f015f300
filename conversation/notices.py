"""Notices: a platform tells that a conversation may not be written to, may be again, or goes on elsewhere."""

from __future__ import annotations

import structlog

from conversation import outbox
from conversation.message import Notice
from knowledge.db import Database, load_queries

_QUERIES = load_queries("conversation", "notices.sql")
_log = structlog.get_logger(__name__)


async def heed(database: Database, notice: Notice) -> None:
    """Write down what the platform told; doing it again changes nothing."""
    _log.info("conversation.notice", channel=notice.address.channel, kind=notice.kind)
    if notice.kind == "moved":
        await outbox.move(database, notice.address, notice.moved_to)
        return
    address = notice.address
    given = {"channel": address.channel, "account": address.account, "external_id": address.external_id}
    given |= {"native_id": notice.native_id}
    async with database.system() as connection:
        await connection.execute(_QUERIES[notice.kind], given)
