"""Where sentences begin and end in a text, as spans, so that a citation can quote exactly one."""

import re

Span = tuple[int, int]

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？]+[」』”]*")
_BLANKS = re.compile(r"\s*")
_LAST_WORD = re.compile(r"[\w.\-&/]+$")
_ENUMERATOR = re.compile(r"\s*(?:[-–—*•]\s+)?(?:\(?(?:\d+(?:\.\d+)*|[A-Za-z]|[ivxIVX]+)[.)])")
_LIST_LINE = re.compile(r"\s*(?:[-–—*•‣◦▪]|\(?(?:\d+(?:\.\d+)*|[a-zA-Z])[.)])\s")

# Words whose full stop does not end a sentence, whatever follows.
_NEVER_LAST = re.compile(
    r"e\.g|i\.e|cf|vs|viz|approx|ca|mr|mrs|ms|dr|prof|st|sr|jr|figs?|eqs?|secs?|chap|vol|pp|nos|ed|eds|al|resp|incl|excl"
    r"|dept|gen|col|lt|sgt|rev|hon|jan|feb|mar|apr|jun|jul|aug|sept|oct|nov|dec",
    re.IGNORECASE,
)
_WRAPPED_LINE = 50


def sentences(text: str) -> list[Span]:
    """Spans of the sentences in order; they cover all non-blank text, and neither begin nor end with a blank."""
    spans: list[Span] = []
    for start, end in _lines(text):
        spans.extend(_sentences_of_line(text, start, end))
    return spans


def _lines(text: str) -> list[Span]:
    """Logical lines: a line break inside a wrapped sentence does not count as one."""
    lines: list[Span] = []
    start = 0
    for found in re.finditer(r"\n+", text):
        if len(found.group()) == 1 and _is_wrap(text, start, found.start(), found.end()):
            continue
        lines.append((start, found.start()))
        start = found.end()
    lines.append((start, len(text)))
    return lines


def _is_wrap(text: str, line_start: int, line_end: int, following: int) -> bool:
    last_line = max(line_start, text.rfind("\n", line_start, line_end) + 1)
    next_char = text[following : following + 1]
    return line_end - last_line >= _WRAPPED_LINE and next_char.islower() and not _LIST_LINE.match(text, following)


def _sentences_of_line(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    begin = _skip_blanks(text, start, end)
    for found in _END.finditer(text, begin, end):
        if _ends_sentence(text, begin, found, end):
            spans.append((begin, found.end()))
            begin = _skip_blanks(text, found.end(), end)
    tail = begin + len(text[begin:end].rstrip())
    if tail > begin:
        spans.append((begin, tail))
    return spans


def _skip_blanks(text: str, start: int, end: int) -> int:
    found = _BLANKS.match(text, start, end)
    return found.end() if found else start


def _ends_sentence(text: str, begin: int, found: re.Match[str], end: int) -> bool:
    mark = found.group()
    if mark[0] in "。！？":
        return True
    after = _skip_blanks(text, found.end(), end)
    following = text[after : after + 1] if after < end else ""
    if not following:
        return True
    if following.islower() or following in ",;:)":
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    return not _is_abbreviation(text, begin, found.start())


def _is_abbreviation(text: str, begin: int, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to its word: "e.g.", "J.", "3.2." at the beginning of a heading."""
    enumerator = _ENUMERATOR.match(text, begin, stop + 1)
    if enumerator and enumerator.end() == stop + 1:
        return True
    word = _LAST_WORD.search(text, max(begin, stop - 40), stop)
    if not word:
        return False
    letters = word.group()
    if _NEVER_LAST.fullmatch(letters):
        return True
    return len(letters) == 1 and letters.isalpha() and letters.isupper() and letters != "I"
