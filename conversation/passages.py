"""Opening a citation of one of a person's own messages: the passage as it stands in its document now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from conversation import payloads, threads
from knowledge.db import Connection
from knowledge.documents import passages


@dataclass(frozen=True, slots=True)
class Opened:
    """A quote with the words around it, where it stands, and "" for a place that only repeats the title."""

    title: str
    place: str
    before: str
    quote: str
    after: str


async def open_cited(connection: Connection, message_id: UUID, number: int, around: int = 400) -> Opened | None:
    """Open citation `number` of a message with `around` characters before and after the quote.

    None if it is not this person's message, has no such citation, or the document is gone or says something else now.
    """
    line = await threads.message(connection, message_id)
    if line is None or line.author != "coach":
        return None
    cited = next((each for each in payloads.to_reply(line.payload).citations if each.number == number), None)
    if cited is None:
        return None
    found = await passages.passage(
        connection, cited.document_id, cited.version, cited.start, cited.end, around=around, quote=cited.quote
    )
    if found is None or not found.quote:
        return None
    place = "" if found.place == found.title else found.place
    before, after = _from_a_word(found.before, around), _to_a_word(found.after, around)
    return Opened(found.title, place, before, found.quote, after)


def _from_a_word(text: str, around: int) -> str:
    """Begin at a word if the text was cut."""
    return "… " + text.split(maxsplit=1)[-1] if len(text) >= around and text.strip() else text


def _to_a_word(text: str, around: int) -> str:
    """End with a word if the text was cut."""
    return text.rsplit(maxsplit=1)[0] + " …" if len(text) >= around and text.strip() else text
