"""Export: everything a person has here, as one zip with JSON for programs and a page for people."""

from conversation.people.export.archive import Exported, build

__all__ = ["Exported", "build"]
