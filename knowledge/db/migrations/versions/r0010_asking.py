"""Questions: creators read what was asked, and the database keeps from them who asked."""

from knowledge.db.migrations.versions import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    run("r0010_asking.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0010_asking.down.sql")
