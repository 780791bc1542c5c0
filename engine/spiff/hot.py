"""Cases kept in memory between steps, so that the next one need not be read from its blob. A version that moved is not used."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from engine.model import Case
from engine.spiff.trees import CaseWorkflow


@dataclass(slots=True)
class Hot:
    """At most `limit` cases, the latest used; 0 keeps none. A case taken is gone until its step is committed."""

    limit: int = 0
    _held: OrderedDict[str, tuple[int, str, CaseWorkflow]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, case: Case) -> CaseWorkflow | None:
        """The case as its last step left it, if that is the version stored now, on the release it is on."""
        with self._lock:
            version, release, live = self._held.pop(case.id, (0, "", None))
        return live if (version, release) == (case.version, case.release) else None

    def keep(self, case: Case, live: CaseWorkflow) -> None:
        """After the commit of a step on `case`, which is the case as it was before."""
        if not self.limit:
            return
        with self._lock:
            self._held[case.id] = (case.version + 1, case.release, live)
            while len(self._held) > self.limit:
                self._held.popitem(last=False)
