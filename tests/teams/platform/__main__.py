"""The platform as a process of its own; it says `ready <url>` when it serves, and ends with SIGTERM."""

from __future__ import annotations

import argparse
import asyncio

from tests.serving import ending

from . import APP_ID, APP_PASSWORD, TENANT_ID, Limits, open_platform


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process is told to end."""
    over = ending()
    async with open_platform(
        port=options.port,
        app_id=options.app_id,
        app_password=options.app_password,
        tenant_id=options.tenant_id,
        limits=Limits(enforced=not options.no_limits),
        reads_all=options.reads_all,
    ) as platform:
        if options.deliver_to:
            platform.deliver_to(options.deliver_to)
        print(f"ready {platform.url}", flush=True)
        await over.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.teams.platform", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--app-id", default=APP_ID)
    parser.add_argument("--app-password", default=APP_PASSWORD)
    parser.add_argument("--tenant-id", default=TENANT_ID)
    parser.add_argument("--deliver-to", default="", help="the bot's endpoint for activities")
    parser.add_argument("--no-limits", action="store_true", help="let the bot write as fast as it likes")
    parser.add_argument("--reads-all", action="store_true", help="let the bot hear what does not mention it")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
