"""Lines joined to paragraphs, and words that a line end has cut put together again."""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CUT = re.compile(r"([^\W_]+(?:-[^\W_]+)*)-$")
_FIRST_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PATH_END = re.compile(r"[(“\"']?(?:https?:)?/[^\s]*/$")
_DANGLING = frozenset(("and", "or", "und", "oder", "to", "et", "ou"))


class Joiner:
    """Joins lines; which hyphens belong to their word is learned from the other words of the same document."""

    def __init__(self, lines: Iterable[str], *, is_typeset: bool) -> None:
        self._is_typeset = is_typeset
        self._words: set[str] = set()
        for line in lines:
            whole = line.rstrip()
            if whole.endswith("-"):
                whole = whole[: whole.rfind(" ") + 1]
            self._words.update(word.lower() for word in _WORD.findall(whole))

    def join(self, lines: Sequence[str]) -> str:
        """One line of text."""
        text = ""
        for line in (line.strip() for line in lines):
            last = text[text.rfind(" ") + 1 :]
            cut, first = _CUT.search(last), _FIRST_WORD.match(line)
            if _PATH_END.match(last) and line[:1].isalnum():
                text += line
            elif not cut or not first or first.group().lower() in _DANGLING:
                text = f"{text} {line}" if text else line
            elif self._keeps_hyphen(cut.group(1), first.group()):
                text += line
            else:
                text = text[:-1] + line
        return text

    def _keeps_hyphen(self, left: str, right: str) -> bool:
        if f"{left}-{right}".lower() in self._words:
            return True
        if f"{left}{right}".lower() in self._words:
            return False
        return not self._is_typeset or right[0].isupper() or not left.isalpha() or left.isupper()
