"""A person: what they write, press, choose and open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .backend import Backend, Thread
from .files import File
from .interacting import Acted, Interacting
from .messages import Message
from .payloads import rich, share, typed
from .people import Channel, User, Workspace
from .shown import Shown, shown

Somewhere = Channel | str | None
Something = Shown | Message | str


@dataclass
class Person(Interacting):
    """Somebody with Slack open; without a channel they act in their direct message with the app."""

    backend: Backend
    user: User
    workspace: Workspace

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        """What a text carries when this person is mentioned."""
        return f"<@{self.user.id}>"

    def channel(self, where: Somewhere = None) -> Channel:
        """A conversation, by default the direct message with the app."""
        if where is None:
            return self.backend.world.direct(self.user, self.workspace)
        return where if isinstance(where, Channel) else self.backend.world.channels[where]

    @property
    def direct(self) -> Channel:
        """The direct message with the app."""
        return self.channel()

    def sees(self, where: Somewhere = None) -> list[Shown]:
        """What stands in a conversation for this person, ephemeral messages of others left out."""
        said = self.backend.world.messages.get(self.channel(where).id, [])
        for each in said:
            self.backend.streaming(each)
        mine = [each for each in said if not each.deleted and each.only_for in ("", self.id)]
        return [shown(each, self.backend.name_of) for each in mine]

    async def says(self, text: str, *, channel: Somewhere = None, thread_ts: str = "", mention: bool = False) -> Shown:
        """Write something; with `mention` the app is mentioned first. Gives the message once the app has answered."""
        place = self.channel(channel)
        written = f"<@{self._bot(place)}> {text}" if mention else text
        message = self._message(place, written, thread_ts)
        await self._announce(place, message)
        return shown(message, self.backend.name_of)

    def _bot(self, place: Channel) -> str:
        team = self.backend.bot_of(place)
        return (team or self.workspace).bot_user_id

    def _message(self, place: Channel, text: str, thread_ts: str) -> Message:
        if not place.direct and self.id not in place.members:
            raise LookupError(f"{self.user.name} is not in #{place.name}")
        place.opened = True
        message = Message(place.id, self.backend.clock.stamp(), self.user.team_id, self.id, typed(text))
        message.blocks, message.thread_ts = rich(text), thread_ts
        message.client_msg_id = self.backend.world.new_id("client-")
        return self.backend.world.post(message)

    async def _announce(self, place: Channel, message: Message) -> None:
        """Everything the app hears of a new message; a mention in a channel comes a second time as `app_mention`."""
        events = [self.backend.message_event(message)]
        if not place.direct and f"<@{self._bot(place)}>" in message.text:
            mention = self.backend.message_event(message, type="app_mention")
            mention.pop("channel_type")
            events.insert(0 if self.backend.mention_first else 1, mention)
        for event in events:
            await self.backend.publish(event, place)
        thread = self.backend.threads.get((place.id, message.thread_ts))
        if thread is not None and (root := self.backend.world.find(place.id, thread.ts)):
            before = root.to_json()
            self.backend.publish_soon(self.backend.changed_event(root, before, "message_changed"), place)

    def _own(self, what: Something, channel: Somewhere) -> tuple[Channel, Message]:
        place = self.channel(channel if channel is not None else None if isinstance(what, str) else what.channel)
        ts = what if isinstance(what, str) else what.ts
        message = self.backend.world.find(place.id, ts)
        if message is None or message.user != self.id:
            raise LookupError(f"no message {ts} of {self.user.name}")
        return place, message

    async def edits(self, what: Something, text: str, *, channel: Somewhere = None) -> None:
        """Change a message of theirs."""
        place, message = self._own(what, channel)
        before = self.backend.world.message_json(message)
        message.text, message.blocks, message.edited_at = typed(text), rich(text), self.backend.clock.stamp()
        await self.backend.publish(self.backend.changed_event(message, before, "message_changed"), place)

    async def unfurls(self, what: Something, *, channel: Somewhere = None) -> None:
        """Slack adds a preview to a link: a change nobody made, the text stays, and nothing says `edited`."""
        place, message = self._own(what, channel)
        before = self.backend.world.message_json(message)
        message.attachments = [{"id": 1, "from_url": "https://example.org", "title": "Example", "text": "A preview"}]
        await self.backend.publish(self.backend.changed_event(message, before, "message_changed"), place)

    async def deletes(self, what: Something, *, channel: Somewhere = None) -> None:
        """Take a message of theirs away; one with replies leaves a tombstone."""
        place, message = self._own(what, channel)
        before = self.backend.world.message_json(message)
        if len(self.backend.world.thread(place.id, message.ts)) > 1:
            message.text, message.blocks, message.files = "This message was deleted.", [], []
            message.user = "USLACKBOT"
            message.subtype, message.tombstone = "tombstone", True
            await self.backend.publish(self.backend.changed_event(message, before, "message_changed"), place)
            return
        message.deleted = True
        await self.backend.publish(self.backend.changed_event(message, before, "message_deleted"), place)

    async def uploads(
        self,
        name: str,
        content: bytes,
        text: str = "",
        *,
        channel: Somewhere = None,
        thread_ts: str = "",
        mimetype: str = "",
        mention: bool = False,
    ) -> Shown:
        """Send a file with a text."""
        place, world = self.channel(channel), self.backend.world
        file = File(world.new_id("F"), self.user.team_id, self.id, name, len(content), content=content)
        file.mimetype, file.uploaded, file.complete = mimetype, True, True
        team = self.backend.bot_of(place)
        file.external = team is not None and team.team_id != self.user.team_id
        world.files[file.id] = file
        message = self._message(place, f"<@{self._bot(place)}> {text}" if mention else text, thread_ts)
        message.subtype, message.files = "file_share", [file.id]
        file.shares.append((place.id, message.ts))
        await self._announce(place, message)
        return shown(message, self.backend.name_of)

    async def forwards(
        self, what: Shown, text: str = "", *, channel: Somewhere = None, mention: bool = False, thread_ts: str = ""
    ) -> Shown:
        """Share a message: its words come in an attachment, and those of who shares it may be none at all."""
        place, shared = self.channel(channel), self.backend.world.existing(what.channel, what.ts)
        written = f"<@{self._bot(place)}> {text}".strip() if mention else text
        message = self._message(place, written, thread_ts)
        message.attachments = [share(shared, self.backend)]
        await self._announce(place, message)
        return shown(message, self.backend.name_of)

    async def reacts(self, what: Something, name: str, *, channel: Somewhere = None) -> None:
        """React to any message."""
        place = self.channel(channel if channel is not None else None if isinstance(what, str) else what.channel)
        message = self.backend.world.existing(place.id, what if isinstance(what, str) else what.ts)
        message.reactions.setdefault(name, []).append(self.id)
        item = {"type": "message", "channel": place.id, "ts": message.ts}
        event = {"type": "reaction_added", "user": self.id, "reaction": name, "item": item, "item_user": message.user}
        await self.backend.publish(event | {"event_ts": self.backend.clock.stamp()}, place)

    async def stops(self, what: Something, *, channel: Somewhere = None) -> None:
        """Press Slack's own stop button under a streaming message: nothing more can be appended.

        https://docs.slack.dev/reference/events/agent_session_stopped
        """
        place = self.channel(channel if channel is not None else None if isinstance(what, str) else what.channel)
        message = self.backend.world.existing(place.id, what if isinstance(what, str) else what.ts)
        if not self.backend.streaming(message):
            raise LookupError(f"message {message.ts} does not stream")
        message.streaming = "stopped"
        event = {"type": "agent_session_stopped", "channel": place.id, "user": self.id, "thread_ts": message.thread_ts}
        more = {"streaming_message_ts": [message.ts], "event_ts": self.backend.clock.stamp()}
        await self.backend.publish(event | more, place)

    async def opens_assistant(self, context: Somewhere = None) -> Shown:
        """Open the assistant pane: a new thread in the direct message, whose messages carry its `thread_ts`."""
        if not self.backend.app.pane:
            raise LookupError("an agent has no pane")
        place, team = self.direct, self.workspace
        root = Message(place.id, self.backend.clock.stamp(), team.team_id, team.bot_user_id, "New Assistant Thread")
        root.subtype, root.bot_id, root.app_id = "assistant_app_thread", team.bot_id, self.backend.app.app_id
        root.thread_ts = root.ts
        self.backend.world.post(root)
        self.backend.threads[place.id, root.ts] = Thread(place.id, root.ts, self.id)
        seen: Mapping[str, Any] = {"team_id": team.team_id, "enterprise_id": None}
        seen = {**seen, "channel_id": self.channel(context).id} if context is not None else {}
        thread = {"user_id": self.id, "context": seen, "channel_id": place.id, "thread_ts": root.ts}
        event = {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": root.ts}
        await self.backend.publish(event, place)
        return shown(root, self.backend.name_of)

    async def opens_home(self, tab: str = "home") -> None:
        """Look at the app: its home tab, or its messages."""
        event = {"type": "app_home_opened", "user": self.id, "channel": self.direct.id, "tab": tab}
        home = self.backend.interactions.homes.get((self.workspace.team_id, self.id))
        more = {"view": home.to_json()} if home and tab == "home" else {}
        await self.backend.publish({**event, **more, "event_ts": self.backend.clock.stamp()}, self.direct)

    async def adds_bot(self, channel: Somewhere) -> None:
        """Invite the app to a channel."""
        place = self.channel(channel)
        team = self.workspace if self.workspace.installed else self.backend.world.workspaces[place.team_id]
        place.members.add(team.bot_user_id)
        event = {"type": "member_joined_channel", "user": team.bot_user_id, "channel": place.id, "inviter": self.id}
        kind = {"channel_type": "C" if place.kind == "channel" else "G", "team": team.team_id}
        await self.backend.publish(event | kind | {"event_ts": self.backend.clock.stamp()}, place)

    async def removes_bot(self, channel: Somewhere) -> None:
        """Throw the app out of a channel."""
        place = self.channel(channel)
        team = self.backend.bot_of(place) or self.workspace
        stamp = self.backend.clock.stamp()
        kind = "channel_left" if place.kind == "channel" else "group_left"
        event = {"type": kind, "channel": place.id, "actor_id": self.id, "event_ts": stamp}
        place.members.discard(team.bot_user_id)
        await self.backend.outlet.event(self.backend.envelope(event, team, place))

    async def uninstalls_app(self) -> None:
        """Take the app out of the workspace: https://docs.slack.dev/reference/events/app_uninstalled."""
        team = self.workspace
        self.backend.world.uninstall(team, "account_inactive")
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user_id]}}
        for event in (revoked, {"type": "app_uninstalled"}):
            stamped = {**event, "event_ts": self.backend.clock.stamp()}
            await self.backend.outlet.event(self.backend.envelope(stamped, team, None))

    def installs_app(self, redirect_uri: str = "") -> str:
        """Agree to install the app: the code that its redirect address gets."""
        return self.backend.new_code(self.workspace, redirect_uri, self.id)


__all__ = ["Acted", "Person", "Something", "Somewhere"]
