"""Takes the files a person attaches, streamed to disk and checked before a message can carry them."""

import asyncio
import shutil
from pathlib import Path, PurePath
from uuid import uuid4

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive

from ui.web.backend import WebUser
from ui.web.engine import Engine, Session, awaited
from ui.web.errors import TooLargeError, UploadError
from ui.web.kept import sniff
from ui.web.workspace import Uploads

UNKNOWN = "application/octet-stream"
SENSED = ("image/", "audio/", "video/")
FORM_OVERHEAD = 64 * 1024  # bytes of multipart framing around the file


async def take(request: Request, user: WebUser, engine: Engine, uploads: Uploads) -> Response:
    """Answer one upload with the id under which its message will name it, or with a sentence that says why not."""
    try:
        session = await _session(engine, request.query_params.get("session_id", ""), user)
        file_id = await _store(request, session, uploads)
    except TooLargeError as error:
        return JSONResponse({"detail": user.speech.explain(error)}, 413, headers={"connection": "close"})
    except UploadError as error:
        return JSONResponse({"detail": user.speech.explain(error)}, 400)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it: the upload was cancelled
    return JSONResponse({"id": file_id})


async def _session(engine: Engine, session_id: str, user: WebUser) -> Session:
    session = await awaited(engine, session_id, str(user.user_id))
    if session is None:
        raise UploadError("this tab has lost its connection; reload the page.")
    return session


async def _store(request: Request, session: Session, uploads: Uploads) -> str:
    limit = uploads.max_mb * 1024 * 1024
    if int(request.headers.get("content-length") or 0) > limit + FORM_OVERHEAD:
        raise _too_large(uploads)
    limited = Request(request.scope, _limited(request.receive, limit + FORM_OVERHEAD, uploads))
    async with limited.form(max_files=1, max_fields=4) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise UploadError("no file arrived.")
        name = PurePath((file.filename or "file").replace("\\", "/")).name
        _check(name, file.size or 0, uploads)
        path = session.files_dir / f"{uuid4()}{PurePath(name).suffix.lower()}"
        try:
            media_type = await asyncio.to_thread(_copy, file, path)
        except OSError as error:
            raise UploadError("there is no room to keep it right now.") from error
    session.files[path.stem] = {
        "id": path.stem,
        "path": path,
        "name": name,
        "type": media_type or _declared(file),
        "size": path.stat().st_size,
    }
    return path.stem


def _declared(file: UploadFile) -> str:
    """Believe the browser what a file is, except that it is to be seen or heard: that, the file itself would say."""
    kind = (file.content_type or "").lower()
    return UNKNOWN if not kind or kind.startswith(SENSED) else kind


def _check(name: str, size: int, uploads: Uploads) -> None:
    if not name.lower().endswith(uploads.taken):
        known = ", ".join(kind.lstrip(".") for kind in uploads.taken)
        raise UploadError("files of this type cannot be read. These can: {types}.", types=known)
    if size == 0:
        raise UploadError("the file is empty.")
    if size > uploads.max_mb * 1024 * 1024:
        raise _too_large(uploads)


def _copy(file: UploadFile, path: Path) -> str:
    """Write a file and tell what its beginning says it is; browsers have many names for one kind of sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)
    return sniff(path)


def _too_large(uploads: Uploads) -> TooLargeError:
    return TooLargeError("the file is larger than {megabytes} MB.", megabytes=uploads.max_mb)


def _limited(receive: Receive, limit: int, uploads: Uploads) -> Receive:
    """Stop reading a body that is longer than it may be, whatever its header said."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise _too_large(uploads)
        return message

    return counted
