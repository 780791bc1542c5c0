"""A small disk that can be filled and emptied."""

import contextlib
import errno
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 4096


class NoDisk(Exception):
    """No disk of our own can be had here; the message says why."""


@dataclass(frozen=True)
class Disk:
    """A file system of a few megabytes."""

    path: Path

    @property
    def ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Takes every block that is left."""
        with self.ballast.open("ab", buffering=0) as file:
            while True:
                try:
                    file.write(b"x" * CHUNK)
                except OSError as error:
                    if error.errno == errno.ENOSPC:
                        return
                    raise

    def empty(self) -> None:
        self.ballast.unlink()


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """A file system in memory; NoDisk for who may not mount one."""
    path = Path(tempfile.mkdtemp(prefix="ninefold-disk-", dir="/tmp"))
    try:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "ninefold", str(path)],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise NoDisk("mounting a file system needs the rights of root")
        try:
            yield Disk(path)
        finally:
            subprocess.run(["umount", "--lazy", str(path)], capture_output=True, check=True)
    except FileNotFoundError:
        raise NoDisk("there is no mount here") from None
    finally:
        path.rmdir()
