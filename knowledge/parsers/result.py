"""The child's answer, checked before it is believed: types, sizes, and that every span lies in the text."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge.parsers import errors
from knowledge.parsers.document import Parsed
from knowledge.parsers.errors import Damaged, ParserError, TooBig

_BY_CODE: dict[str, type[ParserError]] = {kind.code: kind for kind in ParserError.__subclasses__()}
_MOST_DETAIL = 300


def decode(path: Path, name: str, most_bytes: int) -> Parsed:
    """The document in a result file; raises the error that the file tells of, or Damaged where it makes no sense."""
    if path.stat().st_size > most_bytes:
        raise TooBig(name, "its text is too long")
    data = path.read_bytes()
    try:
        if data.startswith(b'{"error"'):
            raise _told_error(data, name)
        parsed = TypeAdapter(Parsed).validate_json(data)
    except ValidationError as error:
        raise Damaged(name, "a document") from error
    if not _is_sound(parsed):
        raise Damaged(name, "a document")
    return parsed


def _told_error(data: bytes, name: str) -> ParserError:
    told = TypeAdapter(dict[str, str]).validate_json(data)
    kind = _BY_CODE.get(told.get("error", ""), errors.Damaged)
    return kind(told.get("name", name)[:_MOST_DETAIL], told.get("detail", "")[:_MOST_DETAIL])


def _is_sound(parsed: Parsed) -> bool:
    text = parsed.text
    at = 0
    for block in parsed.blocks:
        if not at <= block.start <= block.end <= len(text):
            return False
        at = block.end
    return all(page.text.endswith("\n") and "\0" not in page.text for page in parsed.pages)
