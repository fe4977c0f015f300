"""What a bot can do through the service URL.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference, as far as Teams
serves it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from . import outgoing
from .backend import Backend
from .errors import (
    ApiError,
    bad_argument,
    blocked,
    conversation_not_found,
    disabled,
    not_enough_permissions,
    not_in_roster,
    not_installed,
)
from .outgoing import Json
from .streams import Streams, info_of
from .world import Account, Chat, Message

Answer = tuple[int, Any]
LEAST_PAGE, USUAL_PAGE, LARGEST_PAGE = 50, 200, 500


@dataclass(frozen=True, slots=True)
class Sent:
    """One call as it came in."""

    chat: str
    target: str
    body: Json
    query: dict[str, str]


Method = Callable[[Sent], Answer | Awaitable[Answer]]


@dataclass(slots=True)
class Connector:
    """Carries out calls; a refusal is raised as ApiError."""

    backend: Backend
    streams: Streams

    # Messages

    def send(self, sent: Sent) -> Answer:
        """Post into a conversation; without a thread this opens one in a channel."""
        chat, root = self.backend.world.reachable(sent.chat)
        return self._post(chat, sent.body, sent.chat, root, str(sent.body.get("replyToId") or ""))

    def reply(self, sent: Sent) -> Answer:
        """Post below a message; only channels show that it belongs there."""
        chat, root = self.backend.world.reachable(sent.chat)
        if sent.target in self.backend.world.events:
            return self._post(chat, sent.body, sent.chat, root, "")
        above = self.backend.world.find(chat, sent.target)
        return self._post(chat, sent.body, sent.chat, root or above.root, above.id)

    def _post(self, chat: Chat, activity: Json, place: str, root: str, reply_to: str) -> Answer:
        self._compare(activity, place)
        self.backend.pace.spend("send", chat.id)
        entity = info_of(activity)
        if entity is not None:
            return self.streams.post(chat, activity, entity)
        match activity.get("type"):
            case "typing":
                self.backend.journal.typing.append((self.backend.world.now(), place))
                return 201, {"id": self.backend.world.next_id()}
            case "message":
                self.backend.checker.check(activity, chat)
            case other:
                raise bad_argument(f"Unknown activity type {other}.")
        pieces = outgoing.parts(activity)
        posted = [self._add(chat, piece, root, reply_to) for piece in pieces]
        for message in posted:
            message.split = len(posted) > 1
        return (201, {}) if len(posted) > 1 else (201, {"id": posted[0].id})

    def _add(self, chat: Chat, activity: Json, root: str, reply_to: str) -> Message:
        world = self.backend.world
        return world.post(chat, world.bot.id, activity, root=root, reply_to=reply_to)

    def _compare(self, activity: Json, place: str) -> None:
        named = cast("Json", activity.get("conversation") or {}).get("id")
        sender = cast("Json", activity.get("from") or {}).get("id")
        if named and named != place:
            self.backend.report(f"an activity for {named} was sent to {place}")
        if sender and sender != self.backend.world.bot.id:
            self.backend.report(f"an activity says that it is from {sender}")

    def update(self, sent: Sent) -> Answer:
        """Put something else in the place of the bot's own message."""
        chat, _ = self.backend.world.reachable(sent.chat)
        message = self._own(chat, sent.target, "edit")
        self._compare(sent.body, sent.chat)
        self.backend.pace.spend("send", chat.id)
        self.streams.refuse_change(message)
        if sent.body.get("type") != "message":
            raise bad_argument(f"An update cannot be of type {sent.body.get('type')}.")
        self.backend.checker.check(sent.body, chat)
        if len(outgoing.parts(sent.body)) > 1:
            self.backend.report("an update has a text and a card; a message keeps one of them")
        message.activity = sent.body
        message.edits += 1
        return 200, {"id": message.id}

    def delete(self, sent: Sent) -> Answer:
        """Take back the bot's own message."""
        chat, _ = self.backend.world.reachable(sent.chat)
        message = self._own(chat, sent.target, "delete")
        self.backend.pace.spend("send", chat.id)
        message.deleted = True
        return 200, None

    def _own(self, chat: Chat, message_id: str, act: str) -> Message:
        message = self.backend.world.find(chat, message_id)
        if message.sender != self.backend.world.bot.id:
            raise not_enough_permissions(f"The bot cannot {act} a message of somebody else.")
        return message

    # Conversations

    def create(self, sent: Sent) -> Answer:
        """Open the personal chat with somebody, or a thread in a channel."""
        world, data = self.backend.world, cast("Json", sent.body.get("channelData") or {})
        channel = cast("Json", data.get("channel") or {}).get("id")
        self.backend.pace.spend("create", str(channel or ""))
        if world.disabled:
            raise disabled()
        activity = cast("Json | None", sent.body.get("activity"))
        if channel:
            return self._open_thread(str(channel), activity)
        tenant = sent.body.get("tenantId") or cast("Json", data.get("tenant") or {}).get("id")
        if tenant != world.tenant_id:
            raise bad_argument("A conversation needs the id of the tenant.")
        return self._open_personal(sent.body, activity)

    def _open_thread(self, channel: str, activity: Json | None) -> Answer:
        chat, root = self.backend.world.reachable(channel)
        if chat.kind != "channel" or root:
            raise bad_argument("Bad format of conversation ID")
        if activity is None:
            raise bad_argument("A new thread needs an activity.")
        posted = self._add_checked(chat, activity)
        return 201, {"id": chat.conversation(posted), "activityId": posted}

    def _open_personal(self, body: Json, activity: Json | None) -> Answer:
        members = outgoing.objects(body, "members")
        if body.get("isGroup") or len(members) != 1:
            raise bad_argument("A bot can create a conversation with one person only.")
        person = self.backend.world.account(str(members[0].get("id", "")))
        if person is None or person is self.backend.world.bot:
            raise conversation_not_found()
        chat = self.backend.world.personal(person.id)
        if not chat.bot_in:
            raise not_installed()
        if chat.blocked:
            raise blocked()
        answer: Json = {"id": chat.id}
        if activity is not None:
            answer["activityId"] = self._add_checked(chat, activity)
        return 201, answer

    def _add_checked(self, chat: Chat, activity: Json) -> str:
        self.backend.pace.spend("send", chat.id)
        self.backend.checker.check(activity, chat)
        return self._add(chat, activity, "", "").id

    # Who is there

    def members(self, sent: Sent) -> Answer:
        """Everybody but the bot; deprecated, for small conversations."""
        return 200, [self._member(each) for each in self._people(sent)]

    def paged_members(self, sent: Sent) -> Answer:
        """Everybody but the bot, page by page."""
        people = self._people(sent)
        asked = int(sent.query.get("pageSize") or USUAL_PAGE)
        size = min(LARGEST_PAGE, max(LEAST_PAGE, asked))
        start = int(sent.query.get("continuationToken") or 0)
        answer: Json = {"members": [self._member(each) for each in people[start : start + size]]}
        if start + size < len(people):
            answer["continuationToken"] = str(start + size)
        return 200, answer

    def member(self, sent: Sent) -> Answer:
        """One of those who are there."""
        wanted = self.backend.world.account(sent.target)
        if wanted is None or wanted not in self._people(sent):
            raise ApiError(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return 200, self._member(wanted)

    def _people(self, sent: Sent) -> list[Account]:
        chat, _ = self.backend.world.reachable(sent.chat)
        self.backend.pace.spend("members", chat.id)
        return [self.backend.world.people[each] for each in chat.members]

    def _member(self, person: Account) -> Json:
        given, _, surname = person.name.partition(" ")
        address = f"{person.aad_object_id[:8]}@contoso.example.com"
        fields = {"id": person.id, "name": person.name, "objectId": person.aad_object_id, "givenName": given}
        fields |= {"surname": surname, "email": address, "userPrincipalName": address}
        return fields | {
            "aadObjectId": person.aad_object_id,
            "tenantId": self.backend.world.tenant_id,
            "userRole": "user",
        }

    # Teams

    def team(self, sent: Sent) -> Answer:
        """What is known of a team."""
        team = self._team(sent)
        members = {each for own in team.channels for each in self.backend.world.chats[own].members}
        counts = {"channelCount": len(team.channels), "memberCount": len(members)}
        return 200, {"id": team.id, "name": team.name, "aadGroupId": team.group_id} | counts

    def channels(self, sent: Sent) -> Answer:
        """A team's channels; General has no name."""
        team = self._team(sent)
        found = [self.backend.world.chats[own] for own in team.channels]
        listed = [{"id": each.id, "name": None if each.id == team.id else each.name} for each in found]
        return 200, {"conversations": listed}

    def _team(self, sent: Sent) -> Any:
        self.backend.pace.spend("conversations", sent.target)
        for team in self.backend.world.teams.values():
            if sent.target == team.id:
                if not any(self.backend.world.chats[own].bot_in for own in team.channels):
                    raise not_in_roster()
                return team
        raise conversation_not_found()
