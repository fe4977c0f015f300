"""Speech: what the hub says in a person's language, from the gettext catalogues in `locales/`.

The message in the code is English and serves when a catalogue lacks it. `say` and `count` are the only doors, and
their first arguments are literals, so that a test can hold the catalogues against the code. Errors and phrases from
below bring their literals along.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from knowledge.errors import HubError
from knowledge.phrases import Phrase

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "ru": "Русский", "hi": "हिन्दी"}
"""The languages the hub speaks, by their tag, each in its own words."""
LOCALES = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Speech:
    """Speaks one of `LANGUAGES`; any other tag speaks English."""

    language: str = "en"

    def say(self, message: str, /, **values: object) -> str:
        """Translate a message and fill in its named places."""
        found = _catalogue(self.language).get(message) if self.language != "en" else None
        text = found.string if found and isinstance(found.string, str) and found.string else message
        return text.format(**values) if values else text

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Translate a message that depends on a number, which fills the place `{n}`."""
        forms: tuple[str, ...] = ()
        if self.language != "en":
            catalogue = _catalogue(self.language)
            found = catalogue.get(one)
            forms = tuple(found.string) if found and isinstance(found.string, list | tuple) else ()
            text = forms[_plural(self.language, n)] if all(forms) and forms else ""
            if text:
                return text.format(n=n, **values)
        return (one if n == 1 else many).format(n=n, **values)

    def explain(self, error: BaseException) -> str:
        """Say what went wrong: an error of ours in its own words, anything else in general ones."""
        if isinstance(error, HubError) and error.message:
            return self.say(error.message, **self._all(error.values))
        return self.say("Something went wrong on my side. Please try again in a moment.")

    def restate(self, text: str) -> str:
        """Say a `Phrase` in this language; any other text stays as it is."""
        return self.say(text.message, **self._all(text.values)) if text and isinstance(text, Phrase) else text

    def _all(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._value(value) for name, value in values.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, BaseException):
            return self.explain(value)
        return self.restate(value) if isinstance(value, str) else value

    @property
    def locale(self) -> Locale:
        """The locale for dates and numbers."""
        return Locale.parse("en_GB" if self.language == "en" else self.language)


def nearest(tag: str) -> str:
    """Choose the language the hub speaks that is nearest to a platform's tag (`pt-BR`, `de_AT`); "" for none."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else ""


@functools.cache
def _catalogue(language: str) -> Catalog:
    """Read a language's catalogue, once; an unknown language has an empty one."""
    path = LOCALES / f"{language}.po"
    if language not in LANGUAGES or not path.is_file():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _plural(language: str, n: int) -> int:
    """Tell which plural form of a language goes with a number."""
    return gettext.c2py(_catalogue(language).plural_expr)(n)
