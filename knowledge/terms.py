"""Terms: what lexical search compares, made the same way from passages and from questions."""

import re
import threading
import unicodedata
from functools import cache, lru_cache
from typing import Protocol

from snowballstemmer.english_stemmer import EnglishStemmer

_LONGEST = 64

# Scripts written without spaces between words; their terms are pairs of neighbouring characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Marks that are part of a word without being letters for `\w`: accents, points, vowel signs.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0981-\u09cd\u0a01-\u0dff"
)
_RUN = f"[\\w{_MARKS}]+"
_TOKEN = re.compile(rf"{_RUN}(?:[-./+:'’]{_RUN})*(?:\+\+|#)?")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_JOINTS = re.compile(r"[-./+:_]+")
_APOSTROPHE = re.compile(r"['’]")
_NUMBER = re.compile(r"\d+(?:[.:/-]\d+)*")

_SMALL_WORDS = """
    a about above after again against all also am an and any are aren as at be because been before being below
    between both but by can cannot could couldn did didn do does doesn doing don down during each either else ever
    few for from further had hadn has hasn have haven having he her here hers herself him himself his how however i if
    in into is isn it its itself just ll me might more most must mustn my myself neither no nor not now of off on once
    one only or other otherwise ought our ours ourselves out over own per please rather re same shall shan she should
    shouldn since so some such than that the their theirs them themselves then there therefore these they this those
    through thus to too under until up upon us ve very via was wasn we were weren what whatever when where whether
    which while who whom whose why will with within without won would wouldn yet you your yours yourself yourselves
    e.g i.e
"""
_STOP_WORDS = frozenset(_SMALL_WORDS.split())


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeated as often as they occur.

    Lower-case word stems without English stop words; an identifier such as `dpkg-source` or `debian/rules` as a whole
    and then in its parts; numbers such as `7.2` as they are; pairs of characters for scripts without spaces.
    """
    normal = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()
    found: list[str] = []
    for token in _TOKEN.findall(normal):
        found.extend(_terms_of(token))
    return found


@lru_cache(maxsize=200_000)
def _terms_of(token: str) -> tuple[str, ...]:
    if token.isascii() or not _UNSPACED_RUN.search(token):
        return _terms_of_word(token)
    found: list[str] = []
    at = 0
    for run in _UNSPACED_RUN.finditer(token):
        found.extend(_rest(token[at : run.start()]))
        found.extend(_pairs(run.group()))
        at = run.end()
    found.extend(_rest(token[at:]))
    return tuple(found)


def _rest(text: str) -> list[str]:
    return [term for token in _TOKEN.findall(text) for term in _terms_of_word(token)]


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def _terms_of_word(token: str) -> tuple[str, ...]:
    if token in _STOP_WORDS:
        return ()
    if token.isalnum():
        return (_stem(token),)
    if _NUMBER.fullmatch(token):
        return (token[:_LONGEST],)
    parts = [part for part in _JOINTS.split(token.rstrip("+#")) if part]
    words = [word for part in parts if (word := _APOSTROPHE.split(part)[0]) and word not in _STOP_WORDS]
    if not words or (len(parts) == 1 and token[-1] not in "+#"):
        return tuple(map(_stem, words))
    return (token[:_LONGEST], *map(_stem, words))


def _stem(word: str) -> str:
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word[:_LONGEST]
    return _snowball().stem(word[:_LONGEST])


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


class _Snowball:
    """The English Snowball stemmer, which keeps its state between calls, behind a lock."""

    def __init__(self) -> None:
        self._stemmer: _Stemmer = EnglishStemmer()
        self._lock = threading.Lock()

    def stem(self, word: str) -> str:
        with self._lock:
            return self._stemmer.stemWord(word)


@cache
def _snowball() -> _Snowball:
    return _Snowball()
