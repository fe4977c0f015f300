"""Questions that a document answers, made from its definitions, its rules and its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from knowledge.chunks import Chunk, sentences
from knowledge.graph.words import SMALL
from knowledge.parsers.document import Parsed
from knowledge.topics.main import topics
from knowledge.topics.sections import Subject, content_words, to_title

_NOUNS = r"[\w][\w'’./+-]*(?: (?:of |the |for )?[\w][\w'’./+-]*){0,3}"
_DEFINITION = re.compile(
    rf"(?:(?P<article>An?|The) )?(?P<phrase>{_NOUNS}) (?P<verb>is|are) "
    r"(?P<rest>an? |the |any |one |those |used to |defined as |packages |programs |files |people |called )"
)
_RULE = re.compile(
    rf"(?:(?P<article>An?|The|Every|Each|All) )?(?P<phrase>{_NOUNS}) (?P<modal>must|should|may) "
    r"(?P<verb>contain|include|have|specify|provide|declare|depend on|consist of) (?=\w)"
)
_NO_SUBJECT = """
    is are was were be been has have had do does did can could may might must shall should will would must need
    needs use uses used make makes made give gives given contain contains mean means become becomes include includes
    provide provides require requires allow allows say says if when where while because since that which who whose what
    why how not only also both there here it its this that these those they them he she we you i such one each other
    another same following above below latter former first second last next only main important common good best
    point reason purpose result problem idea goal thing case way example note rest default order rule change
"""
_NO_SUBJECTS = frozenset(_NO_SUBJECT.split())
MOST = {"definition": 2, "rule": 1, "how": 1, "heading": 1}  # questions of a kind, if there is a choice
WEIGHT = {"definition": 1.4, "rule": 1.1, "how": 1.4, "heading": 0.6}
_ASKS = re.compile(r"(how|what|when|where|which|who|why|can|do|does|is|are|may|must|should|will) ", re.IGNORECASE)
_MARKUP = re.compile(r"(?<!\w)[*_\"“‘'`]+(?=\w)|(?<=\w)[*_\"”’'`]+(?!\w)")
_SENTENCE = range(40, 320)  # characters of a sentence worth asking for


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to ask: the words before and after what is asked about, where the answer stands, and how good it is."""

    before: str
    phrase: str
    after: str
    place: str
    kind: str
    score: float


def questions(parsed: Parsed, chunks: Sequence[Chunk]) -> tuple[str, str, str]:
    """Three different questions that the text answers, about different parts of it where it has several."""
    subject = Subject(parsed)
    found = sorted(_candidates(subject, chunks), key=lambda each: (-each.score, each.phrase))
    chosen: list[Candidate] = []
    for extra in (0, 2):
        for candidate in found:
            if len(chosen) < 3 and _differs(candidate, chosen, extra):
                chosen.append(candidate)
    known = {word for each in chosen for word in content_words(each.phrase)}
    asked = [*(_question(each, subject) for each in chosen), *_fallbacks(subject, known)]
    return asked[0], asked[1], asked[2]


def _question(candidate: Candidate, subject: Subject) -> str:
    words = (candidate.before, in_sentence(candidate.phrase, subject), candidate.after)
    return " ".join(word for word in words if word) + "?"


def _differs(candidate: Candidate, chosen: Sequence[Candidate], extra: int) -> bool:
    words = set(content_words(candidate.phrase))
    return (
        sum(each.place == candidate.place for each in chosen) < 1 + extra
        and sum(each.kind == candidate.kind for each in chosen) < MOST[candidate.kind] + extra
        and not any(words & set(content_words(each.phrase)) for each in chosen)
    )


def _candidates(subject: Subject, chunks: Sequence[Chunk]) -> Iterator[Candidate]:
    for at, chunk in enumerate(chunks):
        early = 1 - 0.5 * at / len(chunks)
        yield from _from_heading(subject, chunk, early)
        for start, end in sentences(chunk.text):
            if end - start in _SENTENCE:
                sentence = _MARKUP.sub("", " ".join(chunk.text[start:end].split()))
                yield from _from_sentence(subject, chunk, sentence, early)


