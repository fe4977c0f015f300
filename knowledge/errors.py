"""The root of every error the hub raises on purpose.

    HubError
    ├── ParserError       knowledge.parsers.errors: a file we cannot read
    ├── SourceError       knowledge.sources.errors: a link we cannot fetch
    └── …                 every other package hangs its own branch here

`str(error)` of a leaf is one kind, specific English sentence; `Speech.explain` says it in the person's language.
"""

from knowledge.phrases import Phrase


class HubError(Exception):
    """Anything the hub raises on purpose; `code` is a short identifier for logs, metrics and tests.

    `message` is the English sentence with named places, a literal so that it can be found and translated; `values`
    fill the places: text as it is to be read, a `Phrase`, or another error.
    """

    code = "error"

    def __init__(self, message: str = "", /, **values: object) -> None:
        super().__init__(*([str(Phrase(message, **values))] if message else []))
        self.message = message
        self.values = values
