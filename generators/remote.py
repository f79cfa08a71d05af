"""A network on another machine: where it is, by which key, and which addresses may be reached at all. Torch-free."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from generators.errors import GeneratorError

PORTS = {"http": 80, "https": 443}
CONNECT_SECONDS = 10.0
SETTING = "BRANDKILN_REMOTE_HOSTS"
"""Where the operator allows private addresses, as an error names it."""
LOCAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "fec0::/10", "64:ff9b:1::/48", "3fff::/20")))
"""Not of the public internet, although versions of Python take them for it: protocol assignments, site-local ones,
NAT64 of a network itself (RFC 8215), which may lead to its private addresses, and documentation."""


class BadAddress(GeneratorError):
    """The address of a remote network can't be used; the text says why."""

    code = "bad_address"


@dataclass(frozen=True, slots=True)
class Remote:
    """How a job reaches the network that computes for it.

    Attributes:
        base_url: Where its API begins, such as "https://gpu.example.com/v1".
        model: What the network is called there.
        key: Its bearer token; it is never printed, logged or written.
        allowed: Hosts ("name" or "name:port") that may be reached though their addresses are private.
        seconds: How long one answer may take.
    """

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    allowed: tuple[str, ...] = ()
    seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Target:
    """A place to connect to: the host by name, and the one address that was looked up and allowed for it."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def check_url(
    base_url: str, allowed: Iterable[str] = (), *, setting: str = SETTING
) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address that may be used as far as it can be told without looking it up.

    Raises:
        BadAddress: If it is no plain address, is private without being allowed, or would send a key unencrypted.
    """
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise BadAddress(f"{base_url!r} is not an address. Write it as https://host/v1.") from error
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.scheme not in PORTS or not host:
        raise BadAddress(f"{base_url!r} is not an address of a server. Write it as https://host/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadAddress(
            "The address holds a user name, a password, a query or a fragment. Leave it out; the key has its own field."
        )
    if is_allowed(host, port, allowed):
        return parts.scheme, host, port, parts.path.rstrip("/")
    if parts.scheme == "http":
        raise BadAddress(
            f"{host} would get everything unencrypted. Use https, or let the operator allow it in {setting}."
        )
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        literal = None
    if (
        host == "localhost"
        or host.endswith((".localhost", ".local", ".internal"))
        or (literal and not is_public(str(literal)))
    ):
        raise _private(host, host, setting)
    return parts.scheme, host, port, parts.path.rstrip("/")


def resolve(base_url: str, allowed: Iterable[str] = (), *, setting: str = SETTING) -> Target:
    """Look the host up once and return where to connect; later look-ups can't lead elsewhere.

    Raises:
        BadAddress: If the address can't be used, is unknown, or any of the host's addresses is private and not allowed.
    """
    allowed = tuple(allowed)
    scheme, host, port, path = check_url(base_url, allowed, setting=setting)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise BadAddress(
            f"The server {host} is not known here. Check its name and this machine's DNS."
        ) from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not is_allowed(host, port, allowed):
        for address in addresses:
            if not is_public(address):
                raise _private(host, address, setting)
    return Target(scheme, host, port, path, addresses[0])


def is_allowed(host: str, port: int, allowed: Iterable[str]) -> bool:
    """Return whether the operator allows a host whatever its addresses."""
    names = {name.strip().lower() for name in allowed}
    shown = f"[{host}]" if ":" in host else host
    return bool(names & {host, shown, f"{shown}:{port}"})


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet, also where it is wrapped in IPv6."""
    found = ipaddress.ip_address(address)
    if any(found in network for network in LOCAL):
        return False
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if wrapped is not None:
            return is_public(str(wrapped))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast and not found.is_reserved


def _private(host: str, address: str, setting: str) -> BadAddress:
    named = host if host == address else f"{host} ({address})"
    return BadAddress(
        f"{named} is an address of this machine or of a private network, which is not reached from here. Use a public "
        f"server, or let the operator allow it in {setting}."
    )


class PinnedConnection(http.client.HTTPConnection):
    """A connection to the one address that was looked up; its certificate still has to be the host's.

    Silence is judged by who waits, who ends it with ``abort``.
    """

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self._target = target
        self._line: socket.socket | None = None
        """Kept, since http.client forgets its own as soon as an answer says that it ends with the connection."""

    def connect(self) -> None:
        line = socket.create_connection((self._target.address, self._target.port), CONNECT_SECONDS)
        if self._target.scheme == "http":
            self.sock = self._line = line
        else:
            context, name = ssl.create_default_context(), self._target.host
            secure = context.wrap_socket(line, server_hostname=name, do_handshake_on_connect=False)
            self.sock = self._line = secure  # known before the handshake, which a server may let drip
            secure.do_handshake()
        self.sock.settimeout(None)

    def abort(self) -> None:
        """End the connection, whatever another thread is doing with it."""
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
        self.close()
