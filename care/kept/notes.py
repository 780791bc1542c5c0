"""Phase notes: at the end of each phase, what came of it (care-process.md, XC-2). Pure."""

from collections.abc import Iterator

from care.entry import Entry, Told
from care.phases import PHASES

TABLE = "notes"
PHASE, FREE, ADDENDUM = "phase", "free", "addendum"
_OUTCOMES = (
    "level_of_service",
    "screening_reason",
    "closure_reason",
    "risk_category",
    "plan_version",
    "open_issues_n",
    "loop_to",
    "loop_reason",
)


def take(told: Told) -> Iterator[Entry]:
    """A note for each phase that ended in the step, with the facts that it left behind."""
    for phase in PHASES:
        if told.learned(f"note_{phase}_at") is not None:
            learned = {name: fact.value for name in _OUTCOMES if (fact := told.learned(name)) is not None}
            found = {name: value for name, value in learned.items() if value is not None}
            yield Entry(TABLE, {"kind": PHASE, "phase": phase}, {"outcome": found} if found else {})
