"""A person of the tenant: writes, presses, shares files, installs the app."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from .activities import Json
from .files import content_url, kind_of
from .pressing import Pressing
from .reading import Shown
from .world import Chat
from .writing import Sent


@dataclass(slots=True)
class Person(Pressing):
    """Somebody in the tenant."""

    # Files

    async def uploads(
        self, name: str, content: bytes, text: str = "", content_type: str = "application/octet-stream"
    ) -> Sent:
        """Share a file in the personal chat; elsewhere Teams gives bots no files."""
        file = self.platform.backend.files.keep(name, content, content_type)
        url = f"{self.platform.url}/files/{file.id}/{quote(name)}?tempauth={file.id[:8]}"
        attachment = self.platform.writer.shared_file(name, file.id, kind_of(name), content_url(name), url)
        return await self._write(text, attachments=[attachment])

    async def pastes(
        self, content: bytes, text: str = "", chat: Chat | str | None = None, content_type: str = "image/png"
    ) -> Sent:
        """Paste a picture into a message."""
        file = self.platform.backend.files.keep("picture", content, content_type)
        return await self._write(text, chat, attachments=[self.platform.writer.pasted_picture(file.id)])

    async def consents(self, message: Shown | str, *, accept: bool = True) -> Sent:
        """Answer a file consent card; the file can be uploaded after an acceptance."""
        shown = self._shown(message, None)
        if not shown.consents:
            raise ValueError("the message asks for no consent")
        card, place = shown.consents[0], self._place(shown.chat)[0]
        context: Json = card.get("acceptContext" if accept else "declineContext") or {}
        value: Json = {"type": "fileUpload", "action": "accept" if accept else "decline", "context": context}
        if accept:
            upload = self.platform.backend.files.open_upload(card["name"], card["sizeInBytes"])
            value["uploadInfo"] = {
                "contentUrl": content_url(upload.name),
                "name": upload.name,
                "uploadUrl": f"{self.platform.url}/uploads/{upload.id}",
                "uniqueId": upload.id,
                "fileType": kind_of(upload.name),
            }
        return await self._hand(
            self.platform.writer.invoke("fileConsent/invoke", value, self.account, place, reply_to=shown.id)
        )

    # Coming and going

    async def installs(self, scope: str = "personal") -> Sent:
        """Install the app for oneself; both events come, as on a first installation."""
        if scope != "personal":
            raise ValueError("use add_bot for groups and teams")
        self.personal.bot_in = True
        activity = self.platform.writer.base("conversationUpdate", self.account, self.personal)
        await self._hand(activity | {"membersAdded": [self.platform.backend.world.bot.to_json()]})
        return await self._installation("add")

    async def uninstalls(self) -> Sent:
        """Remove the app; the bot cannot write here any more."""
        self.personal.bot_in = False
        return await self._installation("remove")

    async def _installation(self, action: str) -> Sent:
        activity = self.platform.writer.base("installationUpdate", self.account, self.personal)
        activity["channelData"] |= {"settings": {"selectedChannel": {"id": self.personal.id}}}
        return await self._hand(activity | {"action": action})

    def blocks(self, blocked: bool = True) -> None:
        """Block the bot, or unblock it; the bot hears nothing of it."""
        self.personal.blocked = blocked


__all__ = ["Person", "Sent"]
