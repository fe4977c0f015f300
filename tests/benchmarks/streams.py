"""Slack and Teams: how answers are shown while they are written, to many people at once.

The hub is `evermynd serve` in a process of its own; the platforms are the strict fakes, which refuse what goes beyond
the documented limits. Telegram's figure is in `tests.benchmarks.telegram`.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Sequence

from knowledge.db import open_database
from tests.benchmarks.endpoint import SLOWLY
from tests.benchmarks.figures import say, show
from tests.benchmarks.first_character import open_endpoint
from tests.benchmarks.gateway import open_hub
from tests.benchmarks.ground import open_ground, until_taught
from tests.slack.platform import Platform as Slack
from tests.slack.platform import open_platform as open_slack
from tests.teams.platform import Platform as Teams
from tests.teams.platform import open_platform as open_teams

CHATS = 15
"""People who ask at once; Slack lets an app begin 20 streams a minute in a workspace."""
LAST = "Getting started"
"""Part of the footnote that only a finished answer has."""
QUESTION = "How do I teach a coach with a file?"
REFUSED = 429
PATIENCE = 300.0


def pace(chats: Sequence[str], calls: Sequence[tuple[float, str, int]], took: float, violations: int) -> None:
    """Show how often each chat was brought up to date; `calls` are time, chat and status."""
    per_chat = Counter(chat for _, chat, status in calls if status < REFUSED)
    busiest = Counter((chat, int(at)) for at, chat, _ in calls)
    show(f"streaming to {len(chats)} chats: all answered after", f"{took:7.1f} s")
    show("updates per second and chat, median", f"{statistics.median(per_chat[chat] for chat in chats) / took:7.2f}")
    show("busiest second of one chat", f"{max(busiest.values()):7.0f}   calls")
    refused = sum(status == REFUSED for _, _, status in calls)
    show("violations and refusals", f"{violations} and {refused}")


async def slack_streamed(slack: Slack) -> None:
    """Let people ask in their assistant panes."""
    people = [slack.person("Acme", f"Ada {number}") for number in range(CHATS)]
    panes = [await person.opens_assistant() for person in people]
    await asyncio.sleep(3)  # the greetings go first
    began, before = time.perf_counter(), len(slack.calls)
    await asyncio.gather(
        *(person.says(QUESTION, thread_ts=pane.ts) for person, pane in zip(people, panes, strict=True))
    )

    def answered() -> bool:
        return all(
            any(LAST in shown.text and shown.streaming != "in_progress" for shown in slack.replies(person, pane.ts))
            for person, pane in zip(people, panes, strict=True)
        )

    await slack.until(answered, PATIENCE)
    took = time.perf_counter() - began
    shown = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update")
    calls = [
        (call.at, str(call.arguments.get("channel", "")), call.status or 200)
        for call in slack.calls[before:]
        if call.method in shown
    ]
    pace(sorted({chat for _, chat, _ in calls}), calls, took, len(slack.violations))


async def teams_streamed(teams: Teams) -> None:
    """Let people ask in their personal chats."""
    people = [teams.person(f"Ada {number}") for number in range(CHATS)]
    for person in people:
        await person.installs()
    await asyncio.sleep(3)
    began, before = time.perf_counter(), len(teams.calls)
    await asyncio.gather(*(person.says(QUESTION) for person in people))
    await teams.until(lambda: _ended(teams, before) >= CHATS, PATIENCE)
    took = time.perf_counter() - began
    calls = [(call.at, call.chat, call.status) for call in teams.calls[before:] if _streams(call.arguments)]
    pace(sorted({chat for _, chat, _ in calls}), calls, took, len(teams.violations))


def _ended(teams: Teams, before: int) -> int:
    return sum("final" in str(call.arguments.get("entities")) for call in teams.calls[before:])


def _streams(arguments: dict[str, object]) -> bool:
    return "streaminfo" in str(arguments.get("entities"))


async def run() -> None:
    """Print the figures of this module."""
    async with (
        open_ground() as ground,
        open_endpoint() as base_url,
        open_slack() as slack,
        open_teams() as teams,
        open_database(ground.postgres.url, size=4, patience=10) as database,
    ):
        model = {"OPENAI_BASE_URL": base_url.replace("/v1", f"{SLOWLY}/v1")}
        acme = slack.workspace("Acme")
        settings = {
            "SLACK_BOT_TOKEN": acme.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_BASE": f"{slack.url}/api",
            "TEAMS_APP_ID": teams.app_id,
            "TEAMS_APP_PASSWORD": teams.app_password,
            "TEAMS_OPENID_URL": teams.openid_url,
            "TEAMS_LOGIN_BASE": teams.authority,
            "TEAMS_SERVICE_HOSTS": "127.0.0.1",
        }
        async with open_hub(ground, **model, **settings) as address:
            await until_taught(database)
            slack.deliver_to(f"{address}/webhooks/slack")
            teams.deliver_to(f"{address}/api/messages")
            say("Slack, in the assistant pane")
            await slack_streamed(slack)
            say("Teams, in personal chats")
            await teams_streamed(teams)


if __name__ == "__main__":
    asyncio.run(run())
