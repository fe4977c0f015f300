"""A person's own page: name, language, time zone, password, sessions, and the end of the account."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from fastapi import Response

from conversation.people import accounts, profile, removal, sessions
from conversation.people.errors import (
    InvalidName,
    InvalidTimeZone,
    PeopleError,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from conversation.people.person import Person
from conversation.speech import LANGUAGES
from knowledge.db import Database
from knowledge.phrases import Phrase
from ui.account import places
from ui.account.pages import SIGNED_OUT, Pages
from ui.account.places import Places
from ui.account.visit import Visit

SIGN_IN = "/account/sign-in?next=/account"
DONE: dict[str, Phrase] = {
    "profile": Phrase("Saved."),
    "password": Phrase("Your new password is set. Your other sessions have ended."),
    "session": Phrase("That session has ended."),
    **places.DONE,
}
ROLES: dict[str, str] = {"admin": Phrase("admin"), "consumer": Phrase("consumer"), "creator": Phrase("creator")}


@dataclass(frozen=True, slots=True)
class Profile:
    """The page under `/account` and its buttons."""

    db: Database
    pages: Pages
    places: Places

    async def show(self, visit: Visit) -> Response:
        """Show the page, or the way to it."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        return await self._draw(visit, notice=visit.speech.restate(DONE.get(visit.query.get("done", ""), "")))

    async def change(self, visit: Visit) -> Response:
        """Change name, language and time zone."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        name, zone = visit.form.get("name", ""), visit.form.get("time_zone", "")
        try:
            await accounts.change_profile(self.db, visit.person.user_id, name, zone)
        except InvalidName as error:
            return await self._draw(visit, error, 400, "name")
        except InvalidTimeZone as error:
            return await self._draw(visit, error, 400, "time_zone")
        language = visit.form.get("language", "")
        if language in LANGUAGES and language != visit.person.language:
            async with self.db.person(visit.person.user_id) as connection:
                await profile.choose_language(connection, visit.person.user_id, language)
        return self._done("profile")

    async def change_password(self, visit: Visit) -> Response:
        """Change the password; all other sessions end."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        current, new = visit.form.get("current", ""), visit.form.get("password", "")
        try:
            await accounts.change_password(self.db, visit.person.user_id, current, new, keep=visit.token)
        except WeakPassword as error:
            return await self._draw(visit, error, 400, "password")
        except WrongPassword as error:
            return await self._draw(visit, error, 401, "current")
        except TooManyAttempts as error:
            return await self._draw(visit, error, 429, "current")
        return self._done("password")

    async def end_session(self, visit: Visit) -> Response:
        """End one session of one's own; anybody else's is the same as none."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        ended = await sessions.end(self.db, visit.person.user_id, visit.form.get("session", ""))
        if not ended:
            missing = visit.speech.say("There is no such session.")
            return self.pages.draw(visit, "refused.html", status=404, errors={"": missing})
        return self._done("session")

    async def sign_out_everywhere(self, visit: Visit) -> Response:
        """End all sessions, this one too."""
        if visit.person:
            await sessions.sign_out_everywhere(self.db, visit.person.user_id)
        return self.pages.leave(SIGNED_OUT, token="")

    async def delete(self, visit: Visit) -> Response:
        """Delete the account with everything in it; who has no password ticks a box."""
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        try:
            await self._remove(visit, visit.person)
        except WrongPassword as error:
            return await self._draw(visit, error, 401, "delete")
        except TooManyAttempts as error:
            return await self._draw(visit, error, 429, "delete")
        return self.pages.leave(SIGNED_OUT, token="")

    async def _remove(self, visit: Visit, person: Person) -> None:
        if await accounts.address_of(self.db, person.user_id):
            await removal.delete_account(self.db, person.user_id, visit.form.get("password", ""))
        elif visit.form.get("sure") == "yes":
            await removal.remove(self.db, person.user_id)
        else:
            raise WrongPassword

    def _done(self, what: str) -> Response:
        """Go back to the page with a word about what was done, so that reloading does not do it again."""
        return self.pages.leave(f"/account?done={what}")

    async def _draw(
        self, visit: Visit, error: PeopleError | None = None, status: int = 200, field: str = "", notice: str = ""
    ) -> Response:
        if visit.person is None:
            return self.pages.leave(SIGN_IN)
        user_id = visit.person.user_id
        values = {
            "person": visit.person,
            "email": await accounts.address_of(self.db, user_id) or "",
            "sessions": await sessions.sessions_of(self.db, user_id, visit.token),
            "zones": sorted(available_timezones()),
            "languages": LANGUAGES,
            "roles": [visit.speech.restate(ROLES.get(role, role)) for role in sorted(visit.person.roles)],
            **await self.places.values(visit, user_id),
        }
        if error is None:
            return self.pages.draw(visit, "profile.html", notice=notice, values=values)
        return self.pages.refuse(visit, "profile.html", error, status, field, values)
