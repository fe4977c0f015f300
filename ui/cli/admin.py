"""`evermynd admin`: people, roles, invitations, forgotten passwords, and events put aside, for who runs the hub."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from conversation.people.person import Role
    from conversation.people.roles import Listed
    from knowledge.db import Database
    from ui.settings import Settings

T = TypeVar("T")
ROLE = click.Choice(["consumer", "creator", "admin"])


@click.group()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of servers, logs and secrets.")
@click.pass_context
def admin(context: click.Context, data_dir: Path | None) -> None:
    """Look after people, roles, invitations, and events that were put aside."""
    from ui.cli.context import begin

    context.obj = begin(data_dir=data_dir)


@admin.command("list")
@click.pass_obj
def list_people(settings: Settings) -> None:
    """List everybody this hub knows."""
    from conversation.people import roles

    for person in _run(settings, roles.list_people):
        click.echo(_line(person))


@admin.command()
@click.argument("email")
@click.argument("role", type=ROLE)
@click.pass_obj
def grant(settings: Settings, email: str, role: Role) -> None:
    """Give the person with this address a role."""
    from conversation.people import roles

    _run(settings, lambda db: roles.grant(db, email, role))
    click.echo(f"{email} is {role} now.")


@admin.command()
@click.argument("email")
@click.argument("role", type=ROLE)
@click.pass_obj
def revoke(settings: Settings, email: str, role: Role) -> None:
    """Take a role from the person with this address."""
    from conversation.people import roles

    _run(settings, lambda db: roles.revoke(db, email, role))
    click.echo(f"{email} is not {role} any more.")


@admin.command()
@click.argument("person")
@click.pass_obj
def block(settings: Settings, person: str) -> None:
    """Shut out the person with this address, or this id of the list: nothing they say is heard."""
    from conversation.people import roles

    _run(settings, lambda db: roles.block(db, person))
    click.echo(f"{person} is shut out now.")


@admin.command()
@click.argument("person")
@click.pass_obj
def unblock(settings: Settings, person: str) -> None:
    """Let the person with this address, or this id of the list, in again."""
    from conversation.people import roles

    _run(settings, lambda db: roles.unblock(db, person))
    click.echo(f"{person} is let in again.")


@admin.command()
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="How long it is good.")
@click.pass_obj
def invite(settings: Settings, days: int) -> None:
    """Print a link with which one person can sign up."""
    from conversation.people import registration
    from ui.account import letters

    code = _run(settings, lambda db: registration.invite(db, days))
    click.echo(letters.invitation_link(settings.address, code))


@admin.command("reset-link")
@click.argument("email")
@click.pass_obj
def reset_link(settings: Settings, email: str) -> None:
    """Print a link with which a person can choose a new password; it is good for one hour, and once."""
    from conversation.people import accounts
    from ui.account import letters

    code = _run(settings, lambda db: accounts.request_reset(db, email))
    click.echo(letters.reset_link(settings.address, code))


@admin.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(settings: Settings, email: str, yes: bool) -> None:
    """Delete a person with threads, memory, coaches and what these were taught."""
    from conversation.people import removal, roles

    user_id = _run(settings, lambda db: roles.find(db, email))
    if not yes:
        click.confirm(f"Delete {email} and everything of theirs, for good?", abort=True)
    _run(settings, lambda db: removal.remove(db, user_id))
    click.echo(f"{email} is deleted.")


@admin.command()
@click.option("--payload", is_flag=True, help="Show what the platform brought, which may be somebody's words.")
@click.option("--retry", is_flag=True, help="Hand them in again; the running hub takes them at once, or the next one.")
@click.pass_obj
def aside(settings: Settings, payload: bool, retry: bool) -> None:
    """List events of messengers that could not be taken: time (UTC), channel, reason."""
    from ui.cli import aside

    aside.run(settings, payload=payload, retry=retry)


def _run(settings: Settings, use: Callable[[Database], Awaitable[T]]) -> T:
    """Call a use case with the database of the settings."""
    return asyncio.run(_with_database(settings.require("database_url").database_url or "", use))


async def _with_database(url: str, use: Callable[[Database], Awaitable[T]]) -> T:
    from knowledge.db import open_database

    async with open_database(url, size=1, patience=10) as db:
        return await use(db)


def _line(person: Listed) -> str:
    """One person on one line; no name can break it, they are kept without control characters.

    Who has no address is named by an id.
    """
    kind = "guest" if person.guest else ",".join(sorted(person.roles))
    where = person.email or f"{person.user_id} {','.join(person.channels)}".strip()
    out = f"  (blocked since {person.blocked_at:%Y-%m-%d})" if person.blocked_at else ""
    return f"{person.created_at:%Y-%m-%d}  {kind:<24}  {where:<36}  {person.display_name}{out}"
