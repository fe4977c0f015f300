"""The web chat alone, over the core in memory: `python -m tests.ui.web.demo PORT FOLDER`.

Sign in with the cookie `who` set to a name; a name that starts with "guest" is a guest, one
that starts with the tag of a language and a dash reads that language. `POST /control` changes
the fake core and tells what it was given.
"""

import sys
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import Headers
from starlette.types import Scope

from conversation.speech import nearest
from tests.ui.web.memory import Memory
from ui.web.app import mount
from ui.web.backend import WebUser
from ui.web.workspace import Uploads


def build(folder: Path) -> FastAPI:
    """Wire the demo."""
    app = FastAPI()
    core = Memory(pace=0.05)
    signed_out: set[str] = set()

    async def authenticate(scope: Scope) -> WebUser | None:
        cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        who = cookies["who"].value if "who" in cookies else ""
        if not who or who in signed_out:
            return None
        user_id = uuid5(NAMESPACE_URL, who)
        language = core.spoken.setdefault(user_id, nearest(who) or "en")
        return WebUser(user_id, who.title(), guest=who.startswith("guest"), language=language)

    async def sign_out(scope: Scope) -> None:
        signed_out.add(SimpleCookie(Headers(scope=scope).get("cookie", ""))["who"].value)

    @app.post("/control")
    async def control(request: Request) -> dict[str, Any]:
        asked = await request.json()
        core.pace = asked.get("pace", core.pace)
        core.refusing = asked.get("refusing", core.refusing)
        core.speaker = replace(core.speaker, name=asked.get("called", core.speaker.name))
        for owner in (owner for owner in set(core.owners.values()) if asked.get("arrives")):
            first = next(thread_id for thread_id, who in core.owners.items() if who == owner)
            core.arrive(owner, first, str(asked["arrives"]))
        core.spoken |= {user_id: asked["speaks"] for user_id in core.spoken if asked.get("speaks")}
        signed_out.clear()
        signed_out.update(asked.get("signed_out", ()))
        return {"accepted": [(str(key), *rest) for key, *rest in core.accepted]}

    @app.get("/account/sign-in")
    async def sign_in() -> HTMLResponse:
        return HTMLResponse("<h1>Sign in</h1>")

    _ = control, sign_in
    mount(app, core, authenticate, sign_out, folder, uploads=Uploads(max_mb=5, voice=True))
    return app


if __name__ == "__main__":
    uvicorn.run(build(Path(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), log_level="info")
