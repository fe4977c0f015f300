"""Coaches in the chat: cards, and the questions people ask them."""

from knowledge.db.migrations.versions import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    run("r0007_coaching.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0007_coaching.down.sql")
