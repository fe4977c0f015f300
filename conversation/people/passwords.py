"""Passwords: which ones are good enough, and how they are kept (argon2id, RFC 9106's parameters for little memory)."""

from __future__ import annotations

import asyncio
import unicodedata
from importlib.resources import files

from conversation.people.errors import WeakPassword

SHORTEST = 10
LONGEST = 200

# A digest of nothing anybody knows, with today's parameters: checking against it costs what a real one costs.
NOBODYS_DIGEST = "$argon2id$v=19$m=65536,t=3,p=4$QUFBQUFBQUFBQUFBQUFBQQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def check(password: str, email: str) -> None:
    """Raise `WeakPassword` with the reason unless the password is good enough for this address."""
    plain = _normal(password).lower()
    if len(plain) < SHORTEST:
        raise WeakPassword(
            "A password needs at least {number} characters. A few words in a row are good.", number=SHORTEST
        )
    if len(plain) > LONGEST:
        raise WeakPassword("This password is too long: {number} characters are the most.", number=LONGEST)
    if plain in (email, email.partition("@")[0]):
        raise WeakPassword("The password must not be your e-mail address.")
    if len(set(plain)) < 4 or plain in _commonest():
        raise WeakPassword("This password is among the first that are guessed. Please take another one.")


async def digest(password: str) -> str:
    """Give the digest to keep of a password."""
    return await asyncio.to_thread(_digest, _normal(password))


async def fits(kept: str | None, password: str) -> bool:
    """Tell whether this is the password a digest was made of; with no digest, work as long and say no."""
    matched = await asyncio.to_thread(_fits, kept or NOBODYS_DIGEST, _normal(password))
    return matched and kept is not None


def outdated(kept: str) -> bool:
    """Tell whether a digest was made with other parameters than today's."""
    from argon2 import PasswordHasher

    return PasswordHasher().check_needs_rehash(kept)


def _digest(password: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


def _fits(kept: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(kept, password)
    except VerifyMismatchError:
        return False


def _normal(password: str) -> str:
    """The same signs however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def _commonest() -> frozenset[str]:
    text = files("conversation.people").joinpath("commonest_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
