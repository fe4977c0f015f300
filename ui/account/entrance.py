"""The ways in and out: signing in, signing up, the guest's door, signing out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from fastapi import Response
from starlette.background import BackgroundTask

from conversation.people import accounts, profile, registration, sessions, throttle
from conversation.people.errors import (
    CodeExpired,
    InvalidEmail,
    InvalidName,
    InvitationNeeded,
    PeopleError,
    ShutOut,
    SignupClosed,
    TooManyAttempts,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from conversation.people.person import Person
from conversation.people.throttle import Limit
from knowledge.db import Database
from ui.account import letters
from ui.account.errors import MailNotSent
from ui.account.mail import Letter, Mailer
from ui.account.pages import SIGNED_OUT, Pages
from ui.account.settings import AccountSettings
from ui.account.visit import Visit

# Which field a refusal is about, and the answer's status.
ABOUT: dict[type[PeopleError], tuple[str, int]] = {
    InvalidEmail: ("email", 400),
    InvalidName: ("name", 400),
    WeakPassword: ("password", 400),
    WrongPassword: ("password", 401),
    WrongCredentials: ("", 401),
    InvitationNeeded: ("", 403),
    ShutOut: ("", 403),
    SignupClosed: ("", 403),
    CodeExpired: ("", 400),
    TooManyAttempts: ("", 429),
}


@dataclass(frozen=True, slots=True)
class Entrance:
    """The pages for who is not signed in, and the button for who is."""

    db: Database
    settings: AccountSettings
    pages: Pages
    mailer: Mailer

    async def show_sign_in(self, visit: Visit) -> Response:
        """Ask for address and password; who is signed in already goes on."""
        if await self._has_account(visit):
            return self.pages.leave(visit.next)
        return self.pages.draw(visit, "sign_in.html")

    async def sign_in(self, visit: Visit) -> Response:
        """Let a person in."""
        email, password = visit.form.get("email", ""), visit.form.get("password", "")
        try:
            person = await accounts.sign_in(self.db, email, password, client=visit.client)
        except PeopleError as error:
            return self._again(visit, "sign_in.html", error)
        return await self._enter(visit, person, new=False)

    async def show_sign_up(self, visit: Visit) -> Response:
        """Ask for what an account needs."""
        if await self._has_account(visit):
            return self.pages.leave(visit.next)
        return self.pages.draw(visit, "sign_up.html", values={"first": await registration.untouched(self.db)})

    async def sign_up(self, visit: Visit) -> Response:
        """Make an account, at once or after a mail is answered; nothing here tells whether the address has one."""
        first = await registration.untouched(self.db)
        try:
            await throttle.count(self.db, [_limit("sign-up", 30, visit)])
            if self.settings.smtp_url and not first:
                return await self._ask_by_mail(visit)
            person = await registration.sign_up(
                self.db,
                visit.form.get("email", ""),
                visit.form.get("password", ""),
                visit.form.get("name", ""),
                policy=self.settings.signup,
                invitation=visit.form.get("invitation"),
                guest_user_id=await self._newcomer(visit),
                client=visit.client,
            )
        except PeopleError as error:
            return self._again(visit, "sign_up.html", error, {"first": first})
        return await self._enter(visit, person)

    async def show_confirm(self, visit: Visit) -> Response:
        """Ask who opened a link from a mail for the password chosen before."""
        return self.pages.draw(visit, "confirm.html")

    async def confirm(self, visit: Visit) -> Response:
        """Make the account that waited for this."""
        code, password = visit.form.get("code", ""), visit.form.get("password", "")
        try:
            await throttle.count(self.db, [_limit("confirm", 30, visit)])
            person = await registration.confirm(self.db, code, password, guest_user_id=await self._newcomer(visit))
        except PeopleError as error:
            return self._again(visit, "confirm.html", error)
        return await self._enter(visit, person)

    async def guest(self, visit: Visit) -> Response:
        """Let somebody in without an account."""
        if visit.person:
            return self.pages.leave(visit.next)
        await throttle.count(self.db, [_limit("guest", 60, visit)])
        return await self._enter(
            visit, await sessions.open_guest(self.db, visit.speech.say("Guest"), policy=self.settings.signup)
        )

    async def sign_out(self, visit: Visit) -> Response:
        """End this session."""
        if visit.token:
            await sessions.sign_out(self.db, visit.token)
        return self.pages.leave(SIGNED_OUT, token="")

    async def _has_account(self, visit: Visit) -> bool:
        return visit.person is not None and await accounts.address_of(self.db, visit.person.user_id) is not None

    async def _newcomer(self, visit: Visit) -> UUID | None:
        """Tell who keeps what they have here by making an account: a guest, or somebody linked from a messenger."""
        return visit.person.user_id if visit.person and not await self._has_account(visit) else None

    async def _ask_by_mail(self, visit: Visit) -> Response:
        email = visit.form.get("email", "")
        await throttle.count(self.db, accounts.mail_limits(email, visit.client))
        pending = await registration.request_sign_up(
            self.db,
            email,
            visit.form.get("password", ""),
            visit.form.get("name", ""),
            policy=self.settings.signup,
            invitation=visit.form.get("invitation"),
        )
        response = self.pages.draw(
            visit, "sent.html", values={"title": visit.speech.say("Check your mail"), "email": pending.email}
        )
        letter = letters.sign_up(visit.speech, self.settings.public_url, pending)
        response.background = BackgroundTask(deliver, self.mailer, letter)
        return response

    async def _enter(self, visit: Visit, person: Person, *, new: bool = True) -> Response:
        """Open a session in place of the one there was, so that no token outlives a change of rights.

        Somebody new is spoken to in the language of their browser until they choose one.
        """
        if visit.token:
            await sessions.sign_out(self.db, visit.token)
        if visit.person is None and new:
            async with self.db.person(person.user_id) as connection:
                await profile.guess_language(connection, person.user_id, visit.language)
        token = await sessions.open_session(self.db, person.user_id, visit.device)
        return self.pages.leave(visit.next, token=token)

    def _again(
        self, visit: Visit, template: str, error: PeopleError, values: Mapping[str, object] | None = None
    ) -> Response:
        field, status = ABOUT.get(type(error), ("", 400))
        return self.pages.refuse(visit, template, error, status, field, values)


async def deliver(mailer: Mailer, letter: Letter) -> None:
    """Send a letter after the page was answered, so that the time it takes tells nothing."""
    try:
        await mailer.send(letter)
    except MailNotSent as error:
        structlog.get_logger("ui.account").error("mail not sent", reason=repr(error.__cause__))


def _limit(action: str, attempts: int, visit: Visit) -> Limit:
    return Limit(action, attempts, throttle.network(visit.client), timedelta(hours=1))
