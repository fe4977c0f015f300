"""How a second terminal finds the servers of a running `evermynd up`: a note of mode 600 in the data folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ui.embedded import lock
from ui.settings import PREFIX, Settings

NOTE = "running.json"


def note(folder: Path, env: Mapping[str, str]) -> None:
    """Leave the settings that lead to the servers of this run."""
    draft = folder / f"{NOTE}.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(dict(env), file)
    draft.replace(folder / NOTE)


def forget(folder: Path) -> None:
    """Take the note away."""
    (folder / NOTE).unlink(missing_ok=True)


def attach(settings: Settings) -> Settings:
    """Fill what is not set with the servers of the run that holds the data folder, if there is one."""
    folder = settings.data_dir.resolve()
    if not lock.is_held(folder) or not (folder / NOTE).exists():
        return settings
    env: dict[str, str] = json.loads((folder / NOTE).read_text())
    found: dict[str, str | int] = {name.removeprefix(PREFIX).lower(): value for name, value in env.items()}
    if "port" in found:
        found["port"] = int(found["port"])
    return settings.model_copy(
        update={name: value for name, value in found.items() if name not in settings.model_fields_set}
    )
