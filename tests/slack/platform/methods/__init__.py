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

__all__ = ["METHODS", "Call", "Method"]
