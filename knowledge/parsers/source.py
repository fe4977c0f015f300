"""What a parser is given: the file, its name, and whom to tell how far it got."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


def _tell_nobody(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to parse: `path` is where it lies, `name` what the person calls it, `progress` whom to tell."""

    path: Path
    name: str
    progress: Callable[[int, int], None] = _tell_nobody

    @property
    def stem(self) -> str:
        """The name without folder and extension, as the last resort for a title."""
        return PurePosixPath(self.name.replace("\\", "/")).stem or self.name
