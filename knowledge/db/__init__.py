"""Postgres: pools and transactions, statements kept in `.sql` files, and the one migration history."""

from knowledge.db.database import Connection, Database, open_database
from knowledge.db.queries import Queries, load_queries

__all__ = ["Connection", "Database", "Queries", "load_queries", "open_database"]
