"""More channels: installations, what platforms want to be told, feedback, people who are shut out."""

from knowledge.db.migrations.versions import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    run("r0008_channels.up.sql")


def downgrade() -> None:
    """Take back."""
    run("r0008_channels.down.sql")
