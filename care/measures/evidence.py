"""The plain facts that measures count: read once from history and care's rows for a span of time, then asked by many measures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from access import active_people
from care.calendar import BusinessCalendar
from care.model import CareSettings
from care.queries import measured
from care.queries.measured import Arrival, Drafted, Served, Touch
from care.stays import Stay
from database import Keyring, Tx
from engine import CaseSpan, Chronicle, Happened, TaskSpan

T = TypeVar("T")
LOOK_BACK = timedelta(days=430)
"""Fourteen months and some days: a yearly assessment with its grace lies in it."""
ENROLLED = ("consent", "enrol")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answered:
    """A completed form, with the answers that stand in plain; a later addendum's stand in place of the first ones."""

    case_id: str
    task_id: str
    step: int
    at: datetime
    actor: str
    element: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A case from its consent to its end."""

    case_id: str
    client_id: str
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Evidence:
    """Facts from `LOOK_BACK` before `since` up to `now`; nothing is read before it is asked for. Belongs to one transaction."""

    def __init__(
        self,
        tx: Tx,
        chronicle: Chronicle,
        keyring: Keyring,
        calendar: BusinessCalendar,
        settings: CareSettings,
        since: datetime,
        now: datetime,
    ) -> None:
        self.tx, self.chronicle, self.keyring = tx, chronicle, keyring
        self.calendar, self.settings = calendar, settings
        self.since, self.now = since - LOOK_BACK, now
        self._left: dict[tuple[str, str], tuple[Happened, ...]] = {}
        self._ever: dict[str, Sequence[Any]] = {}

    @cached_property
    def _until(self) -> datetime:
        """What happened in this very instant counts too."""
        return self.now + timedelta(microseconds=1)

    # -- cases

    @cached_property
    def cases(self) -> Mapping[str, CaseSpan]:
        return {case.id: case for case in self.chronicle.cases(self.tx) if case.process == self.settings.process}

    @cached_property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """Cases with consent, oldest first, whenever it was given."""
        first: dict[str, datetime] = {}
        for item in self.chronicle.left(self.tx, *ENROLLED, BEGINNING, self._until):
            first.setdefault(item.case_id, item.at)
        return tuple(
            Enrolment(case.id, self.client(case.subject_id), at, case.ended_at)
            for case_id, at in first.items()
            if (case := self.cases.get(case_id)) is not None
        )

    @cached_property
    def enrolled(self) -> Mapping[str, Enrolment]:
        return {item.case_id: item for item in self.enrolments}

    def enrolled_at(self, at: datetime) -> tuple[Enrolment, ...]:
        return tuple(item for item in self.enrolments if item.holds(at))

    @cached_property
    def _by_client(self) -> Mapping[str, Sequence[Enrolment]]:
        return grouped(self.enrolments, lambda item: item.client_id)

    def case_of(self, client_id: str, at: datetime) -> str | None:
        """The case in which a client was enrolled at an instant."""
        held = self._by_client.get(self.client(client_id), ())
        return next((item.case_id for item in held if item.holds(at)), None)

    # -- history

    def left(self, process: str, element: str) -> tuple[Happened, ...]:
        """When an element of a process was left, in order of time."""
        if (process, element) not in self._left:
            held = self.chronicle.left(self.tx, process, element, self.since, self._until)
            self._left[process, element] = held
        return self._left[process, element]

    def times(self, process: str, element: str) -> Mapping[str, Sequence[datetime]]:
        """Case -> when it left an element, in order of time."""
        held = grouped(self.left(process, element), lambda item: item.case_id)
        return {case_id: [item.at for item in items] for case_id, items in held.items()}

    @cached_property
    def answered(self) -> Mapping[str, Sequence[Answered]]:
        """Element -> completed forms in order of time, as their addenda leave them."""
        return grouped(self._forms(None, self.since), lambda item: item.element)

    @cached_property
    def _of_case(self) -> Mapping[str, Sequence[Answered]]:
        held = (item for items in self.answered.values() for item in items)
        return grouped(held, lambda item: f"{item.case_id} {item.element}")

    def forms_of(self, case_id: str, *elements: str) -> list[Answered]:
        """Completed forms of a case, those of each element in order of time."""
        return [item for element in elements for item in self._of_case.get(f"{case_id} {element}", ())]

    def ever(self, element: str) -> Sequence[Answered]:
        """Completed forms of an element, however long ago, in order of time."""
        if element not in self._ever:
            self._ever[element] = self._forms([element], BEGINNING)
        return self._ever[element]

    def ever_told(self, kind: str) -> Sequence[Happened]:
        """Rows of a kind, however long ago, in order of time."""
        if kind not in self._ever:
            self._ever[kind] = self.chronicle.happened(self.tx, kind, None, BEGINNING, self._until)
        return self._ever[kind]

    def _forms(self, elements: Sequence[str] | None, since: datetime) -> list[Answered]:
        amended = self.chronicle.happened(self.tx, "TaskAmended", elements, since, self._until)
        later = {item.facts["task"]: item.facts.get("answers", {}) for item in amended}
        return [
            Answered(
                item.case_id,
                item.facts["task"],
                item.step,
                item.at,
                item.actor,
                item.element,
                later.get(item.facts["task"], item.facts.get("answers", {})),
            )
            for item in self.chronicle.happened(self.tx, "TaskCompleted", elements, since, self._until)
        ]

    def answers(self, *elements: str) -> list[Answered]:
        """Completed forms of the elements, in order of time."""
        found = [item for element in elements for item in self.answered.get(element, ())]
        return sorted(found, key=lambda item: (item.at, item.case_id, item.step))

    def rows(self, kind: str, *elements: str) -> tuple[Happened, ...]:
        """Other rows of the history: stages entered, grades changed, timers set and cleared."""
        return self.chronicle.happened(self.tx, kind, elements or None, self.since, self._until)

    @cached_property
    def tasks(self) -> tuple[TaskSpan, ...]:
        return self.chronicle.tasks(self.tx, self.since, self._until)

    def tasks_of(self, element: str) -> list[TaskSpan]:
        return [task for task in self.tasks if task.element == element]

    # -- care

    @cached_property
    def _merged(self) -> Mapping[str, str]:
        return measured.merged(self.tx)

    def client(self, client_id: str) -> str:
        """The client who stands for a client's id now."""
        return self._merged.get(client_id, client_id)

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        return measured.stays_in(self.tx, self.keyring, self.since, self._until)

    @cached_property
    def stays_by_client(self) -> Mapping[str, Sequence[Stay]]:
        return grouped(self.stays, lambda item: item.client_id)

    @cached_property
    def left_hospital(self) -> tuple[tuple[datetime, Stay], ...]:
        """Inpatient stays that ended, each with when."""
        ended = ((stay.discharged_at, stay) for stay in self.stays if stay.is_inpatient)
        return tuple((at, stay) for at, stay in ended if at is not None)

    @cached_property
    def contacts(self) -> tuple[Touch, ...]:
        return measured.contacts_in(self.tx, self.since, self._until)

    @cached_property
    def contacts_by_case(self) -> Mapping[str, Sequence[Touch]]:
        return grouped(self.contacts, lambda item: item.case_id)

    @cached_property
    def plans(self) -> Mapping[str, Sequence[Drafted]]:
        """Case -> versions of its plan by number, whenever they were written."""
        return grouped(measured.drafted(self.tx), lambda item: item.case_id)

    def goals(self, case_ids: Sequence[str]) -> Mapping[str, Mapping[str, str | None]]:
        """Case -> goal of its last plan -> what was last said of it."""
        held = measured.goals_of(self.tx, case_ids)
        progress = measured.progress_of(self.tx, case_ids)
        last = {case_id: self.plans[case_id][-1].step for case_id in case_ids if case_id in self.plans}
        return {
            case_id: {goal: progress.get((case_id, goal)) for goal in sorted(held.get((case_id, step), ()))}
            for case_id, step in last.items()
        }

    @cached_property
    def arrivals(self) -> Mapping[str, Sequence[Arrival]]:
        """Client -> admissions that we were told of, in order of receipt."""
        found: dict[str, list[Arrival]] = {}
        for item in measured.arrivals_in(self.tx, self.since, self._until):
            found.setdefault(self.client(item.client_id), []).append(item)
        return found

    @cached_property
    def served(self) -> Mapping[str, Served]:
        """Clients of stays and of cases that were enrolled."""
        wanted = {stay.client_id for stay in self.stays} | {item.client_id for item in self.enrolments}
        return measured.served(self.tx, self.keyring, wanted)

    @cached_property
    def ladder(self) -> Mapping[str, str]:
        """Person -> step on the ladder of case managers, as far as their groups tell."""
        steps = {"case_manager": "case_manager", "case_manager_jr": "junior"}
        return {
            person.id: next(step for group, step in steps.items() if group in person.groups)
            for person in active_people(self.tx)
            if person.groups & steps.keys()
        }

    # -- days

    def day(self, at: datetime) -> date:
        return self.calendar.day_of(at)

    def end_of_day(self, at: datetime, days: int) -> datetime:
        """The last second of the day that is so many calendar days later."""
        return self.calendar.end_of(self.day(at) + timedelta(days=days))


def grouped(items: Iterable[T], key: Callable[[T], str]) -> Mapping[str, Sequence[T]]:
    """The items under their key, in their order."""
    found: dict[str, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found
