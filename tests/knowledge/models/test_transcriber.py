"""Recordings are written down by the endpoint, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from aiohttp import web

from knowledge.models.errors import ModelUnavailable, RecordingTooLarge, Unauthorised
from knowledge.models.openai import Endpoint, Patience, open_transcriber
from knowledge.models.openai.transcriber import LIMIT
from tests.serving import served

QUICK = Patience(connect=0.5, whole_reply=2.0, attempts=2, back_off=0.01)


class Studio:
    """An endpoint that hears what a recording holds as text; `statuses` come before that."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        self.asked.append({"model": str(form["model"]), "name": file.filename, "language": str(form.get("language"))})
        status = self.statuses.pop(0) if self.statuses else 200
        body = {"text": f" {file.file.read().decode()} "} if status == 200 else {"error": {"message": "no"}}
        return web.json_response(body, status=status)


@pytest.fixture
async def studio() -> AsyncGenerator[Studio]:
    studio, app = Studio(), web.Application()
    app.router.add_post("/v1/audio/transcriptions", studio.answer)
    async with served(app) as url:
        studio.url = f"{url}/v1"
        yield studio


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recording.ogg"
    path.write_text("What is flour?")
    return path


async def test_the_words_of_a_recording(studio: Studio, recording: Path):
    async with open_transcriber(Endpoint("key", studio.url, "chat"), "whisper-1", QUICK) as ear:
        assert await ear.transcribe(recording) == "What is flour?"
    assert studio.asked == [
        {"model": "whisper-1", "name": "recording.ogg", "language": "None"},
    ]


async def test_a_short_failure_is_tried_again(studio: Studio, recording: Path):
    studio.statuses = [503]
    async with open_transcriber(Endpoint("key", studio.url, "chat"), "whisper-1", QUICK) as ear:
        assert await ear.transcribe(recording) == "What is flour?"


@pytest.mark.parametrize(("status", "error"), [(401, Unauthorised), (500, ModelUnavailable)])
async def test_what_cannot_be_mended_is_said(studio: Studio, recording: Path, status: int, error: type[Exception]):
    studio.statuses = [status] * 2
    async with open_transcriber(Endpoint("key", studio.url, "chat"), "whisper-1", QUICK) as ear:
        with pytest.raises(error):
            await ear.transcribe(recording)


async def test_a_recording_that_is_too_large_is_not_sent(studio: Studio, tmp_path: Path):
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(LIMIT + 1)
    async with open_transcriber(Endpoint("key", studio.url, "chat"), "whisper-1", QUICK) as ear:
        with pytest.raises(RecordingTooLarge, match="up to 25 MB"):
            await ear.transcribe(path)
    assert studio.asked == []
