"""Takes the buttons that a person presses: the page hands them in beside the socket of its tab."""

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.web.backend import WebUser
from ui.web.engine import PATIENCE, awaited
from ui.web.sockets import Sockets


class Button(BaseModel):
    """A button as the page was given it."""

    name: str
    payload: dict[str, str] = Field(default_factory=dict[str, str])


class Press(BaseModel):
    """What the page says of a press."""

    sessionId: str
    action: Button


async def press(request: Request, user: WebUser, sockets: Sockets, patience: float = PATIENCE) -> Response:
    """Hand in a pressed button, or say why that is not possible."""
    try:
        told = Press.model_validate_json(await request.body())
    except ValidationError:
        return JSONResponse({"detail": user.speech.say("This button does not work any more.")}, 400)
    session = await awaited(sockets.engine, told.sessionId, str(user.user_id), patience)
    if session is None:
        said = user.speech.say("This chat is not connected at the moment. Press again soon, or reload the page.")
        return JSONResponse({"detail": said}, 409)
    if not await sockets.press(session, told.action.name, told.action.payload):
        return JSONResponse({"detail": user.speech.say("This button does not work any more.")}, 404)
    return JSONResponse({"success": True})
