"""The platform as a process of its own; it says `ready <url>` when it serves, and ends with SIGTERM."""

from __future__ import annotations

import argparse
import asyncio

from tests.serving import ending

from . import TOKEN, USERNAME, Limits, open_platform


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process is told to end."""
    over = ending()
    async with open_platform(
        options.token,
        port=options.port,
        username=options.username,
        limits=Limits(enforced=not options.no_limits),
        http_loopback=options.http_loopback,
        privacy=options.privacy,
    ) as platform:
        print(f"ready {platform.url}", flush=True)
        await over.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.telegram.platform", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--username", default=USERNAME)
    parser.add_argument("--http-loopback", action="store_true", help="allow webhooks to http addresses of this machine")
    parser.add_argument("--no-limits", action="store_true", help="let the bot write as fast as it likes")
    parser.add_argument("--privacy", action="store_true", help="hide from the bot what is not meant for it in groups")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
