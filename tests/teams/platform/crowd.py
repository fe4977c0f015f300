"""Places and those who come and go in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .activities import Json, Writer
from .delivery import Delivery
from .identity import Proof
from .people import Person, Sent
from .reading import Reading
from .world import Account, Chat

if TYPE_CHECKING:
    from . import Platform


@dataclass(slots=True)
class Crowd(Reading):
    """The part of a platform that has people and places."""

    writer: Writer
    reads_all: bool = False
    """Whether the app was granted to read messages that do not mention it."""

    def person(self, name: str) -> Person:
        """Somebody of that name, new or known; the app is installed for them without a word."""
        folk = cast("Platform", self).folk
        if name not in folk:
            account, chat = self.backend.world.add_person(name)
            folk[name] = Person(cast("Platform", self), account, chat)
        return folk[name]

    def group(self, name: str, members: list[str | Person]) -> Chat:
        """A group chat with the bot in it."""
        return self.backend.world.add_group(name, self._ids(members))

    def channel(self, team: str, name: str, members: list[str | Person]) -> Chat:
        """A channel of a team that has the bot; General goes by the team's id."""
        return self.backend.world.add_channel(team, name, self._ids(members))

    def _ids(self, members: list[str | Person]) -> list[str]:
        return [(self.person(each) if isinstance(each, str) else each).id for each in members]

    async def add_bot(self, chat: Chat | str, by: Person | str) -> Sent:
        """Put the bot into a group or team, as somebody's act."""
        place, who = self._act(chat, by)
        self._set_bot(place, True)
        await self._members(place, who, "membersAdded", self.backend.world.bot)
        return await self._hand(self.writer.base("installationUpdate", who.account, place) | {"action": "add"})

    async def remove_bot(self, chat: Chat | str, by: Person | str) -> Sent:
        """Take the bot out of a group or team."""
        place, who = self._act(chat, by)
        self._set_bot(place, False)
        await self._members(place, who, "membersRemoved", self.backend.world.bot)
        return await self._hand(self.writer.base("installationUpdate", who.account, place) | {"action": "remove"})

    def _set_bot(self, place: Chat, there: bool) -> None:
        """A bot is in a team as a whole."""
        for each in self.backend.world.chats.values():
            if each is place or (place.team is not None and each.team is place.team):
                each.bot_in = there

    async def joins(self, chat: Chat | str, person: Person | str, by: Person | str | None = None) -> Sent:
        """Let somebody into a group or team."""
        place, who = self._act(chat, by or person)
        newcomer = self._someone(person)
        place.members.append(newcomer.id)
        return await self._members(place, who, "membersAdded", newcomer.account)

    async def leaves(self, chat: Chat | str, person: Person | str) -> Sent:
        """Let somebody go."""
        place, who = self._act(chat, person)
        place.members.remove(who.id)
        return await self._members(place, who, "membersRemoved", who.account)

    async def _members(self, place: Chat, who: Person, change: str, account: Account) -> Sent:
        activity = self.writer.base("conversationUpdate", who.account, place)
        if place.team is not None:
            activity["channelData"] |= {
                "eventType": "teamMemberAdded" if change == "membersAdded" else "teamMemberRemoved",
                "team": {"id": place.team.id, "name": place.team.name, "aadGroupId": place.team.group_id},
            }
        return await self._hand(activity | {change: [account.to_json()]})

    def _act(self, chat: Chat | str, by: Person | str) -> tuple[Chat, Person]:
        return self.chat_of(chat)[0], self._someone(by)

    def _someone(self, person: Person | str) -> Person:
        return self.person(person) if isinstance(person, str) else person

    async def other_bot(self, chat: Chat | str, text: str, name: str = "Another Bot") -> Sent:
        """A message of another bot, which mentions ours."""
        place, root = self.chat_of(chat)
        sender = Account("28:0b0b0b0b-1111-4222-8333-444455556666", name)
        message = self.backend.world.post(place, sender.id, {}, root=root)
        message.activity = self.writer.message(
            sender, place, text, message.id, root=message.root, mentions=[self.backend.world.bot], attachments=[]
        )
        message.activity["from"]["role"] = "bot"
        return await self._hand(message.activity)

    # What no client would send

    def activity(self, person: Person | str, text: str = "hello", chat: Chat | str | None = None) -> Json:
        """A message's activity, neither posted nor sent; for a test to bend."""
        who = self._someone(person)
        place = who.personal if chat is None else self.chat_of(chat)[0]
        own = self.backend.world.next_id()
        return self.writer.message(who.account, place, text, own, mentions=[], attachments=[])

    async def inject(self, activity: Json, proof: Proof = "valid") -> Sent:
        """Send this activity once, whatever it is, with a token that is right or wrong in one way."""
        return self._sent(activity, await self.postman.hand(activity, proof))

    async def inject_raw(self, raw: bytes, authorization: str | None = None) -> Delivery:
        """Post these bytes; without a header given, with one that is right."""
        right = self.backend.identity.authorization(self.backend.service_url)
        return await self.postman.post(raw, right if authorization is None else authorization)

    async def redeliver(self, sent: Sent) -> Sent:
        """Send the same activity once more, as after an answer that was lost."""
        return self._sent(sent.activity, await self.postman.hand(sent.activity))

    async def _hand(self, activity: Json) -> Sent:
        return self._sent(activity, await self.postman.carry(activity))

    def _sent(self, activity: dict[str, Any], delivery: Delivery) -> Sent:
        return Sent(str(activity.get("id", "")), activity, delivery.status, delivery.body, delivery.seconds)
