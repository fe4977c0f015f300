"""Recognising headings by their numbers, where a format does not mark them."""

import re

NUMBER = re.compile(
    r"(?:(?:chapter|part|appendix|section)\s+)?(\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})+)\.?\s+(?=\S)", re.IGNORECASE
)
_TITLE_START = re.compile(r"[A-Z\"“(«`'‘À-ÖØ-Þ]|[a-z]+[-/_.]\w")
_LONGEST = 140
_MOST_DEPTH = 6


def numbered_level(line: str) -> int:
    """The depth of "3.2.1. Title", which is 3; 0 when the line is not a numbered heading."""
    found = NUMBER.match(line)
    if not found or len(line) > _LONGEST or line.rstrip().endswith((".", ",", ";", ":")):
        return 0
    title = line[found.end() :]
    if not _TITLE_START.match(title) or not any(char.isalpha() for char in title):
        return 0
    return min(found.group(1).count(".") + 1, _MOST_DEPTH)


def without_number(heading: str) -> str:
    """The words of a heading."""
    return NUMBER.sub("", heading, count=1)
