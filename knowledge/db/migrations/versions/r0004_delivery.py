"""What group chats, edits, albums, buttons, streaming and rate limits need of the ledger."""

from knowledge.db.migrations.versions import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    run("r0004_delivery.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0004_delivery.down.sql")
