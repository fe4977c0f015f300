"""The platform as a process of its own; it says `ready <url>` when it serves, and ends with SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal

from . import APP_TOKEN, SIGNING_SECRET, App, Limits, open_platform


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process is told to end."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    app = App(signing_secret=options.signing_secret, app_token=options.app_token, request_url=options.deliver_to)
    limits = Limits(enforced=not options.no_limits)
    async with open_platform(app, port=options.port, limits=limits, retry_scale=options.retry_scale) as platform:
        team = platform.workspace(options.workspace)
        print(f"ready {platform.url}", flush=True)
        print(f"workspace {team.team_id} {team.bot_token}", flush=True)
        await over.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.slack.platform", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--workspace", default="Acme", help="where the app is installed")
    parser.add_argument("--deliver-to", default="", help="the app's request URL")
    parser.add_argument("--signing-secret", default=SIGNING_SECRET)
    parser.add_argument("--app-token", default=APP_TOKEN)
    parser.add_argument("--no-limits", action="store_true", help="let the app call as fast as it likes")
    parser.add_argument("--retry-scale", type=float, default=0.01, help="1 waits as long as Slack between two tries")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
