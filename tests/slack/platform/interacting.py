"""What a person does with buttons, menus, modals and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .backend import Backend
from .errors import SlackError
from .interactions import View
from .messages import Message
from .methods.views import new_view
from .outlet import Delivery
from .payloads import acted, action, command, in_message, in_view
from .people import Channel, User, Workspace
from .responses import answer_with
from .shown import Button, Shown, buttons_of, shown
from .views import answers, check_view


@dataclass(frozen=True, slots=True)
class Acted:
    """Something a person did, and how the app answered within its time."""

    trigger_id: str
    response_url: str
    delivery: Delivery
    errors: Mapping[str, str]
    """What a modal's fields complain about."""

    @property
    def ok(self) -> bool:
        """Whether the person sees no warning sign."""
        return self.delivery.ok


class Interacting:
    """Mixed into a person."""

    backend: Backend
    user: User
    workspace: Workspace

    def channel(self, where: Channel | str | None = None) -> Channel:
        """A conversation, by default the direct message with the app."""
        raise LookupError(where)

    async def presses(
        self, message: Shown | Message | str, wanted: str, *, channel: Channel | str | None = None, stale: bool = False
    ) -> Acted:
        """Press a button by its label or action id; `stale` presses what an older look at the message showed."""
        return await self._act(message, wanted, "", channel, stale)

    async def selects(
        self,
        message: Shown | Message | str,
        option: str,
        menu: str = "",
        *,
        channel: Channel | str | None = None,
        stale: bool = False,
    ) -> Acted:
        """Choose an option by its label or value, in a menu by its placeholder or action id."""
        return await self._act(message, menu, option, channel, stale)

    async def _act(
        self, what: Shown | Message | str, wanted: str, option: str, channel: Channel | str | None, stale: bool
    ) -> Acted:
        place = self.channel(channel if channel is not None else None if isinstance(what, str) else what.channel)
        message = self._look(what, place, stale)
        button = _menu_with(message, option, wanted) if option else message.button(wanted)
        team = self.backend.bot_of(place) or self.workspace
        trigger = self.backend.interactions.trigger(team.team_id, self.user.id)
        path = self.backend.interactions.response_url(
            team.team_id, place.id, self.user.id, message.ts, message.thread_ts
        )
        url = self.backend.world.base + path
        payload: dict[str, Any] = {"type": "block_actions", **acted(self.backend, team, self.user, trigger)}
        payload |= in_message(self.backend, message, place)
        payload |= {"response_url": url, "actions": [action(self.backend, button, option)]}
        return Acted(trigger, url, await self.backend.outlet.ask("interactive", payload), {})

    def _look(self, what: Shown | Message | str, place: Channel, stale: bool) -> Shown:
        if stale and isinstance(what, Shown):
            return what
        ts = what if isinstance(what, str) else what.ts
        message = self.backend.world.find(place.id, ts)
        if message is None:
            raise LookupError(f"no message {ts} in {place.id}")
        if message.only_for not in ("", self.user.id):
            raise LookupError(f"{self.user.name} does not see message {ts}")
        return shown(message, self.backend.name_of)

    async def commands(self, name: str, text: str = "", *, channel: Channel | str | None = None) -> Acted:
        """Give a slash command; what the app answers at once is shown like an answer over the response address."""
        place = self.channel(channel)
        team = self.backend.bot_of(place) or self.workspace
        trigger = self.backend.interactions.trigger(team.team_id, self.user.id)
        path = self.backend.interactions.response_url(team.team_id, place.id, self.user.id)
        url = self.backend.world.base + path
        more = {"command": name, "text": text, "response_url": url, "trigger_id": trigger}
        payload = command(self.backend, team, self.user, place, more)
        delivery = await self.backend.outlet.ask("slash_commands", payload)
        body: Any = delivery.answer
        if delivery.ok and body:
            where = self.backend.interactions.response_urls[path.split("/")[3]]
            spoken: dict[str, Any] = cast("dict[str, Any]", body) if isinstance(body, dict) else {"text": str(body)}
            answer_with(self.backend, where, spoken)
        return Acted(trigger, url, delivery, {})

    @property
    def views(self) -> list[View]:
        """The modals open for this person, the one on top last."""
        found = self.backend.interactions.views.values()
        return [each for each in found if each.open and each.user == self.user.id and each.content["type"] == "modal"]

    @property
    def home(self) -> View | None:
        """The home tab of this person."""
        return self.backend.interactions.homes.get((self.workspace.team_id, self.user.id))

    def _view(self, view: View | str) -> View:
        return view if isinstance(view, View) else self.backend.interactions.views[view]

    async def uses(self, view: View | str, wanted: str, option: str = "") -> Acted:
        """Press a button, or choose from a menu, in a view."""
        seen = self._view(view)
        buttons = buttons_of(seen.blocks)
        button = next(each for each in buttons if wanted in (each.label, each.action_id))
        trigger = self.backend.interactions.trigger(seen.team_id, self.user.id, seen.id)
        team = self.backend.world.workspaces[seen.team_id]
        payload: dict[str, Any] = {"type": "block_actions", **acted(self.backend, team, self.user, trigger)}
        payload |= {**in_view(seen), "actions": [action(self.backend, button, option)]}
        return Acted(trigger, "", await self.backend.outlet.ask("interactive", payload), {})

    async def submits(self, view: View | str, values: Mapping[str, Any]) -> Acted:
        """Fill a modal in, by label, block id or action id, and send it; the app may answer with another view.

        https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
        """
        seen = self._view(view)
        seen.state = answers(seen.content, values)
        trigger = self.backend.interactions.trigger(seen.team_id, self.user.id, seen.id)
        team = self.backend.world.workspaces[seen.team_id]
        payload: dict[str, Any] = {"type": "view_submission", **acted(self.backend, team, self.user, trigger)}
        payload |= {"view": seen.to_json(), "response_urls": []}
        delivery = await self.backend.outlet.ask("interactive", payload)
        return Acted(trigger, "", delivery, self._follow(seen, delivery) if delivery.ok else {})

    def _follow(self, view: View, delivery: Delivery) -> Mapping[str, str]:
        body: Any = delivery.answer
        answer = cast("dict[str, Any]", body) if isinstance(body, dict) else dict[str, Any]()
        match answer.get("response_action"):
            case "errors":
                errors: dict[str, str] = answer.get("errors") or {}
                if strange := set(errors) - {block["block_id"] for block in view.blocks if block["type"] == "input"}:
                    self.backend.journal.violate(f"errors for blocks that are no inputs: {sorted(strange)}")
                return errors
            case "update":
                view.content, view.hash = self._check(answer), self.backend.world.new_id("hash")
            case "push":
                new_view(self.backend, view.team_id, view.user, self._check(answer), view)
            case "clear":
                for each in self.views:
                    each.open = each.root != view.root
            case None:
                view.open = False
            case other:
                self.backend.journal.violate(f"unknown response_action: {other}")
        self.backend.journal.changed()
        return {}

    def _check(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return check_view(answer.get("view"), "modal", self.backend.world.new_id)
        except SlackError as refusal:
            self.backend.journal.violate(f"a view the person never sees: {refusal}")
            raise

    async def closes(self, view: View | str) -> Delivery | None:
        """Close a modal; the app hears of it only if it asked for that."""
        seen = self._view(view)
        seen.open = False
        if not seen.content.get("notify_on_close"):
            return None
        team = self.backend.world.workspaces[seen.team_id]
        payload: dict[str, Any] = {"type": "view_closed", **acted(self.backend, team, self.user, "")}
        payload.pop("trigger_id")
        return await self.backend.outlet.ask("interactive", payload | {"view": seen.to_json(), "is_cleared": False})


def _menu_with(message: Shown, option: str, menu: str) -> Button:
    menus = [each for each in message.buttons if each.kind not in {"button", "feedback_buttons", "icon_button"}]
    for each in menus:
        named = menu in ("", each.label, each.action_id)
        values = [choice["value"] for choice in each.element.get("options", [])]
        if named and (not each.options or option in each.options or option in values):
            return each
    raise LookupError(f"no option {option!r} among {[each.options for each in menus]}")
