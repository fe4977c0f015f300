"""Text made even: composed characters, no control characters, plain blanks and line ends, ligatures spelled out."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff\ufffe\uffff", "")
    | {"\u2028": "\n", "\u2029": "\n", "\u0085": "\n"}
)
_LINE_END = re.compile(r"\r\n?|\f|\v")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_ALL_BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text with its lines and their indentation, safe to store and compare."""
    even = _LINE_END.sub("\n", text).translate(_LIGATURES)
    return unicodedata.normalize("NFC", _CONTROL.sub("", even))


def clean_line(text: str) -> str:
    """The text on one line, runs of blanks made one."""
    return _ALL_BLANKS.sub(" ", clean(text)).strip()


def clean_lines(text: str) -> str:
    """The text on its lines, runs of blanks within them made one, empty lines dropped."""
    lines = (_BLANKS.sub(" ", line).strip() for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def clean_code(text: str) -> str:
    """The text with its indentation, without blank edges; tabs become four blanks."""
    lines = [line.rstrip() for line in clean(text).expandtabs(4).split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
