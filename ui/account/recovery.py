"""A new password for who forgot the old one, by a link that is good once and for an hour."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Response
from starlette.background import BackgroundTask

from conversation.people import accounts, throttle
from conversation.people.errors import CodeExpired, NobodyFound, TooManyAttempts, WeakPassword
from knowledge.db import Database
from ui.account import letters
from ui.account.entrance import deliver
from ui.account.mail import Mailer
from ui.account.pages import Pages
from ui.account.settings import AccountSettings
from ui.account.visit import Visit


@dataclass(frozen=True, slots=True)
class Recovery:
    """The pages for who forgot a password."""

    db: Database
    settings: AccountSettings
    pages: Pages
    mailer: Mailer

    async def show_forgot(self, visit: Visit) -> Response:
        """Ask for the address."""
        return self.pages.draw(visit, "forgot.html")

    async def forgot(self, visit: Visit) -> Response:
        """Answer the same for every address, and look it up only after that."""
        email = visit.form.get("email", "")
        try:
            await throttle.count(self.db, accounts.mail_limits(email, visit.client))
        except TooManyAttempts as error:
            return self.pages.refuse(visit, "forgot.html", error, 429)
        response = self.pages.draw(visit, "sent.html", values={"title": visit.speech.say("Your link"), "email": ""})
        response.background = BackgroundTask(self._send, visit, email)
        return response

    async def show_reset(self, visit: Visit) -> Response:
        """Ask for the new password, if the link is good."""
        try:
            await accounts.check_reset(self.db, visit.query.get("code", ""))
        except CodeExpired as error:
            return self.pages.refuse(visit, "forgot.html", error, 400)
        return self.pages.draw(visit, "reset.html")

    async def reset(self, visit: Visit) -> Response:
        """Take the new password; every session of the account ends."""
        try:
            await accounts.reset_password(self.db, visit.form.get("code", ""), visit.form.get("password", ""))
        except WeakPassword as error:
            return self.pages.refuse(visit, "reset.html", error, 400, "password")
        except (CodeExpired, NobodyFound):
            return self.pages.refuse(visit, "forgot.html", CodeExpired(), 400)
        notice = visit.speech.say("Your new password is set, and you are signed out everywhere. Sign in with it now.")
        return self.pages.draw(visit, "sign_in.html", notice=notice)

    async def _send(self, visit: Visit, email: str) -> None:
        try:
            code = await accounts.request_reset(self.db, email)
        except NobodyFound:
            return
        await deliver(self.mailer, letters.reset(visit.speech, self.settings.public_url, email.strip(), code))
