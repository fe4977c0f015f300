"""What coaches know: documents, chunks, vectors, postings, facts, and the work that fills them."""

from knowledge.db.migrations.versions import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    run("r0002_knowledge.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0002_knowledge.down.sql")
