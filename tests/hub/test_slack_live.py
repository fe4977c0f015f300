"""Answers of a slow model in Slack, over Socket Mode: streamed in a thread, edited elsewhere, stopped by a person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import Addresses
from tests.slack.platform import Person, Platform, Shown, open_platform
from ui.gateway import Parts, open_parts
from ui.settings import load

PATIENCE = 60
WORDS = ("You", "send", "**the**", "file", "to", "`the`", "coach.", "[1]\n\n") * 25
PACE = 0.03  # seconds a word


def _chunk(delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    told = {"id": "1", "object": "chat.completion.chunk", "model": "m", "created": 1, "choices": [choice]}
    return b"data: " + json.dumps(told).encode() + b"\n\n"


async def _write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request slowly, as a model does; what wants structure gets none."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-length"))
    asked = json.loads(await reader.readexactly(length))
    try:
        if not asked.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}
            body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
            answer = json.dumps(body).encode()
            kind = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n"
            writer.write(kind.encode() + b"Connection: close\r\n\r\n" + answer)
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for word in WORDS:
                writer.write(_chunk({"content": f"{word} "}))
                await writer.drain()
                await asyncio.sleep(PACE)
            writer.write(_chunk({}, "stop") + b"data: [DONE]\n\n")
        await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()


@asynccontextmanager
async def open_hub(addresses: Addresses, folder: Path) -> AsyncGenerator[tuple[Platform, Parts]]:
    """A gateway that listens over a socket and answers with the slow model."""
    async with open_platform() as platform, await asyncio.start_server(_write, "127.0.0.1", 0) as model:
        settings = load(
            folder / "no.env",
            database_url=addresses.url,
            data_dir=folder,
            openai_base_url=f"http://127.0.0.1:{model.sockets[0].getsockname()[1]}/v1",
            slack_bot_token=platform.workspace("Acme").bot_token,
            slack_app_token=platform.app_token,
            slack_api_base=platform.api_url,
        )
        async with open_parts(settings) as parts:
            await platform.until(lambda: platform.sockets, PATIENCE)
            yield platform, parts
        assert platform.violations == []


async def taught(platform: Platform, ann: Person) -> None:
    """Wait until the guide has learned what it knows."""
    async with asyncio.timeout(PATIENCE):
        while not _answers(platform, ann):
            asked = (await ann.says("What is a citation?")).ts
            await platform.until(lambda ts=asked: _done(platform.replies(ann, ts)), PATIENCE)


def _answers(platform: Platform, ann: Person) -> bool:
    return any("You send" in each.text for each in platform.replies(ann))


def _done(replies: list[Shown]) -> bool:
    return bool(replies) and "Stop" not in replies[-1].labels and replies[-1].streaming != "in_progress"


async def test_an_answer_is_streamed_and_can_be_stopped(addresses: Addresses, tmp_path: Path):
    async with open_hub(addresses, tmp_path) as (platform, _):
        ann = platform.person("Acme", "Ann")
        await taught(platform, ann)
        general = platform.channel("Acme", "general", [ann])
        asked = await ann.says("What is a citation?", channel=general, mention=True)

        def streaming() -> list[Shown]:
            found = platform.replies(general, asked.ts)
            return [each for each in found if each.streaming == "in_progress" and len(each.text) > 80]

        (shown,) = await platform.until(streaming, PATIENCE)
        assert "Guide" in shown.username
        await ann.stops(shown)
        await platform.until(lambda: platform.replies(general, asked.ts)[-1].edited, PATIENCE)
        (final,) = platform.replies(general, asked.ts)
        assert final.ts == shown.ts and final.streaming == "stopped"
        assert 80 < len(final.text) < len(" ".join(WORDS))
        await ann.says("And again?", channel=general, thread_ts=asked.ts)

        def whole() -> bool:
            last = platform.replies(general, asked.ts)[-1]
            return last.text.count("coach.") == len(WORDS) // 8 and last.streaming == "completed"

        await platform.until(whole, PATIENCE)
        assert len(platform.replies(general, asked.ts)) == 2


async def test_outside_of_threads_an_answer_grows_by_edits_and_has_a_stop(addresses: Addresses, tmp_path: Path):
    async with open_hub(addresses, tmp_path) as (platform, _):
        ann = platform.person("Acme", "Ann")
        await taught(platform, ann)
        talk = platform.channel("Acme", "talk", [ann, platform.person("Acme", "Bob")], kind="mpim")
        await ann.says("What is a coach?", channel=talk, mention=True)

        def stoppable() -> list[Shown]:
            return [each for each in platform.replies(talk) if "Stop" in each.labels]

        (shown,) = await platform.until(stoppable, PATIENCE)
        assert (await ann.presses(shown, "Stop", channel=talk)).ok
        await platform.until(lambda: _done(platform.replies(talk)), PATIENCE)
        (final,) = platform.replies(talk)
        assert final.ts == shown.ts and len(final.text) < len(" ".join(WORDS))


async def test_where_slack_begins_no_stream_an_answer_in_a_thread_grows_by_edits_and_has_a_stop(
    addresses: Addresses, tmp_path: Path
):
    async with open_hub(addresses, tmp_path) as (platform, _):
        platform.fail("chat.startStream", error="unknown_method", times=1000)
        ann = platform.person("Acme", "Ann")
        await taught(platform, ann)
        asked = await ann.says("What is a coach?")

        def growing() -> list[Shown]:
            return [each for each in platform.replies(ann, asked.ts) if "Stop" in each.labels and len(each.text) > 80]

        (shown,) = await platform.until(growing, PATIENCE)
        assert (await ann.presses(shown, "Stop")).ok
        await platform.until(lambda: _done(platform.replies(ann, asked.ts)), PATIENCE)
        (final,) = platform.replies(ann, asked.ts)
        assert final.ts == shown.ts and 80 < len(final.text) < len(" ".join(WORDS))


async def test_in_a_direct_message_an_answer_is_streamed_below_its_question(addresses: Addresses, tmp_path: Path):
    """What was said before is known in each of these threads: they are one conversation."""
    async with open_hub(addresses, tmp_path) as (platform, parts):
        ann = platform.person("Acme", "Ann")
        await taught(platform, ann)
        asked = await ann.says("What is a coach?")
        (shown,) = await platform.until(
            lambda: [each for each in platform.replies(ann, asked.ts) if each.streaming == "in_progress"], PATIENCE
        )
        await platform.until(lambda: platform.replies(ann, asked.ts)[-1].edited, PATIENCE)
        (final,) = platform.replies(ann, asked.ts)
        assert (final.ts, final.thread_ts) == (shown.ts, asked.ts) and final.text.count("coach.") == len(WORDS) // 8
        assert platform.backend.sessions[ann.direct.id, asked.ts] == "active"
        async with parts.database.system() as connection:
            rows = await (await connection.execute("select external_id from conversations")).fetchall()
        assert [row["external_id"] for row in rows] == [ann.direct.id]
