"""Accounts on the web: signing in, changing and resetting the password, the profile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from conversation.people import codes, names, passwords, sessions, throttle
from conversation.people.errors import InvalidEmail, NobodyFound, ShutOut, WrongCredentials, WrongPassword
from conversation.people.person import Person
from conversation.people.throttle import Limit
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "accounts.sql")

RESET = timedelta(hours=1)


def sign_in_limits(address: str, client: str) -> list[Limit]:
    """List what counts wrong passwords: 10 for an address from one network, 50 for an address or a network alone.

    So a stranger who guesses does not keep the person out, and many strangers together do not get far either.
    """
    network = throttle.network(client)
    return [
        Limit("sign-in", 10, f"{address} {network}"),
        Limit("sign-in-address", 50, address),
        Limit("sign-in-network", 50, network),
    ]


def mail_limits(email: str, client: str) -> list[Limit]:
    """List what counts letters asked for: 5 an hour to an address, 30 from one network."""
    hour = timedelta(hours=1)
    return [
        Limit("mail-address", 5, email.strip().lower(), hour),
        Limit("mail-network", 30, throttle.network(client), hour),
    ]


async def sign_in(db: Database, email: str, password: str, *, client: str = "") -> Person:
    """Give the person whose address and password these are.

    Raises `WrongCredentials`, after the same work whether the address is known or not, `TooManyAttempts`, and
    `ShutOut`, told to who knows the password alone.
    """
    try:
        address = names.address(email)
    except InvalidEmail:
        address = email.strip().lower().replace("\0", "")
    limits = sign_in_limits(address, client)
    await throttle.count(db, limits)
    async with db.system() as connection:
        account = await (await connection.execute(_SQL["account"], {"email": address})).fetchone()
    kept = account["password_hash"] if account else None
    if not await passwords.fits(kept, password) or account is None:
        raise WrongCredentials
    await throttle.forgive(db, limits)
    if account["blocked"]:
        raise ShutOut
    await _renew(db, account["user_id"], account["password_hash"], password)
    return Person.of(account)


async def address_of(db: Database, user_id: UUID) -> str | None:
    """Tell the address a person signs in with; None for a guest."""
    async with db.person(user_id) as connection:
        account = await _account_of(connection, user_id)
    return account["email"] if account else None


async def confirm_password(db: Database, user_id: UUID, password: str) -> None:
    """Raise `WrongPassword` unless this is the person's, counted like wrong passwords at the door."""
    limits = [Limit("confirm", 10, str(user_id))]
    await throttle.count(db, limits)
    async with db.person(user_id) as connection:
        account = await _account_of(connection, user_id)
    if not await passwords.fits(account["password_hash"] if account else None, password):
        raise WrongPassword
    await throttle.forgive(db, limits)


async def change_password(db: Database, user_id: UUID, current: str, new: str, *, keep: str | None = None) -> None:
    """Give the account another password and end all sessions, but the one whose token is `keep`."""
    await confirm_password(db, user_id, current)
    passwords.check(new, await address_of(db, user_id) or "")
    digest = await passwords.digest(new)
    async with db.system() as connection:
        await _replace(connection, user_id, digest, keep)


async def change_profile(db: Database, user_id: UUID, name: str, time_zone: str) -> None:
    """Change what a person is called and where their day begins."""
    values = {
        "user_id": user_id,
        "display_name": names.display_name(name),
        "time_zone": names.time_zone(time_zone),
    }
    async with db.person(user_id) as connection:
        await connection.execute(_SQL["change_profile"], values)


async def request_reset(db: Database, email: str) -> str:
    """Make a code that lets the owner of an address choose a new password; raise `NobodyFound` if it has no account.

    Whoever shows the result to a visitor must not let it be told from a failure, by its words or its time.
    """
    try:
        address = names.address(email)
    except InvalidEmail as error:
        raise NobodyFound(email) from error
    async with db.system() as connection:
        account = await (await connection.execute(_SQL["account"], {"email": address})).fetchone()
        if account is None:
            raise NobodyFound(address)
        return await codes.issue(connection, "reset", RESET, user_id=account["user_id"])


async def check_reset(db: Database, code: str) -> None:
    """Raise `CodeExpired` unless a code for a new password is good."""
    async with db.system() as connection:
        await codes.look(connection, "reset", code)


async def reset_password(db: Database, code: str, new: str) -> UUID:
    """Choose a new password with a code: ends every session, and every other code of the person."""
    async with db.system() as connection:
        user_id = (await codes.look(connection, "reset", code)).user_id
        account = await _account_of(connection, user_id)
    address = account["email"] if account else ""
    passwords.check(new, address)
    digest = await passwords.digest(new)
    async with db.system() as connection:
        await codes.redeem(connection, "reset", code)
        if account is None:
            raise NobodyFound("")
        await _replace(connection, account["user_id"], digest, None)
    await throttle.clear(db, [Limit("sign-in-address", 0, address)])
    return account["user_id"]


async def _replace(connection: Connection, user_id: UUID, digest: str, keep: str | None) -> None:
    await connection.execute(_SQL["change_password"], {"user_id": user_id, "password_hash": digest})
    await codes.withdraw(connection, "reset", user_id)
    await sessions.end_all(connection, user_id, keep=keep)


async def _renew(db: Database, user_id: UUID, kept: str, password: str) -> None:
    """Keep a digest of today's parameters when the one there is of yesterday's."""
    if not passwords.outdated(kept):
        return
    values = {"user_id": user_id, "old": kept, "password_hash": await passwords.digest(password)}
    async with db.system() as connection:
        await connection.execute(_SQL["rehash"], values)


async def _account_of(connection: Connection, user_id: UUID | None) -> dict[str, Any] | None:
    return await (await connection.execute(_SQL["account_of"], {"user_id": user_id})).fetchone()
