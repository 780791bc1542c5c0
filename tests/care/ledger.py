"""Plain facts by hand, for the tests of measures: cases, steps, forms, stays, contacts and plans as rows, without running anything."""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from lxml import etree

from bpmn import models_folder
from care import BusinessCalendar, CareSettings, Demographics, Measured, Measures, definition, month, register_client
from care.registers import Said, Stamp
from care.stays import Stay
from care.store import stays as stay_rows
from care.store.record_tables import plan_items, plan_progress, plan_versions
from care.store.tables import adt_messages, clients, contacts
from database import Database, Keyring
from engine import Chronicle
from engine.decisions import parse_decisions
from engine.store.tables import cases, history, tasks
from tests.care.messages import local

NOW = local(2026, 6, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Library:
    """An active release that is nothing but the shipped decisions."""

    decisions: dict[str, Any] = field(default_factory=dict)

    def active(self, tx: Any) -> "Library":  # what a library is asked
        return self

    @classmethod
    def shipped(cls) -> "Library":
        found = {}
        for path in sorted(models_folder().glob("*.dmn")):
            for item in parse_decisions(etree.fromstring(path.read_bytes()), path.name):
                found[item.id] = item
        return cls(found)


class Ledger:
    """One organisation; every `case` has a client of its own."""

    def __init__(self, database: Database, keyring: Keyring, library: Any = None) -> None:
        self.database, self.keyring, self.now = database, keyring, NOW
        self.numbers = itertools.count(1)
        self.steps: dict[str, int] = {}
        self.clients: dict[str, str] = {}
        self.measures = Measures(
            Chronicle(library or Library()), keyring, BusinessCalendar(), CareSettings(), lambda: self.now
        )

    def insert(self, table: Any, **row: Any) -> None:
        self.database.write(lambda tx: tx.run(table.insert(), row))

    # -- cases

    def client(self, birth: date | None = date(1950, 5, 20), **more: Any) -> str:
        client_id = f"{next(self.numbers):032x}"
        who = Demographics(family="Zyxwvut", given="Ada", birth_date=birth, **more)
        self.database.write(
            lambda tx: register_client(
                tx,
                self.keyring,
                client_id=client_id,
                authority="SYNTH",
                mrn=client_id[-6:],
                demographics=who,
                at=local(2020, 1, 1),
            )
        )
        return client_id

    def case(
        self,
        started: datetime,
        *,
        enrolled: datetime | None = None,
        ended: datetime | None = None,
        outcome: str | None = None,
        manager: str | None = None,
        client: str | None = None,
    ) -> str:
        case_id = f"001{next(self.numbers):032x}"
        self.steps[case_id], self.clients[case_id] = 0, client or self.client()
        self.insert(
            cases,
            shard=1,
            id=case_id,
            process="case_lifecycle",
            release="r1",
            version=1,
            state=b"",
            facts=b"",
            audit_head=b"",
            status="completed" if ended else "active",
            subject_id=self.clients[case_id],
            manager=manager,
            outcome=outcome,
            active=[],
            started_at=started,
            ended_at=ended,
        )
        if enrolled is not None:
            self.left(case_id, "consent", "enrol", enrolled)
        return case_id

    def enrolled(self, at: datetime, **more: Any) -> str:
        """A case with consent since an instant, eligible the day before."""
        case_id = self.case(at - 2 * DAY, enrolled=at, **more)
        self.left(case_id, "p1_screening", "note_eligible", at - DAY)
        return case_id

    def row(
        self,
        kind: str,
        case_id: str,
        element: str,
        at: datetime,
        *,
        process: str = "",
        step: int | None = None,
        n: int = 0,
        actor: str = "nora",
        **facts: Any,
    ) -> int:
        if step is None:
            self.steps[case_id] += 1
            step = self.steps[case_id]
        self.insert(
            history,
            shard=1,
            case_id=case_id,
            step=step,
            n=n,
            at=at,
            actor=actor,
            kind=kind,
            process=process,
            element=element,
            facts=facts or None,
        )
        return step

    def left(self, case_id: str, process: str, element: str, at: datetime) -> None:
        self.row("ElementLeft", case_id, element, at, process=process)

    # -- tasks

    def task(
        self,
        case_id: str,
        element: str,
        opened: datetime,
        closed: datetime | None = None,
        *,
        due: datetime | None = None,
        status: str = "completed",
        answers: dict[str, Any] | None = None,
        opened_in: int | None = None,
        actor: str = "nora",
    ) -> tuple[str, int]:
        """A task from opening to closing; (task, step that completed it). `opened_in` is the step that opened it."""
        task_id = f"001{next(self.numbers):032x}"
        n = 0 if opened_in is None else next(self.numbers)
        self.row("TaskOpened", case_id, element, opened, step=opened_in, n=n, task=task_id)
        self.insert(
            tasks,
            shard=1,
            id=task_id,
            case_id=case_id,
            process="p",
            element=element,
            name=element,
            status=status if closed else "open",
            due_at=due,
            due_key=due or opened,
            priority=50,
            may_assess=False,
            subject_id=self.clients[case_id],
            version=1,
            draft_version=0,
            step=1,
            opened_at=opened,
            closed_at=closed,
            closed_by=actor if closed else None,
        )
        step = 0
        if closed is not None and status == "completed":
            told = {"answers": answers} if answers else {}
            step = self.row("TaskCompleted", case_id, element, closed, actor=actor, task=task_id, **told)
        return task_id, step

    def form(self, case_id: str, element: str, at: datetime, **answers: Any) -> str:
        """A form that was completed an hour after it was opened."""
        return self.task(case_id, element, at - HOUR, at, answers=answers)[0]

    def amended(self, case_id: str, element: str, at: datetime, task_id: str, **answers: Any) -> None:
        self.row("TaskAmended", case_id, element, at, task=task_id, answers=answers)

    # -- care

    def stay(
        self,
        case_id: str,
        began: datetime,
        ended: datetime | None = None,
        *,
        cls: str = "I",
        disposition: str = "01",
        kind: str = "E",
    ) -> str:
        stay_id = f"{next(self.numbers):032x}"
        said = {"class": cls, "presence": "present", "admitted_at": began.isoformat(), "admission_type": kind}
        if ended is not None:
            said |= {"discharged_at": ended.isoformat(), "disposition": disposition}
        stamp = Stamp(ended or began, ended or began, 0, "1")
        registers = {name: Said(stamp, value) for name, value in said.items()}
        held = Stay(stay_id, self.clients[case_id], stay_id, registers)
        self.database.write(lambda tx: stay_rows.save(tx, self.keyring, held))
        return stay_id

    def told(self, case_id: str, event_at: datetime, received_at: datetime) -> None:
        """An admission message."""
        self.insert(
            adt_messages,
            application="a",
            facility="f",
            control_id=str(next(self.numbers)),
            body_hash=b"",
            received_at=received_at,
            event_at=event_at,
            event="A01",
            body=b"",
            outcome="applied",
            client_id=self.clients[case_id],
        )

    def contact(self, case_id: str, at: datetime, **more: Any) -> int:
        self.steps[case_id] += 1
        row = {
            "direction": "out",
            "channel": "phone",
            "party": "client",
            "result": "reached",
            "two_way": True,
            "purpose": "post_discharge",
            "actor_id": "nora",
            **more,
        }
        self.insert(contacts, case_id=case_id, step=self.steps[case_id], client_id=self.clients[case_id], at=at, **row)
        return self.steps[case_id]

    def missed(self, case_id: str, at: datetime) -> int:
        return self.contact(case_id, at, party="nobody", result="no_answer", two_way=False)

    def died(self, case_id: str, at: datetime) -> None:
        statement = clients.update().where(clients.c.id == self.clients[case_id])
        self.database.write(lambda tx: tx.run(statement.values(deceased_at=at), None))

    def plan(
        self, case_id: str, at: datetime, number: tuple[int, int], change: str, *goals: str, revision: int = 0
    ) -> None:
        self.steps[case_id] += 1
        base = self._record(case_id, at)
        self.insert(plan_versions, **base, n=0, major=number[0], minor=number[1], revision=revision, change=change)
        for n, goal in enumerate(goals):
            self.insert(plan_items, **base, n=n, kind="goal", item=goal, change="same")

    def progress(self, case_id: str, at: datetime, goal: str, progress: str) -> None:
        self.steps[case_id] += 1
        self.insert(plan_progress, **self._record(case_id, at), n=0, kind="goal", item=goal, progress=progress)

    def _record(self, case_id: str, at: datetime) -> dict[str, Any]:
        return {
            "case_id": case_id,
            "step": self.steps[case_id],
            "client_id": self.clients[case_id],
            "at": at,
            "noted_at": at,
            "actor_id": "nora",
            "element": "e",
        }

    # -- what it comes to

    def measure(self, measure_id: str, period: str = "2026-03") -> Measured:
        held = month(period, self.measures.settings.zone)
        return self.database.read(lambda tx: self.measures.one_of(tx, definition(measure_id), (held,)))[0]

    def counts(self, measure_id: str, period: str = "2026-03") -> tuple[float, float, float, int]:
        """(value, numerator, denominator, excluded)."""
        found = self.measure(measure_id, period)
        return found.value, found.numerator, found.denominator, found.excluded

    def reasons(self, measure_id: str, period: str = "2026-03") -> list[str]:
        return sorted(item.excluded for item in self.measure(measure_id, period).behind if item.excluded)
