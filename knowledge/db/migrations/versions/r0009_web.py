"""The web chat: what somebody has seen, and threads as they are shown."""

from knowledge.db.migrations.versions import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    run("r0009_web.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0009_web.down.sql")
