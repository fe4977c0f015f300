"""What the account pages need to know about the installation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conversation.people.person import Policy


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The account pages' part of the settings.

    `public_url` is the address people reach the hub at, and begins every link in a mail: never a request's own Host
    header, which a stranger chooses. `secure` marks cookies for https only. `behind_proxy` (set when `PUBLIC_URL` is)
    takes the client's address from the last entry of `X-Forwarded-For`, which our own proxy wrote; without it the
    header is ignored, because anybody could write it. Without `smtp_url` mail goes to `data_dir/mail`.
    """

    signup: Policy
    public_url: str
    secure: bool
    data_dir: Path
    smtp_url: str | None = None
    behind_proxy: bool = False
