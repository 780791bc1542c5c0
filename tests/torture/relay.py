"""A wire between a program and PostgreSQL that can be cut around a COMMIT: before it arrives, or before its answer comes back."""

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

NAME = ".s.PGSQL.5432"
COMMIT = b"COMMIT\x00"
READY = b"Z\x00\x00\x00\x05"


@dataclass
class Relay:
    """`cut` is what happens to the next COMMIT: "before", "after", or "" for nothing; `cuts` counts."""

    folder: Path
    server: str
    cut: str = ""
    cuts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def listener(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX)
        made.bind(str(self.folder / NAME))
        made.listen(64)
        return made

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # closed: the test is over
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(f"{self.server}/{NAME}")
            while True:
                ready, _, _ = select.select([client, server], [], [])
                if client in ready:
                    data = client.recv(65536)
                    if not data or (COMMIT in data and self._is_cut(server, data)):
                        return
                    server.sendall(data)
                if server in ready:
                    data = server.recv(65536)
                    if not data:
                        return
                    client.sendall(data)

    def _is_cut(self, server: socket.socket, data: bytes) -> bool:
        with self.lock:
            cut, self.cut = self.cut, ""
            self.cuts += bool(cut)
        if cut == "after":  # PostgreSQL says that it is kept, and nobody hears it
            server.sendall(data)
            heard = b""
            while READY not in heard:
                heard += server.recv(65536)
        return bool(cut)


@contextlib.contextmanager
def relay(url: str) -> Iterator[tuple[Relay, str]]:
    """The relay before a server on a socket, and the address through it."""
    address = sa.make_url(url)
    with TemporaryDirectory(prefix="ninefold-relay-", dir="/tmp") as folder:
        wire = Relay(Path(folder), str(address.query["host"]))
        listener = wire.listener
        threading.Thread(target=wire.serve, args=(listener,), daemon=True).start()
        try:
            yield wire, address.set(query={"host": folder}).render_as_string(hide_password=False)
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
