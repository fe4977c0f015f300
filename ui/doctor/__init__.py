"""Checks each part of the hub and says how to mend it; a new check is a function below and a line in `built_in`."""

from ui.doctor import ledger, machine, messengers, servers, slack, teams
from ui.doctor.check import Check, Finding, examine

__all__ = ["Check", "Finding", "built_in", "examine"]


def built_in() -> tuple[Check, ...]:
    """All checks, in the order in which a person would mend what they find."""
    return (
        Check("Disk", machine.disk),
        Check("Data folder", machine.data_folder),
        Check("Spool", machine.spool),
        Check("Postgres", servers.database),
        Check("Migrations", servers.migrations),
        Check("Login role", ledger.login),
        Check("Checkpoints", ledger.checkpoints),
        Check("Redis", servers.queue),
        Check("Graph", servers.graph_server),
        Check("Projection", ledger.projection),
        Check("Model", servers.model),
        Check("Mail", servers.mail),
        Check("Telegram", messengers.telegram),
        Check("Slack", slack.slack),
        Check("Teams", teams.teams),
        Check("Outbox", ledger.outbox),
        Check("Ingestions", ledger.ingestions),
    )
