"""Prompts, one Markdown file each; `{name}` in them is filled in by `load_prompt`."""

import re
from functools import lru_cache
from importlib.resources import files

_BLANK = re.compile(r"\{(\w+)\}")


def load_prompt(prompt: str, **values: str) -> str:
    """Read a prompt and fill its blanks; raises KeyError for a blank without a value."""
    return _BLANK.sub(lambda found: values[found.group(1)], _text(prompt)).strip()


@lru_cache
def _text(prompt: str) -> str:
    return files("conversation.prompts").joinpath(f"{prompt}.md").read_text(encoding="utf-8")
