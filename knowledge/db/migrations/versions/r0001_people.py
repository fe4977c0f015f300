"""People, their accounts and their coaches."""

from knowledge.db.migrations.versions import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    run("r0001_people.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0001_people.down.sql")
