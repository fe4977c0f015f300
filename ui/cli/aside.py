"""`evermynd admin aside`: events that could not be taken, on this machine's disk; Postgres may be away."""

from __future__ import annotations

import json

import click

from conversation import aside
from conversation.aside import PutAside
from ui import spools
from ui.settings import Settings


def run(settings: Settings, *, payload: bool, retry: bool) -> None:
    """List what is put aside and, where that is wished, hand in again what can be opened."""
    folder = spools.folder_in(settings)
    if not folder.exists():  # nothing ran here, and this makes no key
        click.echo(summary([], retry=retry))
        return
    vault = spools.vault_of(settings)
    waiting = aside.find(folder, vault)
    for each in waiting:
        click.echo(line(each))
        if payload and each.opened:
            click.echo(shown(each.event))
        if retry:
            aside.hand_in(each, vault)
    click.echo(summary(waiting, retry=retry))


def line(waiting: PutAside) -> str:
    """One event on one line."""
    return f"{waiting.at:%Y-%m-%d %H:%M:%S}  {waiting.channel:<20}  {waiting.reason or 'unknown'}"


def shown(event: object) -> str:
    """What a platform brought, with nothing in it that a terminal would obey."""
    text = json.dumps(event, indent=2, ensure_ascii=False)
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def summary(waiting: list[PutAside], *, retry: bool) -> str:
    """How many there are, and what becomes of them."""
    if not waiting:
        return "Nothing is put aside."
    closed = sum(not each.opened for each in waiting)
    first = f"Handed in again: {len(waiting) - closed}" if retry else f"Put aside: {len(waiting)}"
    return f"{first}. Cannot be opened: {closed}." if closed else f"{first}."
