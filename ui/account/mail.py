"""Sending mail: through an SMTP server, or into a folder that the operator reads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from ui.account.errors import MailNotSent
from ui.account.settings import AccountSettings

TIMEOUT = 15.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Whoever takes letters to people."""

    async def send(self, letter: Letter) -> None:
        """Send a letter; raise `MailNotSent` if it was not taken."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends through the server of an address `smtp://user:password@host:587` or `smtps://…:465`.

    `?from=hub@example.org` names the sender, which is the user otherwise. STARTTLS is used where the server offers it.
    """

    url: str
    host: str

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the server."""
        from aiosmtplib import SMTPException, send

        parts = urlsplit(self.url)
        try:
            await send(
                _message(letter, self._sender()),
                hostname=parts.hostname,
                port=parts.port or (465 if parts.scheme == "smtps" else 587),
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                timeout=TIMEOUT,
            )
        except (SMTPException, OSError) as error:
            raise MailNotSent from error

    def _sender(self) -> str:
        parts = urlsplit(self.url)
        user = unquote(parts.username or "")
        given = parse_qs(parts.query).get("from", [""])[0]
        return given or (user if "@" in user else f"evermynd@{self.host}")


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes each letter as an `.eml` file that only the operator can read."""

    folder: Path

    async def send(self, letter: Letter) -> None:
        """Write a letter."""
        try:
            await asyncio.to_thread(self._write, letter)
        except OSError as error:
            raise MailNotSent from error

    def _write(self, letter: Letter) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}.eml"
        path.touch(mode=0o600)
        path.write_bytes(bytes(_message(letter, "evermynd@localhost")))


def mailer_of(settings: AccountSettings) -> Mailer:
    """Choose how this installation sends mail."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, urlsplit(settings.public_url).hostname or "localhost")
    return FolderMailer(settings.data_dir / "mail")


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP.clone(max_line_length=900))  # no link is broken into lines
    message["From"] = f"EverMynd <{sender}>"
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
