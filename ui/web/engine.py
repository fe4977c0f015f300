"""The only door to Chainlit: loads it late, with its own folder and an environment it cannot misread.

Chainlit reads its folder and a dozen bare names (`DATABASE_URL`, `SLACK_BOT_TOKEN`, …) the moment it is
imported and then starts handlers and stores of its own, so it is imported here, once, with those names hidden.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from starlette.types import ASGIApp

from ui.web.errors import WebChatError

HIDDEN_PREFIXES = ("CHAINLIT_", "SLACK_", "TEAMS_", "DISCORD_", "LITERAL_", "OAUTH_", "APP_AWS_", "APP_AZURE_")
HIDDEN_NAMES = frozenset(
    {"DATABASE_URL", "BUCKET_NAME", "DEV_AWS_ENDPOINT", "APP_GCS_PROJECT_ID"}
    # Fields of Chainlit's own settings type, which it also fills from the environment.
    | {"ROOT", "RUN", "FEATURES", "UI", "PROJECT", "CODE"}
)


PATIENCE = 5.0
"""Seconds in which a page that is already drawn will have opened its socket."""
_GLANCES = 100  # looks for it in that time


class Session(Protocol):
    """What the view uses of Chainlit's record of one browser tab."""

    id: str
    thread_id: str
    thread_id_to_resume: str | None
    user: Any
    files: dict[str, dict[str, Any]]
    has_first_interaction: bool
    environ: dict[str, Any]
    """What its socket was opened with."""
    emit: Callable[[str, object], Awaitable[None]]

    @property
    def files_dir(self) -> Path:
        """Where the files of this tab lie until their message is accepted."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """Chainlit, loaded: its application, its socket server, and its modules by name."""

    app: ASGIApp
    sockets: Any
    config: Any

    def session(self, session_id: str) -> Session | None:
        """Find a tab by the id its browser chose."""
        return cast(Session | None, _module("session").WebsocketSession.get_by_id(session_id))

    def session_of(self, socket_id: str) -> Session:
        """Find the tab behind a socket and make it the current one of this task."""
        return cast(Session, _module("context").init_ws_context(socket_id).session)

    def restore_session(self, socket_id: str, session_id: str, emit: Any, call: Any, environ: Any, user: Any) -> bool:
        """Give a tab that lost its socket the new one; refuses a tab of somebody else."""
        restore = _module("socket").restore_existing_session
        return bool(restore(socket_id, session_id, emit, call, environ, user=user))

    def new_session(self, **fields: Any) -> None:
        """Record a new tab."""
        _module("session").WebsocketSession(**fields)

    async def forget_socket(self, socket_id: str) -> None:
        """Let Chainlit put a closed socket away, and its tab when nobody comes back for it."""
        await _module("socket").disconnect(socket_id)

    def person(self, user_id: str, name: str) -> Any:
        """Make Chainlit's own user value."""
        return _module("user").PersistedUser(id=user_id, createdAt="", identifier=user_id, display_name=name)

    def index(self, base: str) -> str:
        """Render the page of Chainlit's front end for the given base path."""
        return cast(str, _module("server").get_html_template(base))


async def awaited(engine: Engine, session_id: str, user_id: str, patience: float = PATIENCE) -> Session | None:
    """Find a tab of this person by the id its browser chose, or None; its socket may open only a moment later."""
    for _ in range(_GLANCES):
        if session := engine.session(session_id):
            return session if session.user and session.user.identifier == user_id else None
        await asyncio.sleep(patience / _GLANCES)
    return None


def load(root: Path) -> Engine:
    """Import Chainlit with `root` as its folder; a second folder in one process is refused."""
    with _quiet_environment(root):
        config = import_module("chainlit.config")
        if Path(config.APP_ROOT) != root:
            raise WebChatError(f"The web chat already runs from {config.APP_ROOT} in this process.")
        server = import_module("chainlit.server")
    return Engine(app=server.app, sockets=server.sio, config=config.config)


def _module(name: str) -> Any:
    return sys.modules[f"chainlit.{name}"]


def _is_hidden(name: str) -> bool:
    return name.upper() in HIDDEN_NAMES or name.upper().startswith(HIDDEN_PREFIXES)


@contextmanager
def _quiet_environment(root: Path) -> Generator[None]:
    before = dict(os.environ)
    for name in filter(_is_hidden, before):
        del os.environ[name]
    os.environ |= {"CHAINLIT_APP_ROOT": str(root), "PYTHON_DOTENV_DISABLED": "1"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
