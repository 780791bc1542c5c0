"""What the writers of event logs read: events with who did them in words that name nobody, unless names were asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from care import LoggedStay, logged_stays, stays_followed
from database import Tx
from engine import Chronicle, LogFilter, LoggedCase, LoggedEvent, LoggedTask, Scope

ALL = Scope("export", everything=True)
PROGRAM = "system"


@dataclass(frozen=True, slots=True)
class Resources:
    """Who did something: a role, or with `people` (id -> name) the person."""

    people: Mapping[str, str] | None

    def of(self, event: LoggedEvent) -> str:
        """The group whose task it is when a person completed it, else the program; the person's name where names are known."""
        if self.people is not None and event.actor in self.people:
            return self.people[event.actor]
        return event.role if event.role and event.transition == "complete" else PROGRAM


@dataclass(frozen=True, slots=True)
class Source:
    """One export: a transaction that reads, what is wanted, and how people are told of."""

    tx: Tx
    chronicle: Chronicle
    wanted: LogFilter
    resources: Resources

    def events(self) -> Iterator[LoggedEvent]:
        for page in self.chronicle.events(self.tx, self.wanted):
            yield from page

    def events_with_stays(self) -> Iterator[tuple[LoggedEvent, str | None]]:
        """Each event with the stay that it followed, if any."""
        for page in self.chronicle.events(self.tx, self.wanted):
            followed = stays_followed(self.tx, [event.case_id for event in page])
            yield from ((event, self._stay(followed, event)) for event in page)

    @staticmethod
    def _stay(followed: Mapping[tuple[str, int], str], event: LoggedEvent) -> str | None:
        return followed.get((event.case_id, event.step)) if event.task_id and event.transition == "complete" else None

    def cases(self) -> Iterator[LoggedCase]:
        return self.chronicle.logged_cases(self.tx, self.wanted)

    def tasks(self) -> Iterator[LoggedTask]:
        return self.chronicle.logged_tasks(self.tx, self.wanted)

    def clients(self) -> Iterator[str]:
        return self.chronicle.logged_subjects(self.tx, self.wanted)

    def stays(self) -> Iterator[LoggedStay]:
        """Stays that the exported cases were told of."""
        for page in logged_stays(self.tx):
            exported = self.chronicle.exported(self.tx, self.wanted, [stay.case_id for stay in page])
            yield from (stay for stay in page if stay.case_id in exported)


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, always with milliseconds."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
