"""Digests: who wants them, when, where; quiet hours."""

from knowledge.db.migrations.versions import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    run("r0005_digests.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0005_digests.down.sql")
