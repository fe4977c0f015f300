"""What one person can do to a message of the bot: press, stop, judge, react."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from .activities import Json
from .cards import Button
from .reading import Shown
from .world import Chat
from .writing import Sent, Writing


@dataclass(slots=True)
class Pressing(Writing):
    """The part of a person that presses."""

    async def presses(
        self, message: Shown | str, title: str, inputs: Json | None = None, chat: Chat | str | None = None
    ) -> Sent:
        """Press a button of a message by its title, with what they filled in."""
        shown = self._shown(message, chat)
        button = next((each for each in (*shown.buttons, *shown.suggested) if each.title == title), None)
        if button is None:
            raise LookupError(f"no button {title!r}, only {shown.labels}")
        place, _ = self._place(shown.chat)
        if button.kind in {"imBack", "Action.Compose"}:
            return await self._write(str(button.data), shown.conversation, mention=False)
        if button.kind == "Action.Execute":
            return await self._execute(shown, button, inputs, place)
        if button.kind in {"Action.Submit", "messageBack", "invoke"}:
            return await self._submit(shown, button, inputs)
        raise ValueError(f"a button of kind {button.kind} stays on the person's side")

    async def _submit(self, shown: Shown, button: Button, inputs: Json | None) -> Sent:
        data: Any = button.data
        fields = cast("Json", data) if isinstance(data, dict) else {}
        teams = cast("Json", fields.get("msteams") or {})
        if button.kind == "messageBack":
            teams = cast("Json", data)
        if teams.get("type") == "imBack":
            return await self._write(str(teams.get("value", "")), shown.conversation, mention=False)
        value: Any = self._filled(shown, button, inputs)
        if teams.get("type") == "messageBack":
            value = teams.get("value") if button.kind == "messageBack" or inputs is None else value
        extra: Json = {"value": value, "replyToId": shown.id}
        text = str(teams["text"]) if teams.get("type") == "messageBack" and "text" in teams else None
        return await self._press(shown, text, extra)

    async def _press(self, shown: Shown, text: str | None, extra: Json) -> Sent:
        place, root = self.platform.chat_of(shown.conversation)
        writer, own = self.platform.writer, self.platform.backend.world.next_id()
        activity = writer.message(self.account, place, None, own, root=root, mentions=[], attachments=[])
        self.platform.backend.world.events.add(own)
        activity["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": shown.id}}
        if text is not None:
            extra |= {"text": text, "textFormat": "plain"}
        return await self._hand(activity | extra)

    async def _execute(self, shown: Shown, button: Button, inputs: Json | None, place: Chat) -> Sent:
        action: Json = {"type": "Action.Execute", "verb": button.verb, "data": self._filled(shown, button, inputs)}
        action |= {"title": button.title} | ({"id": button.id} if button.id else {})
        value = {"action": action, "trigger": "manual"}
        invoke = self.platform.writer.invoke(
            "adaptiveCard/action", value, self.account, place, root=shown.root, reply_to=shown.id
        )
        sent = await self._hand(invoke)
        self._take_card(sent, shown, place)
        return sent

    def _take_card(self, sent: Sent, shown: Shown, place: Chat) -> None:
        """Show the card the bot answered with, in the place of the one pressed."""
        report = self.platform.backend.report
        answer = sent.answer if sent.status == 200 else None
        if not isinstance(answer, dict) or not {"statusCode", "type", "value"} <= set(cast("Json", answer)):
            report(f"an Action.Execute was answered with {sent.status} {sent.body[:80]!r}, which is no card response")
            return
        found = cast("Json", answer)
        if found["type"] == "application/vnd.microsoft.card.adaptive":
            message = self.platform.backend.world.find(place, shown.id)
            message.activity = {
                "type": "message",
                "attachments": [{"contentType": found["type"], "content": found["value"]}],
            }
            self.platform.backend.checker.check(message.activity, place)
            message.edits += 1

    def _filled(self, shown: Shown, button: Button, inputs: Json | None) -> Any:
        data: Any = button.data
        known = {str(each.get("id")): each for card in shown.cards for each in card.inputs}
        unknown = set(inputs or {}) - set(known)
        if unknown:
            raise LookupError(f"no input {sorted(unknown)}, only {sorted(known)}")
        if not button.takes_inputs:
            return data if data is not None else {}
        values = {own: each["value"] for own, each in known.items() if "value" in each} | (inputs or {})
        empty = [own for own, each in known.items() if each.get("isRequired") and not values.get(own)]
        if empty:
            raise ValueError(f"the card is not sent before {empty} are filled in")
        if not values:
            return data if data is not None else {}
        return {**(cast("Json", data) if isinstance(data, dict) else {}), **values}

    async def stops(self, message: Shown | str, chat: Chat | str | None = None) -> None:
        """Press Stop on a message that is being streamed; the bot hears of it with its next request."""
        shown = self._shown(message, chat)
        self.platform.streams.stop(self.platform.backend.world.messages[shown.chat, shown.id])

    async def feedback(
        self, message: Shown | str, reaction: str = "like", text: str = "", chat: Chat | str | None = None
    ) -> Sent:
        """Press a thumb below a message and fill in the form."""
        shown = self._shown(message, chat)
        if not shown.feedback:
            raise ValueError("the message has no feedback buttons")
        place, _ = self._place(shown.chat)
        write = self.platform.writer.invoke
        if shown.feedback == "custom":
            asked = {"actionName": "feedback", "actionValue": {"reaction": reaction}}
            await self._hand(write("message/fetchTask", asked, self.account, place, root=shown.root, reply_to=shown.id))
        value = {"reaction": reaction, "feedback": json.dumps({"feedbackText": text})}
        told = {"actionName": "feedback", "actionValue": value}
        return await self._hand(
            write("message/submitAction", told, self.account, place, root=shown.root, reply_to=shown.id)
        )

    async def reacts(
        self,
        message: Shown | str,
        reaction: str = "like",
        chat: Chat | str | None = None,
        *,
        remove: bool = False,
    ) -> Sent:
        """Put a reaction on a message, or take it away."""
        shown = self._shown(message, chat)
        place, _ = self._place(shown.chat)
        activity = self.platform.writer.base("messageReaction", self.account, place, root=shown.root)
        change = "reactionsRemoved" if remove else "reactionsAdded"
        return await self._hand(activity | {change: [{"type": reaction}], "replyToId": shown.id})
