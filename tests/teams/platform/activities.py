"""Activities as Teams sends them to a bot.

https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability,
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import uuid4

from .backend import Backend
from .rendering import escaped
from .world import Account, Chat

Json = dict[str, Any]


def _mark(account: Account) -> str:
    return f"<at>{escape(account.name, quote=False)}</at>"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes activities of one platform."""

    backend: Backend

    def base(self, kind: str, sender: Account, chat: Chat, own: str = "", root: str = "") -> Json:
        """What every activity has; without an id it is an event the bot can reply to."""
        world = self.backend.world
        if not own:
            own = f"f:{uuid4()}"
            world.events.add(own)
        return {
            "type": kind,
            "id": own,
            "timestamp": world.stamp(),
            "serviceUrl": self.backend.service_url,
            "channelId": "msteams",
            "from": sender.to_json(),
            "conversation": self._conversation(chat, root),
            "recipient": world.bot.to_json(),
            "channelData": self._channel_data(chat),
        }

    def _conversation(self, chat: Chat, root: str) -> Json:
        fields: Json = {"conversationType": chat.kind, "tenantId": self.backend.world.tenant_id}
        if chat.kind != "personal":
            fields["isGroup"] = True
        if chat.kind == "groupChat" and chat.name:
            fields["name"] = chat.name
        return fields | {"id": chat.conversation(root)}

    def _channel_data(self, chat: Chat) -> Json:
        data: Json = {"tenant": {"id": self.backend.world.tenant_id}}
        if chat.team is None:
            return data
        data |= {"teamsChannelId": chat.id, "teamsTeamId": chat.team.id}
        return data | {"channel": {"id": chat.id}, "team": {"id": chat.team.id}}

    def message(
        self,
        sender: Account,
        chat: Chat,
        text: str | None,
        own: str,
        *,
        root: str = "",
        mentions: list[Account],
        attachments: list[Json],
        html: str = "",
    ) -> Json:
        """A message; the text is followed by the same as HTML, as people's clients send it."""
        activity = self.base("message", sender, chat, own, root)
        marks = "".join(f"{_mark(each)} " for each in mentions)
        activity |= self._locale()
        if text is not None:
            activity |= {"textFormat": "plain", "text": f"{marks}{text}"}
            attachments = [*attachments, {"contentType": "text/html", "content": html or self._html(text, mentions)}]
        if attachments:
            activity["attachments"] = attachments
        activity["entities"] = [*(self._mention(each) for each in mentions), *activity["entities"]]
        return activity

    def _locale(self) -> Json:
        info = {"locale": "en-US", "country": "US", "platform": "Web", "timezone": "Europe/Berlin"}
        moment = {"localTimestamp": self.backend.world.stamp(), "localTimezone": "Europe/Berlin"}
        return moment | {"locale": "en-US", "entities": [info | {"type": "clientInfo"}]}

    def _mention(self, account: Account) -> Json:
        mentioned = {"id": account.id, "name": account.name}
        return {"type": "mention", "mentioned": mentioned, "text": _mark(account)}

    def _html(self, text: str, mentions: list[Account]) -> str:
        marks = "".join(
            f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="{number}">{each.name}</span>&nbsp;'
            for number, each in enumerate(mentions)
        )
        body = escaped(text)
        return body.replace("<p>", f"<p>{marks}", 1)

    def invoke(
        self, name: str, value: Json, sender: Account, chat: Chat, *, root: str = "", reply_to: str = ""
    ) -> Json:
        """A question the bot has to answer in its response."""
        activity = self.base("invoke", sender, chat, root=root) | self._locale() | {"name": name, "value": value}
        return activity | {"replyToId": reply_to} if reply_to else activity

    def shared_file(self, name: str, file_id: str, file_type: str, where: str, url: str) -> Json:
        """The attachment of a file that a person shared in a personal chat."""
        content = {"downloadUrl": url, "uniqueId": file_id, "fileType": file_type}
        kind = "application/vnd.microsoft.teams.file.download.info"
        return {"contentType": kind, "content": content, "contentUrl": where, "name": name}

    def pasted_picture(self, file_id: str) -> Json:
        """The attachment of a picture in a message; the bot fetches it with its bearer."""
        url = f"{self.backend.service_url}v3/attachments/{file_id}/views/original"
        return {"contentType": "image/*", "contentUrl": url}
