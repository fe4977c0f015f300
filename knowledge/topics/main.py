"""The main topics of a document, from the headings of its main sections and the phrases it repeats."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from math import sqrt

from knowledge.graph.entities import extract, key_of
from knowledge.graph.words import BOILERPLATE, SMALL
from knowledge.parsers.document import Parsed
from knowledge.topics.sections import Section, Subject

OFTEN = 3  # a phrase is a topic from so many occurrences on
READ = 400_000  # characters that are searched for repeated phrases
_PAIR = re.compile(r"(?=\b([a-z]{4,} [a-z]{4,})\b)")
_QUESTION = re.compile(
    r"(?:(?:how|what|who|whose|which|where|when|why)\b.*\b)?(?:do|does|did|is|are|can|could|may|should|if|happens)\b",
    re.IGNORECASE,
)
_INNER = "a an and as at by for from in into its of on or the their to via with"
_LOWER = frozenset(_INNER.split())


def topics(parsed: Parsed, limit: int = 6) -> tuple[str, ...]:
    """Up to `limit` topics in title case: sections in the order of the document, then repeated phrases."""
    subject = Subject(parsed)
    titles = [section.title for section in _chosen(subject, limit)]
    for phrase in _phrases(subject):
        if len(titles) >= limit:
            break
        if not any(_overlap(phrase, title) for title in (*titles, parsed.title)):
            titles.append(phrase)
    return tuple(title_case(_without_article(title)) for title in titles[:limit])


def title_case(title: str) -> str:
    """A title with capitals, leaving identifiers and acronyms as they are written."""
    words = title.split()
    return " ".join(_capital(word, inner=0 < at < len(words) - 1) for at, word in enumerate(words))


def _capital(word: str, *, inner: bool) -> str:
    if inner and word.lower() in _LOWER:
        return word.lower()
    if not word.isalpha() and not re.fullmatch(r"[a-z]+(?:['’-][a-z]+)*,?", word):
        return word
    return word if not word.islower() else word[:1].upper() + word[1:]


def _chosen(subject: Subject, limit: int) -> list[Section]:
    """The sections that are long and speak of what the whole document speaks of, each title once."""
    best: dict[str, tuple[float, Section]] = {}
    for section in subject.main_sections:
        if _QUESTION.match(section.title):
            continue  # it asks about a topic instead of naming it
        key = key_of(_without_article(section.title))
        score, first = best.get(key, (0.0, section))
        early = 1 - 0.5 * section.start / len(subject.text)
        best[key] = score + sqrt(section.size) * subject.weight(section.title) * early, first
    ranked = sorted(best.values(), key=lambda item: (-item[0], item[1].start))
    return sorted((section for score, section in ranked[:limit] if score), key=lambda section: section.start)


def _phrases(subject: Subject) -> Iterator[str]:
    """Names, terms and pairs of words that the document repeats, the most frequent first."""
    text, counts, names = subject.text[:READ], defaultdict[str, float](float), dict[str, str]()
    for paragraph in re.split(r"\n\s*\n|\n(?=[A-Z•*-])", text):
        for entity in extract(paragraph):
            if entity.kind != "heading" and len(entity.key) > 3:
                counts[entity.key] += 0.5 if entity.kind == "name" else 1
                names.setdefault(entity.key, entity.name)
    for pair in _PAIR.findall(text):
        if not any(word in SMALL or word in BOILERPLATE for word in pair.split()):
            counts[key_of(pair)] += 1
            names.setdefault(key_of(pair), pair)
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count >= OFTEN and "/" not in key and not all(word in BOILERPLATE for word in key.split()):
            yield names[key]


def _overlap(one: str, other: str) -> bool:
    mine, theirs = set(key_of(one).split()), set(key_of(other).split())
    return bool(mine & theirs - SMALL)


def _without_article(title: str) -> str:
    return re.sub(r"^(?:the|an?) (?=\S)", "", title, flags=re.IGNORECASE)
