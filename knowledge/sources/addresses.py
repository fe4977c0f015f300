"""Which network addresses a link may lead to, and connections that go to exactly the address that was checked."""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from knowledge.phrases import Phrase
from knowledge.sources.errors import InvalidLink, PrivateAddress, Unreachable

Address = IPv4Address | IPv6Address
_TRANSLATED = IPv6Network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """How far a link is followed; tests allow one port of the loopback address."""

    max_bytes: int = 50 << 20
    seconds: float = 60.0
    connect_seconds: float = 10.0
    redirects: int = 5
    loopback_port: int | None = None

    def allows(self, address: Address, port: int) -> bool:
        """Whether a connection to this address is allowed."""
        if is_public(address):
            return True
        return self.loopback_port is not None and port == self.loopback_port and address.is_loopback


def is_public(address: Address) -> bool:
    """Whether an address, and any IPv4 address wrapped in it, belongs to the public internet."""
    if isinstance(address, IPv6Address):
        if any(not is_public(inner) for inner in _wrapped(address)):
            return False
        if address.ipv4_mapped or address in _TRANSLATED:
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _wrapped(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64)."""
    teredo = address.teredo or ()
    inner = [address.ipv4_mapped, address.sixtofour, *teredo]
    if address in _TRANSLATED:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [found for found in inner if found is not None]


async def resolve(url: httpx.URL, policy: LinkPolicy) -> Address:
    """The one address to connect to; raises PrivateAddress when any address of the host is not allowed."""
    port = url.port or _PORTS[url.scheme]
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(str(url), Phrase("its name is not known")) from error
    addresses = [ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    if not addresses:
        raise Unreachable(str(url), Phrase("its name is not known"))
    if not all(policy.allows(address, port) for address in addresses):
        raise PrivateAddress(str(url))
    return min(addresses, key=lambda address: address.version)


class PinnedTransport(httpx.AsyncBaseTransport):
    """Resolves a request's host once, checks it, and connects to that very address.

    The host's own name stays in the Host header and in the TLS handshake, so certificates are checked against it.
    Connections are not reused: they are keyed by address, and two hosts may share one.
    """

    def __init__(self, policy: LinkPolicy) -> None:
        self._policy = policy
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request."""
        if request.url.scheme not in _PORTS or not request.url.host:
            raise InvalidLink(str(request.url))
        address = await resolve(request.url, self._policy)
        extensions = {**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")}
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,
            stream=request.stream,
            extensions=extensions,
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Closes what is open."""
        await self._inner.aclose()
