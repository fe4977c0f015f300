"""The root of every error the hub raises on purpose.

    HubError
    ├── ParserError       knowledge.parsers.errors: a file we cannot read
    ├── SourceError       knowledge.sources.errors: a link we cannot fetch
    └── …                 every other package hangs its own branch here

`str(error)` of a leaf is one kind, specific English sentence that may be shown to a person.
"""


class HubError(Exception):
    """Anything the hub raises on purpose; `code` is a short identifier for logs, metrics and tests."""

    code = "error"
