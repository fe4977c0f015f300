"""One person on many channels: joining, separating, and undoing it."""

from knowledge.db.migrations.versions import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    run("r0006_linking.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0006_linking.down.sql")
