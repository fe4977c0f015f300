"""The child's answer, checked before it is believed: types, sizes, and that every span lies in the text."""

from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from pydantic import TypeAdapter, ValidationError

from knowledge.parsers import errors
from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, ParserError, TooBig
from knowledge.phrases import Phrase

_BY_CODE: dict[str, type[ParserError]] = {kind.code: kind for kind in ParserError.__subclasses__()}
_MOST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class _Told:
    """An error as the child wrote it down."""

    error: str = ""
    name: str = ""
    detail: str = ""
    values: dict[str, str] = field(default_factory=dict[str, str])


def decode(path: Path, name: str, most_bytes: int) -> Parsed:
    """The document in a result file; raises the error that the file tells of, or Damaged where it makes no sense."""
    if path.stat().st_size > most_bytes:
        raise TooBig(name, Phrase("its text is too long"))
    data = path.read_bytes()
    try:
        if data.startswith(b'{"error"'):
            raise _told_error(data, name)
        parsed = TypeAdapter(Parsed).validate_json(data)
    except ValidationError as error:
        raise Damaged(name, Phrase("a document")) from error
    if not _is_sound(parsed):
        raise Damaged(name, Phrase("a document"))
    return parsed


def _told_error(data: bytes, name: str) -> ParserError:
    told = TypeAdapter(_Told).validate_json(data)
    kind = _BY_CODE.get(told.error, errors.Damaged)
    values = {place: value[:_MOST_DETAIL] for place, value in told.values.items()}
    detail = told.detail[:_MOST_DETAIL]
    return kind((told.name or name)[:_MOST_DETAIL], Phrase(detail, **values if _is_fillable(detail, values) else {}))


def _is_fillable(message: str, values: dict[str, str]) -> bool:
    """Whether a message has exactly these places, plain names without any format: who wrote it may lie."""
    try:
        places = {part[1:] for part in Formatter().parse(message) if part[1] is not None}
    except ValueError:
        return False
    return places == {(name, "", None) for name in values} and all(name.isidentifier() for name in values)


def _is_sound(parsed: Parsed) -> bool:
    text = parsed.text
    at = 0
    for block in parsed.blocks:
        if not at <= block.start <= block.end <= len(text):
            return False
        at = block.end
    return all(page.text.endswith("\n") and "\0" not in page.text for page in parsed.pages)
