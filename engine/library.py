"""The library of releases: loads one from the database once per process and keeps it compiled."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from database import Tx
from engine.errors import NotFound, ProcessUnknown, ReleaseBeyond
from engine.spiff import Release, compile_release
from engine.store import releases

KEPT = 32


@dataclass(slots=True)
class Library:
    """Compiled releases by id; a release never changes, so nothing is ever stale."""

    form_reads: Callable[[bytes], frozenset[str]]
    _held: dict[str, Release] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def release(self, tx: Tx, release_id: str) -> Release:
        """Raises NotFound for an unknown id, ReleaseBeyond for a release that only a newer version can run.

        The first call reads the artefacts; a read, so before any write.
        """
        held = self._held.get(release_id)
        if held is not None:
            return held
        rows = releases.members(tx, release_id)
        if not rows:
            raise NotFound(f"Expected release '{release_id}', but there is none")
        with self._lock:
            if release_id not in self._held:
                while len(self._held) >= KEPT:
                    self._held.pop(next(iter(self._held)))
                made = compile_release(release_id, releases.as_artefacts(rows), self.form_reads)
                if made.models and not made.specs:  # it was checked when it was deployed, by a version that knows more
                    raise ReleaseBeyond
                self._held[release_id] = made
            return self._held[release_id]

    def active(self, tx: Tx) -> Release:
        """The active release; raises ProcessUnknown before the first deployment."""
        found = releases.active(tx)
        if found is None:
            raise ProcessUnknown("Expected a deployed release, but there is none")
        return self.release(tx, found[0])
