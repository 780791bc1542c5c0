"""Every step runs twice: on the case as it was stored, and on the same case kept in memory; both must tell the same.

The second run costs an engine step and no database, so a suite of scenarios runs in both ways at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from engine import Hot
from engine.model import Advance, Case
from engine.spiff import Runner
from tests.support.driven import plain

VERBS = ("start", "complete", "fire", "deliver")


@dataclass
class Twice:
    """What the steps of a test were; `warm` counts those that began in memory."""

    steps: int = 0
    warm: int = 0
    hot: Hot = field(default_factory=lambda: Hot(1000))
    pending: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    keep: Callable[[Hot, Case, Any], None] = field(default=Hot.keep)

    def committed(self, case: Case, live: Any) -> None:
        """Keeps the twin of what a commit kept; what was rolled back is never kept."""
        _live, twin = self.pending.pop(id(live), (None, None))
        if twin is not None:
            self.keep(self.hot, case, twin)


def _plain(found: Any, case: Case, runner: Runner) -> Any:
    return plain(found, case.id, runner.keyring) if isinstance(found, Advance) else found


@contextmanager
def twice() -> Iterator[Twice]:
    """While this lasts, each verb of the runner is run a second time on a case in memory, and compared."""
    seen = Twice()
    with pytest.MonkeyPatch.context() as patch:
        for name in VERBS:
            patch.setattr(Runner, name, _doubled(getattr(Runner, name), seen))
        patch.setattr(Hot, "keep", lambda hot, case, live: (seen.keep(hot, case, live), seen.committed(case, live))[0])
        yield seen


def _doubled(verb: Callable[..., Any], seen: Twice) -> Callable[..., Any]:
    def run(self: Runner, case: Case, *args: Any) -> Any:
        args = tuple(tuple(item) if isinstance(item, Iterator) else item for item in args)
        first = verb(self, case, *args)
        shadow = replace(self, hot=seen.hot)
        seen.steps += 1
        seen.warm += case.id in shadow.hot._held
        other = verb(shadow, case, *args)
        assert _plain(other, case, self) == _plain(first, case, self), (verb.__name__, case.id, case.version)
        if isinstance(other, Advance):
            seen.pending[id(first.live)] = (first.live, other.live)
        return first

    return run
