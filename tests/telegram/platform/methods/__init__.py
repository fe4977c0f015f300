"""The methods of the Bot API: one function each, taking the backend and the call's arguments.

A method that is not in `METHODS` is refused like the real server refuses an unknown one.
"""

from __future__ import annotations

from . import callbacks, chats, deleting, documents, editing, profile, sending, updating
from .table import PARAMETERS, Method

METHODS: dict[str, Method] = {
    name.lower(): Method(name, function, frozenset(PARAMETERS[name].split()))
    for module in (updating, profile, sending, documents, editing, deleting, callbacks, chats)
    for name, function in module.METHODS.items()
}

__all__ = ["METHODS", "Method"]
