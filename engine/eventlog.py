"""The event log of process mining: what happened to elements and tasks, in words of the diagram, without values and names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from database import Row, Tx
from engine.library import Library
from engine.model import CaseId
from engine.queries import eventlog
from engine.queries.eventlog import LogFilter
from engine.spiff import Release

PEOPLE = frozenset({"userTask", "manualTask", "task"})
TRANSITIONS = {
    "TaskOpened": "schedule",
    "ElementLeft": "complete",
    "TaskCancelled": "withdraw",
    "ElementCancelled": "ate_abort",
}
"""Kind of a history row -> transition of the standard lifecycle of event logs."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event. `role` is the group whose task it is, empty for what the program did; `actor` the id of who acted."""

    case_id: CaseId
    step: int
    n: int
    subject_id: str
    root: str
    activity: str
    element: str
    element_type: str
    process: str
    phase: str
    transition: str
    at: datetime
    entered_at: datetime | None
    role: str
    actor: str
    release: str
    task_id: str

    @property
    def id(self) -> str:
        return f"{self.case_id}.{self.step}.{self.n}"


@dataclass(slots=True)
class _Walk:
    """What is known of the case that is walked through."""

    case_id: str = ""
    phase: str = ""
    completed: dict[tuple[int, str, str], str] = field(default_factory=dict)


def events(tx: Tx, library: Library, wanted: LogFilter) -> Iterator[tuple[LoggedEvent, ...]]:
    """The events page by page, in the order of their cases and steps; no page is kept."""
    names: dict[str, Mapping[tuple[str, str], Any]] = {}
    walk = _Walk()
    for page in eventlog.rows(tx, wanted):
        moves = eventlog.moves(tx, page)
        found = []
        for row in page:
            release = _release(row, moves.get(row.case_id, ()))
            if release not in names:
                names[release] = _elements(library.release(tx, release))
            event = _event(walk, row, release, names[release])
            if event is not None:
                found.append(event)
        yield tuple(found)


def _release(row: Row, moves: Sequence[tuple[int, str]]) -> str:
    """The release that a case was on at a step."""
    return str(next((before for step, before in moves if row.step < step), row.release))


def _elements(release: Release) -> Mapping[tuple[str, str], Any]:  # Any: an element of engine.spiff
    return {(item.process, item.id): item for item in release.elements.values()}


def _event(walk: _Walk, row: Row, release: str, names: Mapping[tuple[str, str], Any]) -> LoggedEvent | None:
    if row.case_id != walk.case_id:
        walk.case_id, walk.phase = row.case_id, ""
        walk.completed.clear()
    facts = row.facts or {}
    if row.kind == "StageEntered":
        walk.phase = facts["to"]
    elif row.kind == "TaskCompleted":
        walk.completed = {(row.step, row.process, row.element): facts["task"]}
    if row.kind not in TRANSITIONS:
        return None
    drawn = names.get((row.process, row.element))
    kind = drawn.kind if drawn is not None else ""
    if row.kind == "ElementCancelled" and kind in PEOPLE:
        return None  # the task that was taken away tells of it
    done = walk.completed.pop((row.step, row.process, row.element), "") if row.kind == "ElementLeft" else ""
    return LoggedEvent(
        case_id=row.case_id,
        step=row.step,
        n=row.n,
        subject_id=row.subject_id,
        root=row.root,
        activity=(drawn.name if drawn is not None else "") or row.element,
        element=row.element,
        element_type=kind,
        process=row.process,
        phase=walk.phase,
        transition=TRANSITIONS[row.kind],
        at=row.at,
        entered_at=row.entered_at,
        role=(drawn.group if drawn is not None else None) or facts.get("group") or "",
        actor=row.actor,
        release=release,
        task_id=facts.get("task", "") or done,
    )
