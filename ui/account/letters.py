"""What the account pages write to people, and the links in it."""

from __future__ import annotations

from conversation.people.registration import Pending
from ui.account.mail import Letter


def reset_link(public_url: str, code: str) -> str:
    """Give the address of the page that takes a new password."""
    return f"{public_url.rstrip('/')}/account/reset?code={code}"


def invitation_link(public_url: str, code: str) -> str:
    """Give the address at which an invited person signs up."""
    return f"{public_url.rstrip('/')}/account/sign-up?invitation={code}"


def reset(public_url: str, to: str, code: str) -> Letter:
    """Write to who forgot a password."""
    return Letter(
        to,
        "Choose a new password for EverMynd",
        "Somebody, we hope you, asked for a new password for your account.\n"
        "This link is good for one hour, and once:\n\n"
        f"{reset_link(public_url, code)}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n",
    )


def sign_up(public_url: str, pending: Pending) -> Letter:
    """Write to who wants an account: how to confirm it, or that there is one already."""
    root = public_url.rstrip("/")
    if pending.code is None:
        return Letter(
            pending.email,
            "You already have an account at EverMynd",
            "Somebody, we hope you, tried to sign up with this address, which has an account already.\n\n"
            f"Sign in: {root}/account/sign-in\n"
            f"Forgot the password? {root}/account/forgot\n\n"
            "If it was not you, do nothing: nothing was changed.\n",
        )
    return Letter(
        pending.email,
        "Confirm your account at EverMynd",
        f"Hello {pending.name},\n\nopen this link and type the password you chose. It is good for one day:\n\n"
        f"{root}/account/confirm?code={pending.code}\n\n"
        "If you did not ask for an account, do nothing: none is made.\n",
    )
