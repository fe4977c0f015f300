"""Conversations, threads, messages, and the ledger of inbox, lanes and outbox."""

from knowledge.db.migrations.versions import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    run("r0003_conversation.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0003_conversation.down.sql")
