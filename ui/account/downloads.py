"""Downloads: a file that the hub made for a person, given to them alone."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from fastapi import Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from knowledge import files
from knowledge.db import Database
from knowledge.files import FileGone
from ui.account.pages import Pages
from ui.account.visit import Visit


@dataclass(frozen=True, slots=True)
class Downloads:
    """Gives kept files to whose they are."""

    db: Database
    pages: Pages

    async def file(self, visit: Visit) -> Response:
        """Send a file to its owner; anybody else's is the same as none."""
        if visit.person is None:
            return self.pages.leave(f"/account/sign-in?next=/account/files/{visit.path['file_id']}")
        try:
            file_id = UUID(visit.path["file_id"])
        except ValueError:
            return self._none(visit)
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="evermynd-file-"))
        try:
            async with self.db.person(visit.person.user_id) as connection:
                name = await files.name_of(connection, file_id)
                await files.restore(connection, file_id, folder / "file")
        except FileGone:
            shutil.rmtree(folder)
            return self._none(visit)
        return FileResponse(
            folder / "file",
            media_type="application/octet-stream",
            filename=name,
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
            background=BackgroundTask(shutil.rmtree, folder),
        )

    def _none(self, visit: Visit) -> Response:
        missing = visit.speech.say("I no longer have this file. Send /export in the chat to get a new one.")
        return self.pages.draw(visit, "refused.html", status=404, errors={"": missing})
