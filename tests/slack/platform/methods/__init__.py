"""Every method of the Web API the platform knows."""

from __future__ import annotations

from collections.abc import Mapping

from . import agents, apps, assistant, chat, conversations, files, streams, views
from .context import Call, Method

METHODS: Mapping[str, Method] = {
    **agents.METHODS,
    **apps.METHODS,
    **assistant.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **streams.METHODS,
    **views.METHODS,
}

SCOPES = frozenset(scope for method in METHODS.values() for scope in method.scopes)
"""All that any method needs."""

__all__ = ["METHODS", "SCOPES", "Call", "Method"]
