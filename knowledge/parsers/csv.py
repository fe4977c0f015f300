"""Tables as text: each row becomes a line that repeats the header, so that a row can be understood alone."""

import csv
import io
import re
from collections.abc import Iterator

from knowledge.parsers.builder import Builder
from knowledge.parsers.clean import clean, clean_line
from knowledge.parsers.document import Parsed
from knowledge.parsers.encoding import decode
from knowledge.parsers.source import Source

ROWS_A_PAGE = 40
_DELIMITERS = ",;\t|"
_NUMBER = re.compile(r"[-+]?[\d.,\s]+%?$")
_LONGEST_FIELD = 10_000_000


def parse(source: Source) -> Parsed:
    """Parses a CSV or TSV file; a page is a run of rows."""
    csv.field_size_limit(_LONGEST_FIELD)
    text = clean(decode(source.path.read_bytes()))
    rows = list(_rows(text))
    header: list[str] = []
    if rows and _is_header(rows):
        header, rows = rows[0], rows[1:]
    builder = Builder(source, "text/csv", "row")
    for first in range(0, len(rows), ROWS_A_PAGE):
        page = rows[first : first + ROWS_A_PAGE]
        builder.page(f"rows {first + 1}–{first + len(page)}" if len(page) > 1 else f"row {first + 1}")
        for row in page:
            builder.table(_line(header, row))
        source.progress(first + len(page), len(rows))
    return builder.build(source.stem)


def _rows(text: str) -> Iterator[list[str]]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
        fields = [clean_line(field) for field in row]
        if any(fields):
            yield fields


def _delimiter(text: str) -> str:
    """The character that splits the first lines into the most equal columns."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:20]

    def score(mark: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=score)


def _is_header(rows: list[list[str]]) -> bool:
    first = rows[0]
    names = [field for field in first if field]
    return len(rows) > 1 and len(set(names)) == len(first) and not any(_NUMBER.match(name) for name in names)


def _line(header: list[str], row: list[str]) -> str:
    fields: list[str] = []
    for index, field in enumerate(row):
        if field:
            name = header[index] if index < len(header) else ""
            fields.append(f"{name}: {field}" if name else field)
    return "; ".join(fields) + "."
