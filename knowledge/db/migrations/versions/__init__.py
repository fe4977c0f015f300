"""One file a revision; applied ones are never edited."""

from pathlib import Path

from alembic import op


def run(name: str) -> None:
    """Execute a `.sql` file of this folder as it stands."""
    statements = (Path(__file__).parent / name).read_text(encoding="utf-8")
    connection = op.get_bind().connection.dbapi_connection
    if connection is None:
        raise RuntimeError("migrations need a live connection")
    connection.cursor().execute(statements)
