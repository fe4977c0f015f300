"""The folder Chainlit reads its settings, words and public files from, written anew at every start."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Any, cast

from conversation.speech import LANGUAGES, Speech
from ui.web.errors import WebChatError

ASSETS = Path(__file__).parent / "assets"
UPLOAD_TYPES = (
    ".pdf", ".epub", ".docx", ".pptx", ".html", ".htm", ".md", ".markdown", ".txt", ".csv", ".zip",
    ".png", ".jpg", ".jpeg", ".gif", ".webp",
)  # fmt: skip
SPOKEN_TYPES = (".wav", ".ogg", ".oga", ".mp3", ".m4a", ".webm")


@dataclass(frozen=True, slots=True)
class Uploads:
    """Which files the composer takes; with `voice` it records and takes recordings, because they are listened to."""

    types: Sequence[str] = UPLOAD_TYPES
    max_mb: int = 50
    max_files: int = 20
    voice: bool = False

    @property
    def taken(self) -> tuple[str, ...]:
        """All endings that are taken."""
        return (*self.types, *(SPOKEN_TYPES if self.voice else ()))


def prepare(root: Path, uploads: Uploads) -> None:
    """Write settings, words and public files under `root`, over whatever an older version left there."""
    settings = root / ".chainlit"
    (settings / "translations").mkdir(parents=True, exist_ok=True)
    _write(settings / "config.toml", _config(uploads))
    for language in LANGUAGES:
        _write(settings / "translations" / f"{language}.json", json.dumps(_words(Speech(language)), indent=1))
    for readme in ("chainlit.md", *(f"chainlit_{language}.md" for language in LANGUAGES)):
        _write(root / readme, "")
    for left in (".files", "public"):  # uploads whose message never came, and an older version's files
        shutil.rmtree(root / left, ignore_errors=True)
    shutil.copytree(ASSETS / "public", root / "public")


def _config(uploads: Uploads) -> str:
    template = Template((ASSETS / "config.toml").read_text(encoding="utf-8"))
    return template.substitute(
        types=json.dumps(list(uploads.taken)),
        max_mb=uploads.max_mb,
        max_files=uploads.max_files,
        voice=json.dumps(uploads.voice),
    )


def _words(speech: Speech) -> dict[str, Any]:
    """Lay our words in one language over Chainlit's own English ones, so that a new key of theirs is never missing."""
    spec = find_spec("chainlit")
    if spec is None or spec.origin is None:
        raise WebChatError("The package chainlit is not installed; install the hub again.")
    theirs = Path(spec.origin).parent / "translations" / "en-US.json"
    ours = _translated(json.loads((ASSETS / "words.json").read_text(encoding="utf-8")), speech)
    return _merged(json.loads(theirs.read_text(encoding="utf-8")), ours)


def _translated(english: dict[str, Any], speech: Speech) -> dict[str, Any]:
    return {
        key: _translated(cast(dict[str, Any], value), speech) if isinstance(value, dict) else speech.say(value)
        for key, value in english.items()
    }


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merged(cast(dict[str, Any], below), cast(dict[str, Any], value))
        else:
            merged[key] = value
    return merged


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
