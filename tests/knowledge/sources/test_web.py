"""Links are fetched from the public internet only, within bounds, and say kindly what is in the way."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import pytest

from knowledge.sources import errors
from knowledge.sources.addresses import is_public
from knowledge.sources.web import LinkPolicy, fetch

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """A web server with canned answers by path; `asked` collects the requests."""

    answers: dict[str, Answer]
    port: int = 0
    asked: list[str] = field(default_factory=lambda: [])

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def policy(self, **changes: float) -> LinkPolicy:
        return LinkPolicy(
            loopback_port=self.port,
            max_bytes=int(changes.get("max_bytes", 1 << 20)),
            seconds=changes.get("seconds", 10.0),
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(request)
        answer = self.answers.get(request.split()[1], b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
        try:
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        except ConnectionError:
            self.asked.append("hung up")
        finally:
            writer.close()


@asynccontextmanager
async def site(**answers: Answer) -> AsyncGenerator[Site]:
    served = Site({"/" + name: answer for name, answer in answers.items()})
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    async with server:
        yield served


def page(body: str, *, kind: str = "text/html", status: str = "200 OK", extra: str = "") -> bytes:
    data = body.encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{extra}\r\n".encode() + data


def redirect(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_fetches_a_page_and_names_it_by_its_title(tmp_path: Path):
    async with site(a=redirect("/b?x=1"), **{"b?x=1": page("<title>Tea &amp; time</title><p>Steep.")}) as web:
        got = await fetch(web.url("/a"), tmp_path, policy=web.policy())
    assert (got.name, got.media_type, got.url) == ("Tea & time.html", "text/html", web.url("/b?x=1"))
    assert got.path.read_bytes().endswith(b"Steep.")
    assert f"Host: 127.0.0.1:{web.port}\r\n" in web.asked[0]


async def test_names_a_document_by_its_header_or_its_address(tmp_path: Path):
    stated = page(
        "%PDF-", kind="application/pdf", extra='Content-Disposition: attachment; filename="../My book.pdf"\r\n'
    )
    async with site(**{"d": stated, "docs/a%20b.pdf": page("%PDF-", kind="application/pdf")}) as web:
        assert (await fetch(web.url("/d"), tmp_path, policy=web.policy())).name == "My book.pdf"
        assert (await fetch(web.url("/docs/a%20b.pdf"), tmp_path, policy=web.policy())).name == "a b.pdf"


async def test_a_redirect_into_a_private_network_is_refused(tmp_path: Path):
    async with site(secret=page("never")) as inner, site(a=redirect(inner.url("/secret"))) as web:
        with pytest.raises(errors.PrivateAddress, match="private network"):
            await fetch(web.url("/a"), tmp_path, policy=web.policy())
    assert inner.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "https://192.168.1.1/",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
    ],
)
async def test_private_addresses_are_refused_however_they_are_written(tmp_path: Path, url: str):
    with pytest.raises(errors.PrivateAddress):
        await fetch(url, tmp_path)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "file:///etc/passwd", "nonsense", "http://", "http://a:b@example.org/"]
)
async def test_other_kinds_of_links_are_refused(tmp_path: Path, url: str):
    with pytest.raises(errors.InvalidLink):
        await fetch(url, tmp_path)


async def test_an_endless_answer_stops_at_the_size_limit(tmp_path: Path):
    async with site(a=endless) as web:
        with pytest.raises(errors.TooBig, match="1 MB"):
            await fetch(web.url("/a"), tmp_path, policy=web.policy())


async def test_an_answer_that_drips_for_ever_stops_at_the_time_limit(tmp_path: Path):
    async with site(a=dripping) as web:
        with pytest.raises(errors.TooSlow, match=r"0\.4 seconds"):
            await fetch(web.url("/a"), tmp_path, policy=web.policy(seconds=0.4))


async def test_a_declared_size_is_refused_before_it_is_read(tmp_path: Path):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
    async with site(a=head) as web:
        with pytest.raises(errors.TooBig):
            await fetch(web.url("/a"), tmp_path, policy=web.policy())


async def test_a_circle_of_redirects_ends(tmp_path: Path):
    async with site(a=redirect("/a")) as web:
        with pytest.raises(errors.TooManyRedirects):
            await fetch(web.url("/a"), tmp_path, policy=web.policy())
    assert len(web.asked) == 6


LOGIN = '<title>Sign in</title><form><input name="u"><input name="p" type="password"></form>'
ARTICLE = LOGIN + "<p>" + "A long article. " * 200


@pytest.mark.parametrize(
    "answer",
    [page("", status="401 No"), page("", status="403 No"), redirect("/account/login?next=/a"), page(LOGIN)],
)
async def test_a_page_behind_a_login_says_so(tmp_path: Path, answer: bytes):
    async with site(a=answer) as web:
        with pytest.raises(errors.LoginRequired, match="save the page and send me the file"):
            await fetch(web.url("/a"), tmp_path, policy=web.policy())


async def test_an_article_with_a_login_box_is_an_article(tmp_path: Path):
    async with site(a=page(ARTICLE)) as web:
        assert (await fetch(web.url("/a"), tmp_path, policy=web.policy())).size == len(ARTICLE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (page("", status="404 No"), errors.NotFound),
        (page("", status="500 No"), errors.Unreachable),
        (page("x", kind="image/png"), errors.UnsupportedLink),
        (b"junk\r\n\r\n", errors.Unreachable),
        (redirect("ftp://example.org/"), errors.InvalidLink),
    ],
)
async def test_other_answers_are_told_apart(tmp_path: Path, answer: bytes, kind: type[errors.SourceError]):
    async with site(a=answer) as web:
        with pytest.raises(kind):
            await fetch(web.url("/a"), tmp_path, policy=web.policy())


async def test_a_host_without_address_is_unreachable(tmp_path: Path):
    with pytest.raises(errors.Unreachable, match="its name is not known"):
        await fetch("http://no-such-host.invalid/", tmp_path)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        *[("93.184.216.34", True), ("2606:2800:220:1::1", True), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True)],
        *[("100.64.0.1", False), ("224.0.0.1", False), ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False)],
        *[("64:ff9b::a00:1", False), ("fe80::1", False), ("fc00::1", False), ("240.0.0.1", False), ("::", False)],
    ],
)
def test_knows_public_addresses(address: str, expected: bool):
    assert is_public(ip_address(address)) is expected