def _from_sentence(subject: Subject, chunk: Chunk, sentence: str, early: float) -> Iterator[Candidate]:
    for kind, pattern in (("definition", _DEFINITION), ("rule", _RULE)):
        found = pattern.match(sentence)
        if not found or not _is_subject(found["phrase"], chunk):
            continue
        verb, after = (found["verb"], "") if kind == "definition" else (found["modal"], found["verb"])
        before = f"What {verb} {(found['article'] or '').lower()}".rstrip()
        score = WEIGHT[kind] * _score(subject, chunk, found["phrase"], early)
        yield Candidate(before, found["phrase"], after, _place(chunk), kind, score)


def _from_heading(subject: Subject, chunk: Chunk, early: float) -> Iterator[Candidate]:
    title = to_title(chunk.heading_path[-1]) if chunk.heading_path else ""
    if title not in subject.titles or len(chunk.text) < 200:
        return
    how = re.match(r"how to (.+)", title, re.IGNORECASE)
    kind = "how" if how else "heading"
    before, phrase = ("How do I", how[1]) if how else ("What does the document say about", title)
    if not how and _ASKS.match(title):
        before, _, phrase = title.partition(" ")  # the heading is a question itself
    yield Candidate(before, phrase, "", _place(chunk), kind, WEIGHT[kind] * _score(subject, chunk, title, early))


def _score(subject: Subject, chunk: Chunk, phrase: str, early: float) -> float:
    """Better: what the document often speaks of, what its heading names, several words, and what stands early."""
    words = set(content_words(phrase))
    above = {word for heading in chunk.heading_path[-1:] for word in content_words(to_title(heading))}
    titled = 2.0 * len(words & above) / len(words | above) if words else 0.0
    return subject.weight(phrase) * (1 + titled) * early * (0.4 if len(words) < 2 else 1.0)


def _place(chunk: Chunk) -> str:
    return chunk.heading_path[-2] if len(chunk.heading_path) > 1 else "".join(chunk.heading_path)


def _is_subject(phrase: str, chunk: Chunk) -> bool:
    """Whether a phrase can be asked about without the sentences around it."""
    words = phrase.lower().split()
    if any(word in _NO_SUBJECTS for word in words) or words[0] in SMALL or words[-1] in SMALL:
        return False
    return len(words) > 1 or phrase.lower() in " ".join(chunk.heading_path[-1:]).lower()


def in_sentence(title: str, subject: Subject) -> str:
    """A title as it stands inside of a sentence: capitals only where the document itself writes them there."""
    written = len(re.findall(rf"(?<=[a-z,] ){re.escape(title)}\b", subject.text))
    if written > subject.text.count(title.lower()) and title.istitle():
        return title
    words = title.split()
    sentence_case = not any(word[:1].isupper() for word in words[1:])
    return " ".join(_small(word, subject, opens=sentence_case) for word in words)


def _small(word: str, subject: Subject, *, opens: bool) -> str:
    """A word without its capital, if the document writes it so, or if it has it only for opening a sentence."""
    if not re.fullmatch(r"[A-Z][a-z'’-]+,?", word):
        return word
    bare = word.rstrip(",")
    small, capital = subject.small[bare.lower()], subject.capital[bare]
    return word.lower() if (small or opens) and 2 * small >= capital else word


def _fallbacks(subject: Subject, known: Set[str]) -> Iterator[str]:
    for topic in topics(subject.parsed):
        if not known & set(content_words(topic)):
            asks = _ASKS.match(topic)
            yield f"{topic}?" if asks else f"What does the document say about {in_sentence(topic, subject)}?"
    title = to_title(subject.parsed.title)
    yield f"What is “{title}” about?" if title else "What is the document about?"
    yield "What are the main points of the document?"
    yield "What does the document begin with?"
