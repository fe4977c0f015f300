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

from knowledge.db import Database, open_database
from tests.benchmarks.endpoint import SLOWLY
from tests.benchmarks.figures import quantiles, say, show
from tests.benchmarks.first_character import open_endpoint
from tests.benchmarks.gateway import open_hub
from tests.benchmarks.ground import open_ground, until_taught
from tests.slack.platform import Person
from tests.slack.platform import Platform as Slack
from tests.slack.platform import open_platform as open_slack
from tests.teams.platform import Platform as Teams
from tests.teams.platform import open_platform as open_teams

FEW, CHATS = 3, 15
"""People who ask at once; Slack lets an app begin 20 streams a minute in a workspace."""
AGAIN = 2
"""How often each of them asks, every time as soon as the last answer is there."""
MINUTE = 61.0
"""Seconds after which Slack counts anew."""
LAST = "\n\n[1] "
"""How the footnote begins that only a finished answer has."""
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


async def slack_streamed(slack: Slack, database: Database, chats: int) -> None:
    """Let people ask in their direct messages, and ask again."""
    people = [slack.person("Acme", f"Ada {number} of {chats}") for number in range(chats)]
    began, before = time.perf_counter(), len(slack.calls)
    since = time.time()

    async def talk(person: Person) -> None:
        for asked in range(AGAIN):
            await person.says(QUESTION)
            await slack.until(lambda number=asked: answers(slack, person) > number, PATIENCE)

    await asyncio.gather(*(talk(person) for person in people))
    took = time.perf_counter() - began
    shown = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update")
    calls = [
        (call.at, str(call.arguments.get("channel", "")), call.status or 200)
        for call in slack.calls[before:]
        if call.method in shown
    ]
    pace([person.direct.id for person in people], calls, took, len(slack.violations))
    show("from an answer's end to the person", quantiles(await waited(database, since)))


def answers(slack: Slack, person: Person) -> int:
    """Count the finished answers that somebody sees."""
    return sum(LAST in each.text and each.streaming != "in_progress" for each in slack.replies(person))


async def waited(database: Database, since: float) -> list[float]:
    """List how many milliseconds finished answers waited for Slack's limits."""
    async with database.system() as connection:
        cursor = await connection.execute(
            "select 1000 * extract(epoch from outbox.sent_at - messages.created_at)::float8 as waited "
            "from outbox join messages using (conversation_id, seq) join conversations using (conversation_id) "
            "where channel = 'slack' and messages.created_at > to_timestamp(%s) and sent_at is not null",
            (since,),
        )
        return [row["waited"] for row in await cursor.fetchall()]


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
            say("Slack, in direct messages")
            await slack_streamed(slack, database, FEW)
            await asyncio.sleep(MINUTE)
            await slack_streamed(slack, database, CHATS)
            say("Teams, in personal chats")
            await teams_streamed(teams)


if __name__ == "__main__":
    asyncio.run(run())
