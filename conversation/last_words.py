"""Last words: what is said in place of a message that its platform will not take, so that nobody is left waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conversation.channel import Part
from conversation.fitting import table
from conversation.message import Chart
from conversation.outbox import FILE
from conversation.speech import Speech


@dataclass(frozen=True, slots=True)
class LastWords:
    """What stands there of a message that was refused, and the language of the person it is for."""

    receipts: tuple[str, ...]
    language: str

    def plainly(self, parts: tuple[Part, ...], drawn: Callable[[str], tuple[Part, ...]]) -> tuple[Part, ...]:
        """Give the parts as nothing but text; `drawn` renders the table that stands in for a chart.

        A file that stands there stays, any other is named.
        """
        return tuple(each for number, part in enumerate(parts) for each in self._plain(number, part, drawn))

    def _plain(self, number: int, part: Part, drawn: Callable[[str], tuple[Part, ...]]) -> tuple[Part, ...]:
        if part.file is None:
            return (Part(part.text),) if part.text else ()
        if number < len(self.receipts) and self.receipts[number].endswith(FILE):
            return (part,)
        return self._instead(part.file.name, part.chart, drawn)

    def _instead(self, name: str, chart: Chart | None, drawn: Callable[[str], tuple[Part, ...]]) -> tuple[Part, ...]:
        """Give what stands in for a file."""
        if chart is not None:
            return tuple(Part(part.text) for part in drawn(table(chart)))
        return (Part(Speech(self.language).say("I could not send the file {name} here.", name=name)),)

    def apology(self) -> Part:
        """Apologise for what is missing."""
        return Part(
            Speech(self.language).say(
                "I could not show all of my answer here. Please ask again, or put it another way."
            )
        )
