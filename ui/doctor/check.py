"""What a check is, and running several of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ui.settings import Settings

PATIENCE = 10.0  # seconds for one check
START = "embedded; `evermynd up` starts it"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: whether all is well, what it saw, and how to mend it."""

    ok: bool
    said: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the hub and the question whether it works; a check that raises has found a fault."""

    name: str
    run: Callable[[Settings], Awaitable[Finding]]


async def examine(settings: Settings, checks: Sequence[Check]) -> list[tuple[Check, Finding]]:
    """Run all checks at once, in the order given; a broken check is a finding, never an end."""
    findings = await asyncio.gather(*(_examine(settings, check) for check in checks))
    return list(zip(checks, findings, strict=True))


async def _examine(settings: Settings, check: Check) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check.run(settings)
    except TimeoutError:
        return Finding(False, f"no answer within {PATIENCE:.0f} s", "look whether it is overloaded or unreachable")
    except Exception as error:  # the edge: whatever a part throws is what the person wants to see
        said = str(error).strip() or type(error).__name__
        return Finding(False, said.splitlines()[0], "see the message, and the logs in the data folder")
