"""What can go wrong with documents.

HubError
└── DocumentError
    ├── NothingToLearn     a document without any text
    ├── CoachClosed        the coach is gone, or is not this person's to teach
    └── DocumentChanged    another ingestion of the same document finished first (retried by `knowledge.ingest`)
"""

from knowledge.errors import HubError


class DocumentError(HubError):
    """Root of this package's errors."""

    code = "document"


class NothingToLearn(DocumentError):
    """The document has no text."""

    code = "nothing_to_learn"

    def __init__(self, name: str) -> None:
        super().__init__("I found no text in “{name}”, so there is nothing to learn from it.", name=name)


class CoachClosed(DocumentError):
    """The coach cannot be taught by this person."""

    code = "coach_closed"

    def __init__(self) -> None:
        super().__init__("This coach does not exist any more, or it is not yours to teach.")


class DocumentChanged(DocumentError):
    """The document has another version than the one this work began with."""

    code = "document_changed"

    def __init__(self, name: str) -> None:
        super().__init__(
            "“{name}” is being learned twice at the same time. Please send it again in a minute.", name=name
        )
