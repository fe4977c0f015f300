"""Signing up, without telling anybody which addresses have an account.

Where the hub sends mail, an address is proved first: the page always says "check your mail", and the mail says whether
an account waits to be confirmed or exists already. Where it sends none, nothing proves an address, and a newcomer is
signed in at once. A taken address then gets the same answer: with its own password the person is signed in, and with
another one somebody is let in as a guest, who owns nothing of that account. Whoever probes on from there can only try
to sign in, which is throttled, and creates the account of every address that was free. The first account of an
installation is made at once in any case, and is the administrator's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from conversation.people import codes, names, passwords, sessions, throttle
from conversation.people.accounts import sign_in_limits
from conversation.people.errors import CodeExpired, InvitationNeeded, SignupClosed, WrongPassword
from conversation.people.person import Person, Policy
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "registration.sql")

CONFIRMATION = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who wants an account, as checked and kept until it is made."""

    email: str
    name: str
    password_hash: str
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """What to write to an address that wants an account: the code to confirm it, or None if it has one already."""

    email: str
    name: str
    code: str | None


async def invite(db: Database, days: int = 7) -> str:
    """Make an invitation, good for one account."""
    async with db.system() as connection:
        return await codes.issue(connection, "invitation", timedelta(days=days))


async def let_in(db: Database, user_id: UUID, invitation: str) -> None:
    """Make a stranger of a messenger, who holds no role, a consumer, and use the invitation up.

    Raises `CodeExpired`.
    """
    async with db.system() as connection:
        await codes.redeem(connection, "invitation", invitation)
        await connection.execute(_SQL["let_in"], {"user_id": user_id})


async def untouched(db: Database) -> bool:
    """Tell whether this installation has no account yet, so that the next one is the administrator's."""
    async with db.system() as connection:
        return not await _any_account(connection)


async def sign_up(
    db: Database,
    email: str,
    password: str,
    name: str,
    *,
    policy: Policy,
    invitation: str | None = None,
    guest_user_id: UUID | None = None,
    client: str = "",
) -> Person:
    """Make an account at once and give its person; who has none yet keeps threads and memory by keeping the `user_id`.

    For a taken address see the top of this module. Raises the errors of `BadInput`, `SignupClosed`,
    `InvitationNeeded` and `TooManyAttempts`.
    """
    address, shown = _check(email, password, name)
    invitation = await _admit(db, policy, invitation)
    limits = sign_in_limits(address, client)
    await throttle.count(db, limits)
    person = await _make_or_match(db, address, password, shown, invitation, guest_user_id)
    if person is None:
        return await _as_guest(db, shown, guest_user_id)
    await throttle.forgive(db, limits)
    return person


async def request_sign_up(
    db: Database, email: str, password: str, name: str, *, policy: Policy, invitation: str | None = None
) -> Pending:
    """Keep a sign-up until the address is confirmed by mail; does the same work whether it has an account or not."""
    address, shown = _check(email, password, name)
    invitation = await _admit(db, policy, invitation)
    newcomer = Newcomer(address, shown, await passwords.digest(password), invitation)
    async with db.system() as connection:
        known = await _account(connection, address)
        code = await codes.issue(connection, "confirmation", CONFIRMATION, payload=_payload(newcomer))
    return Pending(address, shown, None if known else code)


async def confirm(db: Database, code: str, password: str, *, guest_user_id: UUID | None = None) -> Person:
    """Make the account that waits under a mailed code, for who also knows the password chosen for it.

    The password is asked again so that nobody can have a stranger confirm an account whose password they chose.
    """
    async with db.system() as connection:
        newcomer = Newcomer(**(await codes.look(connection, "confirmation", code)).payload)
    if not await passwords.fits(newcomer.password_hash, password):
        raise WrongPassword
    async with db.system() as connection:
        await codes.redeem(connection, "confirmation", code)
        person = await _create(connection, newcomer, guest_user_id)
    if person is None:
        raise CodeExpired
    return person


def _check(email: str, password: str, name: str) -> tuple[str, str]:
    address = names.address(email)
    shown = names.display_name(name)
    passwords.check(password, address)
    return address, shown


async def _admit(db: Database, policy: Policy, invitation: str | None) -> str:
    """Give the invitation that making the account will use up, "" where none is needed."""
    if policy == "closed":
        raise SignupClosed
    if policy == "open":
        return ""
    async with db.system() as connection:
        try:
            await codes.look(connection, "invitation", invitation or "")
        except CodeExpired as error:
            raise InvitationNeeded from error
    return invitation or ""


async def _make_or_match(
    db: Database, address: str, password: str, name: str, invitation: str, guest_user_id: UUID | None
) -> Person | None:
    """Make the account, or find it if address and password are those of one; one password hash of work either way."""
    async with db.system() as connection:
        known = await _account(connection, address)
    if known is not None:
        user_id, password_hash = known
        if not await passwords.fits(password_hash, password):
            return None
        async with db.system() as connection:
            return await _person(connection, user_id)
    newcomer = Newcomer(address, name, await passwords.digest(password), invitation)
    async with db.system() as connection:
        return await _create(connection, newcomer, guest_user_id)


async def _create(connection: Connection, newcomer: Newcomer, guest_user_id: UUID | None) -> Person | None:
    """Make user and account; None if the address was taken meanwhile. One at a time, so that one is the first."""
    await connection.execute(_SQL["lock_first"])
    if await _account(connection, newcomer.email):
        return None
    if newcomer.invitation:
        try:
            await codes.redeem(connection, "invitation", newcomer.invitation)
        except CodeExpired as error:
            raise InvitationNeeded from error
    first = not await _any_account(connection)
    values = {
        "user_id": uuid4(),
        "guest_user_id": guest_user_id,
        "display_name": newcomer.name,
        "roles": ["consumer", "creator", "admin"] if first else ["consumer"],
        "email": newcomer.email,
        "password_hash": newcomer.password_hash,
    }
    row = await (await connection.execute(_SQL["keep_guest"], values)).fetchone()
    row = row or await (await connection.execute(_SQL["add_person"], values)).fetchone()
    if row is None:
        return None
    await connection.execute(_SQL["add_account"], values | {"user_id": row["user_id"]})
    return Person.of(row)


async def _as_guest(db: Database, name: str, guest_user_id: UUID | None) -> Person:
    async with db.system() as connection:
        values = {"user_id": guest_user_id}
        row = await (await connection.execute(_SQL["person"], values)).fetchone() if guest_user_id else None
        return Person.of(row) if row and not row["account"] else await sessions.new_guest(connection, name)


async def _any_account(connection: Connection) -> bool:
    row = await (await connection.execute(_SQL["any_account"])).fetchone()
    return bool(row and row["found"])


async def _account(connection: Connection, address: str) -> tuple[UUID, str] | None:
    row = await (await connection.execute(_SQL["account"], {"email": address})).fetchone()
    return (row["user_id"], row["password_hash"]) if row else None


async def _person(connection: Connection, user_id: UUID) -> Person | None:
    row = await (await connection.execute(_SQL["person"], {"user_id": user_id})).fetchone()
    return Person.of(row) if row else None


def _payload(newcomer: Newcomer) -> dict[str, str]:
    return {
        "email": newcomer.email,
        "name": newcomer.name,
        "password_hash": newcomer.password_hash,
        "invitation": newcomer.invitation,
    }
