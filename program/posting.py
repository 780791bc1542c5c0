"""One POST to an address that an administrator gave: a time for all of it, a bound on the answer, no redirects, no private addresses.

The name is resolved once and the connection goes to the address that was checked: a second answer of the name server cannot
lead it elsewhere.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LONGEST_ANSWER = 65_536
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """No answer came; `reason` is a code without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer: `cut` when there was more of it than is read, `short` when less came than was announced."""

    status: int
    body: bytes
    cut: bool
    short: bool
    retry_after: str | None


@dataclass(frozen=True, slots=True)
class Sender:
    """`seconds` for a call from connecting to the last byte; `private` allows addresses that are not public."""

    seconds: float = 15.0
    private: bool = False
    context: ssl.SSLContext | None = None

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Raises Unreachable. A redirect is an answer like any other: it is not followed."""
        parts = urlsplit(url)
        address = self._address(parts)
        connection = self._connection(parts, address)
        try:
            connection.connect()
            with _Deadline(connection, self.seconds):
                connection.greet()
                connection.request("POST", _target(parts), body=body, headers=dict(headers))
                return _reply(connection.getresponse())
        except TimeoutError:
            raise Unreachable("timeout") from None
        except ssl.SSLError:
            raise Unreachable("tls") from None
        except ConnectionRefusedError:
            raise Unreachable("refused") from None
        except (OSError, http.client.HTTPException):
            raise Unreachable("broken") from None
        finally:
            connection.close()

    def _address(self, parts: SplitResult) -> str:
        """The first address of the host. Raises Unreachable when any of them is not public and must be."""
        port = parts.port or PORTS[parts.scheme]
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable("unknown_host") from None
        addresses = [str(item[4][0]) for item in found]
        if not self.private and not all(is_public(address) for address in addresses):
            raise Unreachable("private_address")
        return addresses[0]

    def _connection(self, parts: SplitResult, address: str) -> "_Plain":
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if parts.scheme == "http":
            return _Plain(host, port, address, self.seconds)
        return _Secure(host, port, address, self.seconds, self.context or ssl.create_default_context())


class _Plain(http.client.HTTPConnection):
    """Connects to the address that was checked; the host stays in the header."""

    def __init__(self, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._checked, self._seconds = address, seconds

    def connect(self) -> None:
        self.sock = socket.create_connection((self._checked, self.port), self._seconds)

    def greet(self) -> None:
        """Nothing more is agreed on before the request."""


class _Secure(_Plain):
    """The same under TLS: the certificate is checked against the host."""

    default_port = 443

    def __init__(self, host: str, port: int, address: str, seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, address, seconds)
        self._context = context

    def connect(self) -> None:
        super().connect()
        self.sock = self._secure = self._context.wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )

    def greet(self) -> None:
        self._secure.do_handshake()  # here, so that it is within the time of the call


class _Deadline:
    """Cuts the connection when its time is over: a timeout of the socket begins anew with every byte."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self._sock = connection.sock
        self._over = threading.Event()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def _cut(self) -> None:
        self._over.set()
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already: the call is over

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._over.is_set():  # whatever was read: it may be half of it
            raise TimeoutError


def is_public(address: str) -> bool:
    """Whether an address is everybody's: not private, not of this machine, and no tunnel to one that is."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in NAT64:
            return False
    return found.is_global and not found.is_multicast


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _reply(response: http.client.HTTPResponse) -> Reply:
    body = response.read(LONGEST_ANSWER + 1)
    cut = len(body) > LONGEST_ANSWER
    short = not cut and bool(response.length)  # what was announced and did not come
    return Reply(response.status, body[:LONGEST_ANSWER], cut, short, response.getheader("Retry-After"))
