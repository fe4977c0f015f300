"""The sentences of the code and the pages, and `make messages`: it adds what is new to every catalogue and takes out
what is gone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from conversation.speech import LANGUAGES, LOCALES
from tests.conversation import sentences

ROOT = Path(__file__).parents[2]
KEYWORDS = {"say": None, "count": (1, 2), "Command": (2,), "Phrase": None}
OTHERS = [language for language in LANGUAGES if language != "en"]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.js", "javascript")]
WORDS = ROOT / "ui" / "web" / "assets" / "words.json"
HEADER = "# What the hub says, in this language. `make messages` brings it up to the code."

Message = str | tuple[str, str]


def said() -> set[Message]:
    """All messages of code, pages and the words of the chat's page: one, or a singular with its plural."""
    found: set[Message] = {*sentences.sentences(), *_leaves(json.loads(WORDS.read_text(encoding="utf-8")))}
    keywords = KEYWORDS | dict.fromkeys(sentences.raised_with_a_sentence())
    for room in sentences.ROOMS:
        for _, _, message, _, _ in extract_from_dir(ROOT / room, METHODS, keywords=keywords):
            found.add((message[0], message[1]) if isinstance(message, tuple) else message)
    return {message for message in found if message and message != ("", "")}


def _leaves(words: object) -> Iterator[str]:
    if isinstance(words, dict):
        for below in cast(dict[str, object], words).values():
            yield from _leaves(below)
    else:
        yield str(words)


def catalogue(language: str) -> Catalog:
    """Read a language's catalogue; empty where there is none yet."""
    path = LOCALES / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> Catalog:
    """Give a catalogue with the messages of the code, translated as far as they were."""
    before = catalogue(language)
    after = Catalog(locale=language, charset="utf-8")
    for message in sorted(said(), key=str):
        known = before.get(message[0] if isinstance(message, tuple) else message)
        forms = known.string if known and bool(known.pluralizable) == isinstance(message, tuple) else ""
        after.add(message, forms)
    return after


def main() -> None:
    """Renew every catalogue, and tell how many messages wait for a translation."""
    for language in OTHERS:
        catalog = renewed(language)
        text = io.BytesIO()
        text.write(f"{HEADER}\n\n".encode())
        write_po(text, catalog, width=0, omit_header=True)
        path = LOCALES / f"{language}.po"
        if not path.is_file() or path.read_bytes() != text.getvalue():
            path.write_bytes(text.getvalue())
        waiting = sum(not all(m.string if isinstance(m.string, tuple | list) else [m.string]) for m in catalog if m.id)
        print(f"{language}: {len(catalog)} messages, {waiting} to translate")


if __name__ == "__main__":
    main()
