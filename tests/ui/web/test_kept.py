"""What the page is given of a file."""

from pathlib import Path

import pytest

from ui.web.backend import KeptFile
from ui.web.kept import give, kind_of, media_type_of

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("beginning", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF0000WEBP", "image/webp"),
        (b"RIFF0000WAVE", "audio/wav"),
        (b"0000ftypM4A ", "audio/mp4"),
        (b"0000ftypdash", "audio/mp4"),
        (b"\x1aE\xdf\xa3", "audio/webm"),
        (b"OggS", "audio/ogg"),
        (b"RIFF0000AVI ", ""),
        (SVG, ""),
        (b"<!doctype html>", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_tells_what_may_be_shown_by_the_first_bytes(beginning: bytes, media_type: str) -> None:
    assert media_type_of(beginning[:12]) == media_type


@pytest.mark.parametrize(
    ("content", "media_type", "disposition"),
    [(b"\x89PNG\r\n\x1a\n", "image/png", "inline"), (SVG, "application/octet-stream", "attachment")],
)
def test_what_a_browser_could_run_is_only_downloaded(
    tmp_path: Path, content: bytes, media_type: str, disposition: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    headers = give(KeptFile(tmp_path / "file", 'a".png')).headers
    assert headers["content-type"] == media_type
    assert headers["content-disposition"].startswith(disposition)
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


def test_tells_pictures_recordings_and_documents_apart() -> None:
    kinds = [kind_of(media_type) for media_type in ("image/png", "audio/ogg", "image/svg+xml", "application/pdf")]
    assert kinds == ["photo", "audio", "document", "document"]
