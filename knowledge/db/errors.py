"""What can go wrong with the database.

HubError
└── DatabaseError
    ├── DatabaseUnavailable   no connection within the pool's timeout, or it broke
    ├── NewerDatabase         migrated by a later version of the program
    └── UnknownStatement      a name that its .sql file does not hold
"""

from knowledge.errors import HubError


class DatabaseError(HubError):
    """Root of this package's errors."""


class DatabaseUnavailable(DatabaseError):
    """Postgres did not answer in time."""

    def __init__(self) -> None:
        super().__init__("The database does not answer at the moment. Please try again in a few seconds.")


class NewerDatabase(DatabaseError):
    """The database was migrated by a newer program than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            "The database is at revision {revision}, which this version of EverMynd does not know. "
            "Install the newer version again, or restore a backup made with this one.",
            revision=revision,
        )
        self.revision = revision


class UnknownStatement(DatabaseError):
    """A statement was asked for by a name that its file does not hold."""
