"""Prompts, one Markdown file each; `{name}` in them is filled in by `load_prompt`."""

import re
from importlib.resources import files

_BLANK = re.compile(r"\{(\w+)\}")


def load_prompt(prompt: str, **values: str) -> str:
    """Read a prompt and fill its blanks; raises KeyError for a blank without a value."""
    text = files("conversation.prompts").joinpath(f"{prompt}.md").read_text(encoding="utf-8")
    return _BLANK.sub(lambda found: values[found.group(1)], text).strip()
