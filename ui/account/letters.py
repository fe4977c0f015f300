"""What the account pages write to people, and the links in it."""

from __future__ import annotations

from conversation.people.registration import Pending
from conversation.speech import Speech
from ui.account.mail import Letter


def reset_link(public_url: str, code: str) -> str:
    """Give the address of the page that takes a new password."""
    return f"{public_url.rstrip('/')}/account/reset?code={code}"


def invitation_link(public_url: str, code: str) -> str:
    """Give the address at which an invited person signs up."""
    return f"{public_url.rstrip('/')}/account/sign-up?invitation={code}"


def reset(speech: Speech, public_url: str, to: str, code: str) -> Letter:
    """Write to who forgot a password."""
    text = speech.say(
        "Somebody, we hope you, asked for a new password for your account.\n"
        "This link is good for one hour, and once:\n\n"
        "{link}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n",
        link=reset_link(public_url, code),
    )
    return Letter(to, speech.say("Choose a new password for EverMynd"), text)


def sign_up(speech: Speech, public_url: str, pending: Pending) -> Letter:
    """Write to who wants an account: how to confirm it, or that there is one already."""
    root = public_url.rstrip("/")
    if pending.code is None:
        text = speech.say(
            "Somebody, we hope you, tried to sign up with this address, which has an account already.\n\n"
            "Sign in: {sign_in}\n"
            "Forgot the password? {forgot}\n\n"
            "If it was not you, do nothing: nothing was changed.\n",
            sign_in=f"{root}/account/sign-in",
            forgot=f"{root}/account/forgot",
        )
        return Letter(pending.email, speech.say("You already have an account at EverMynd"), text)
    text = speech.say(
        "Hello {name},\n\nopen this link and type the password you chose. It is good for one day:\n\n"
        "{link}\n\n"
        "If you did not ask for an account, do nothing: none is made.\n",
        name=pending.name,
        link=f"{root}/account/confirm?code={pending.code}",
    )
    return Letter(pending.email, speech.say("Confirm your account at EverMynd"), text)
