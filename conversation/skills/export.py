"""Export: everything the hub holds of the person, as one file."""

from __future__ import annotations

import re

from conversation.message import Attachment, Reply
from conversation.people import export, throttle
from conversation.people.errors import TooManyAttempts
from conversation.people.export import Exported
from conversation.people.throttle import Limit
from conversation.skills import private
from conversation.skills.reading import Reading
from conversation.skills.skill import Command, argument
from conversation.state import Services
from conversation.turn import Outcome, Turn
from knowledge import files

_ASKS = re.compile(r"(?:please )?(?:export|download|give me) (?:all )?my data[.!]?")
MEDIA_TYPE = "application/zip"
MOST = 5
"""Exports of one person in a quarter of an hour; each is kept, and may be large."""


class ExportSkill(Reading):
    """Answers `/export` with a zip, which is kept for a week."""

    name = "export"
    commands = (Command("export", "Everything I hold of you, as one file", "download", of_hub=True),)

    def matches(self, turn: Turn) -> bool:
        """Take the command and the plain wish."""
        return argument(turn, "export") is not None or bool(_ASKS.fullmatch(turn.text.lower()))

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Build the zip and keep it as a file of the person's; where others read along, offer to do so in private."""
        if private.overheard(turn):
            return await private.offer(turn, services)
        database, user_id = services.database, turn.person.user_id
        try:
            await throttle.count(database, [Limit("export", MOST, str(user_id))])
        except TooManyAttempts as error:
            return Outcome((Reply(turn.speech.explain(error)),))
        async with export.build(database, user_id, turn.speech, turn.now) as exported:
            async with database.person(user_id) as connection:
                kept = await files.keep(connection, user_id, exported.path, exported.path.name, MEDIA_TYPE)
            file = Attachment(kept.file_id, exported.path.name, MEDIA_TYPE, kept.size)
        return Outcome((Reply(_told(turn, exported, file), files=(file,)),))


def _told(turn: Turn, exported: Exported, file: Attachment) -> str:
    lines = [
        turn.say(
            "This is everything I hold of you: profile, threads, memory and sources, as JSON and as a page to read "
            "(`index.html`)."
        )
    ]
    if exported.left_out:
        lines.append(
            turn.count(
                "One original file is too large to go along; its text is there.",
                "{n} original files are too large to go along; their text is there.",
                len(exported.left_out),
            )
        )
    if turn.message.address.channel == "web":
        link = turn.say("Download {name}", name=file.name)
        lines.append(f"[{link}](/account/files/{file.file_id})")
        lines.append(turn.say("The file is kept for seven days."))
    return "\n\n".join(lines)
