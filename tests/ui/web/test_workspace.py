"""The folder Chainlit is given, and the colours in it."""

import ast
import colorsys
import json
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from ui.web.layer import Ledger
from ui.web.workspace import ASSETS, Uploads, prepare

THEMES = json.loads((ASSETS / "public" / "theme.json").read_text())["variables"]


def luminance(theme: str, name: str) -> float:
    hue, saturation, lightness = (float(part.rstrip("%")) for part in THEMES[theme][name].split())
    channels = colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("--foreground", "--background"),
        ("--muted-foreground", "--background"),
        ("--muted-foreground", "--card"),
        ("--accent-foreground", "--accent"),
        ("--primary", "--secondary"),
        ("--primary-foreground", "--primary"),
        ("--sidebar-foreground", "--sidebar-background"),
        ("--destructive-foreground", "--destructive"),
    ],
)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    high, low = sorted((luminance(theme, text), luminance(theme, ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, 1.4.3 level AA


def test_writes_settings_chainlit_can_read(tmp_path: Path) -> None:
    prepare(tmp_path, Uploads(types=(".pdf",), max_mb=7, max_files=3))
    features = tomllib.loads((tmp_path / ".chainlit" / "config.toml").read_text())["features"]
    assert features["spontaneous_file_upload"]["max_size_mb"] == 7
    assert features["unsafe_allow_html"] is False


def test_clears_what_an_older_version_left(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "old.js").write_text("")
    prepare(tmp_path, Uploads())
    assert not (tmp_path / "public" / "old.js").exists()
    assert (tmp_path / "public" / "evermynd.js").exists()


def test_keeps_every_word_chainlit_may_ask_for(tmp_path: Path) -> None:
    prepare(tmp_path, Uploads())
    words = json.loads((tmp_path / ".chainlit" / "translations" / "en.json").read_text())
    assert words["navigation"]["user"]["menu"]["logout"] == "Sign out"
    assert words["alerts"]["warning"]


@pytest.mark.parametrize(("language", "today"), [("de", "Heute"), ("es", "Hoy"), ("ru", "Сегодня"), ("hi", "आज")])
def test_gives_chainlit_the_words_of_every_language(tmp_path: Path, language: str, today: str) -> None:
    prepare(tmp_path, Uploads())
    words = json.loads((tmp_path / ".chainlit" / "translations" / f"{language}.json").read_text())
    assert words["threadHistory"]["sidebar"]["timeframes"]["today"] == today


def test_the_ledger_has_every_method_chainlit_may_call() -> None:
    spec = find_spec("chainlit")
    assert spec
    assert spec.origin
    tree = ast.parse((Path(spec.origin).parent / "data" / "base.py").read_text())
    [base] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    named = {node.name for node in base.body if isinstance(node, ast.AsyncFunctionDef)}
    assert named - set(dir(Ledger)) == {"set_step_favorite"}  # favourites are switched off


def test_does_not_import_chainlit_before_it_is_mounted() -> None:
    program = "import sys, ui.web.app; sys.exit('chainlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
