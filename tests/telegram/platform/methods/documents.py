"""Files, both ways."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..backend import Backend
from ..errors import ApiError, bad_request
from ..files import DOWNLOAD_LIMIT, PHOTO_LIMIT, UPLOAD_LIMIT, File
from ..formatting import caption
from ..messages import Content, caption_content
from .sending import place, post


async def send_document(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """A file as it is."""
    where = place(backend, arguments)
    file = _file(backend, arguments, "document")
    return post(backend, where, {"document": file.to_document()} | caption_of(backend, arguments))


async def send_photo(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """A picture."""
    where = place(backend, arguments)
    file = _file(backend, arguments, "photo")
    if file.size > PHOTO_LIMIT:
        raise bad_request("file is too big for a photo; the maximum size is 10 MB")
    sizes = [file.to_json() | {"width": 1280, "height": 720}]
    return post(backend, where, {"photo": sizes} | caption_of(backend, arguments))


def caption_of(backend: Backend, arguments: Arguments) -> Content:
    """The checked caption of a call."""
    given = arguments.structure("caption_entities", "caption_entities")
    return caption_content(caption(arguments.text("caption"), arguments.text("parse_mode"), given, backend.report))


def _file(backend: Backend, arguments: Arguments, kind: str) -> File:
    upload = arguments.upload(kind)
    if upload is None:
        value = arguments.text(kind)
        if value.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if not value or value.startswith("attach://"):
            raise bad_request(f"there is no {kind} in the request")
        return backend.world.files.find(value)
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    return backend.world.files.keep(kind, upload.name, upload.mime, upload.content)


async def get_file(backend: Backend, arguments: Arguments) -> dict[str, Any]:
    """Where a file can be downloaded."""
    file = backend.world.files.find(arguments.text("file_id"))
    if file.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return file.to_json() | {"file_path": file.path}


METHODS = {"sendDocument": send_document, "sendPhoto": send_photo, "getFile": get_file}
