"""Where a person is known: the list on their page, linking another chat, and taking one away."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from fastapi import Response
from markupsafe import Markup

from conversation.people import doors, linking, merging, parting
from conversation.people.linking import Join, Side
from conversation.people.merging import Keep
from conversation.skills import link_words
from conversation.speech import Speech
from knowledge.db import Database
from knowledge.phrases import Phrase
from ui.account.pages import Pages
from ui.account.visit import Visit

SIGN_IN = "/account/sign-in?next=/account"
DONE: dict[str, Phrase] = {
    "joined": Phrase("Done: you are one person in both places now. For a day this can be undone."),
    "refused": Phrase("Nothing was linked."),
    "late": Phrase("That was a while ago. Please get a new code."),
    "settled": Phrase("That question is no longer open."),
    "nobody": Phrase("That question is no longer open."),
    "accounts": Phrase("Both sides have an account on the web, and two accounts cannot become one."),
    "undone": Phrase("Undone: you are two people again, and each has what it had before."),
    "parted": Phrase("That place is no longer linked."),
    "last": Phrase("This is the only place where I know you."),
    "account": Phrase("Your account on the web stays; unlink the other place instead."),
    "unknown": Phrase("I do not know that place."),
}
_KEEP: dict[str, Keep] = {"both": "both", "here": "here", "there": "there"}


@dataclass(frozen=True, slots=True)
class Places:
    """The part of the profile page about other chats."""

    db: Database
    pages: Pages

    async def values(self, visit: Visit, user_id: UUID) -> dict[str, Any]:
        """Give what the profile page shows of it; a joining may wait to hear what to keep."""
        async with self.db.person(user_id) as connection:
            links = await parting.links(connection, user_id)
            telegram = await doors.address(connection, "telegram")
            others = [await doors.address(connection, channel) for channel in ("slack", "teams")]
        questions = await linking.open_questions(self.db, user_id)
        return {
            "links": links,
            "telegram": telegram if not any(others) else "",
            "questions": questions,
            "undoable": await linking.undoable(self.db, user_id),
            "choose": visit.query.get("choose", ""),
            "choices": {join.join_id: _choices(visit.speech, join) for join in questions},
            "channel": partial(link_words.channel_name, visit.speech),
            "titled": partial(_titled, visit.speech),
        }

    async def link(self, visit: Visit) -> Response:
        """Make a code, and show it with the way to Telegram where there is a bot."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        side = Side("web", visit.person.display_name)
        code = await linking.issue(self.db, visit.person.user_id, None, side)
        async with self.db.person(visit.person.user_id) as connection:
            address = await doors.with_code(connection, "telegram", code)
        values = {"code": linking.shown(code), "address": address, "picture": Markup(qr(address)) if address else ""}  # noqa: S704 we drew it
        return self.pages.draw(visit, "link.html", values=values)

    async def picture(self, visit: Visit) -> Response:
        """Draw the QR code that the web chat shows beside a code."""
        address = await self._telegram(visit)
        if not address:
            return Response("There is no such picture.", 404)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(qr(address, alone=True), media_type="image/svg+xml", headers=headers)

    async def onward(self, visit: Visit) -> Response:
        """Lead to Telegram with a code, for a link in the web chat, which leads to no foreign host itself."""
        return self.pages.leave(await self._telegram(visit) or "/account#places")

    async def _telegram(self, visit: Visit) -> str:
        code = linking.code_in(visit.path.get("code", ""))
        if visit.person is None or not code:
            return ""
        async with self.db.person(visit.person.user_id) as connection:
            return await doors.with_code(connection, "telegram", code)

    async def answer(self, visit: Visit) -> Response:
        """Say yes or no to who typed a code."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        join_id, yes = _id(visit, "join"), visit.form.get("answer") == "yes"
        keep = _KEEP.get(visit.form.get("keep", ""))
        answer = await linking.answer(self.db, join_id, visit.person.user_id, yes=yes, keep=keep)
        if answer == "choose":
            return self.pages.leave(f"/account?choose={join_id}#places")
        if answer in ("joined", "refused"):
            async with self.db.system() as connection:
                join = await linking.find(connection, join_id)
            if join:
                await link_words.tell(self.db, join.entered_in, "answer", answer, join)
        return self._done(answer)

    async def undo(self, visit: Visit) -> Response:
        """Make two people of one again."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        return self._done(await linking.undo(self.db, _id(visit, "join"), visit.person.user_id))

    async def unlink(self, visit: Visit) -> Response:
        """Take a place away."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        async with self.db.system() as connection:
            parted = await parting.part(connection, visit.person.user_id, visit.form.get("place", ""), uuid4())
            await merging.notify(connection)
        return self._done(parted)

    def _done(self, what: str) -> Response:
        return self.pages.leave(f"/account?done={what}#places")


def qr(address: str, *, alone: bool = False) -> str:
    """Draw an address as a QR code: SVG to stand in a page, or alone as a file."""
    import segno

    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        scale=6,
        border=3,
        dark="#102a2e",
        light="#ffffff",
        xmldecl=alone,
        svgns=True,
        nl=False,
        omitsize=not alone,
    )
    return drawn.getvalue().decode("utf-8")


def _titled(speech: Speech, channel: str) -> str:
    name = link_words.channel_name(speech, channel)
    return name[:1].upper() + name[1:]


def _choices(speech: Speech, join: Join) -> list[tuple[str, str]]:
    here, there = link_words.keeping(speech, join)
    return [("here", here), ("there", there)]


def _id(visit: Visit, field: str) -> UUID:
    """Read the id a form carries; one that is none is nobody's."""
    try:
        return UUID(visit.form.get(field, ""))
    except ValueError:
        return UUID(int=0)
