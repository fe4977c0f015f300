"""The errors of the roof.

    HubError
    └── UiError
        ├── SettingsError    a setting has a value the hub cannot work with
        └── StartError       something on this machine keeps the hub from starting
            ├── InUseError   another process holds the folder
            └── PortTakenError   another program listens there

The text of each is one line for the person at the terminal: what is wrong, and how to mend it.
"""

import re

from knowledge.errors import HubError


class UiError(HubError):
    """Anything that goes wrong in the roof."""


class SettingsError(UiError):
    """A setting has a value the hub cannot work with."""

    code = "settings"


class StartError(UiError):
    """Something on this machine keeps the hub, or one of its servers, from starting."""

    code = "start"


class InUseError(StartError):
    """Another process holds the folder."""

    code = "in_use"


class PortTakenError(StartError):
    """Another program listens on the port."""

    code = "port_taken"


def reason(error: Exception) -> str:
    """The last cause in the message of a failed connection to Postgres, without hosts, hints and line ends."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    causes = [found[1] for line in lines if (found := re.search(r"\bfailed: (?:FATAL: +)?([^:]+)$", line))]
    return causes[-1] if causes else lines[0]
