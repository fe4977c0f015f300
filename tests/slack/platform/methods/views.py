"""Opening and changing views; a page each under https://docs.slack.dev/reference/methods/views.*."""

from __future__ import annotations

from typing import Any

from ..backend import Backend
from ..errors import SlackError, missing
from ..interactions import View
from ..views import check_view
from .context import Call, method


def _content(call: Call) -> dict[str, Any]:
    view = call.arguments.structure("view", "invalid_arguments")
    if view is None:
        raise missing("view")
    return check_view(view, "modal", call.backend.world.new_id)


def new_view(backend: Backend, team_id: str, user: str, content: dict[str, Any], previous: View | None = None) -> View:
    """A modal as it opens, over another one or by itself."""
    world = backend.world
    view = View(world.new_id("V"), team_id, user, content, world.new_id("hash"))
    view.app_id, view.bot_id = world.app.app_id, world.workspaces[team_id].bot_id
    view.root = previous.root if previous else view.id
    view.previous = previous.id if previous else ""
    backend.interactions.views[view.id] = view
    backend.journal.changed()
    return view


def open_view(call: Call) -> dict[str, Any]:
    """Open a modal for the person whose trigger this is."""
    content = _content(call)
    trigger = call.backend.interactions.exchange(call.arguments.required("trigger_id"), call.team.team_id)
    view = new_view(call.backend, call.team.team_id, trigger.user, content)
    return {"view": view.to_json()}


def push_view(call: Call) -> dict[str, Any]:
    """Lay another modal over the one the trigger came from."""
    content = _content(call)
    trigger = call.backend.interactions.exchange(call.arguments.required("trigger_id"), call.team.team_id)
    below = call.backend.interactions.views.get(trigger.view)
    if below is None:
        raise SlackError("invalid_trigger_id")
    return {"view": new_view(call.backend, call.team.team_id, trigger.user, content, below).to_json()}


def update_view(call: Call) -> dict[str, Any]:
    """Change an open modal."""
    content = _content(call)
    wanted, external = call.arguments.text("view_id"), call.arguments.text("external_id")
    if not wanted and not external:
        raise missing("view_id")
    for view in call.backend.interactions.views.values():
        names = (view.id, view.content.get("external_id") or view.id)
        if view.open and view.team_id == call.team.team_id and (wanted or external) in names:
            _check_hash(call, view)
            view.content, view.hash = content, call.backend.world.new_id("hash")
            call.backend.journal.changed()
            return {"view": view.to_json()}
    raise SlackError("not_found")


def _check_hash(call: Call, view: View) -> None:
    if call.arguments.text("hash") not in ("", view.hash):
        raise SlackError("hash_conflict")


def publish_view(call: Call) -> dict[str, Any]:
    """Set a person's home tab."""
    user = call.backend.user(call.arguments.required("user_id"))
    found = call.arguments.structure("view", "invalid_arguments")
    content = check_view(found, "home", call.backend.world.new_id)
    key = (call.team.team_id, user.id)
    if previous := call.backend.interactions.homes.get(key):
        _check_hash(call, previous)
    view = new_view(call.backend, call.team.team_id, user.id, content)
    call.backend.interactions.homes[key] = view
    return {"view": view.to_json()}


METHODS = {
    "views.open": method(open_view, "trigger_id interactivity_pointer view", tier=4),
    "views.push": method(push_view, "trigger_id interactivity_pointer view", tier=4),
    "views.update": method(update_view, "view_id external_id view hash", tier=4),
    "views.publish": method(publish_view, "user_id view hash interactivity_pointer", tier=4),
}
