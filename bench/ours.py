"""The whole program on an embedded database: real forms, rows, receipts, history, audit and encryption."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from care import Demographics, register_client
from database import Tx, upgrade
from engine import Actor, CaseId, CompleteTask, Deploy, Engine, Hot, Receipt, StartCase, TaskId, case_id_of
from engine.store import tables
from program import Program, Pump, VirtualClock, open_program, read_settings, seed_people

T = TypeVar("T")
BEGIN = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
NORA = Actor("nora-case-manager", frozenset({"case_manager"}), frozenset({"case_manager"}), "north")


class Ours:
    """One program with one client; `hot` cases are kept in memory."""

    def __init__(self, home: Path, *sources: bytes, hot: int, synchronous: str = "FULL") -> None:
        home.mkdir()
        given = {"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(home), "NINEFOLD_SYNCHRONOUS": synchronous}
        settings = read_settings(given)
        upgrade(settings.database_url)
        self.clock = VirtualClock(BEGIN)
        self.program: Program = open_program(settings, self.clock)
        self.engine: Engine = replace(self.program.engine, hot=Hot(hot))
        self.pump = Pump(self.program.database, self.engine)
        self.database = self.program.database
        seed_people(self.program)
        self.client = self.database.write(self._register).id
        artefacts = tuple(self.program.reading.identify(f"upload{_ending(source)}", source) for source in sources)
        self.execute(Deploy(tuple(replace(item, file=f"{item.key}.{item.kind}") for item in artefacts), NORA, BEGIN))

    def _register(self, tx: Tx) -> Any:
        person = Demographics(family="Example", given="Client")
        return register_client(
            tx,
            self.program.keyring,
            client_id=self.clock.new_id(),
            authority="SYNTH",
            mrn="9001",
            demographics=person,
            at=BEGIN,
        )

    def execute(self, command: Any) -> Any:
        return self.database.write(lambda tx: self.engine.execute(command, tx))

    def starting(self, values: Mapping[str, Any] | None = None) -> StartCase:
        case = case_id_of(self.clock.new_id())
        return StartCase(case, "P", self.client, NORA, self.clock.now(), "north", values or {})

    def start(self) -> tuple[CaseId, TaskId]:
        answer = self.execute(self.starting())
        return answer.case_id, answer.opened[0]

    def complete(self, task: TaskId, values: Mapping[str, Any]) -> TaskId | None:
        """Completes a task as the interface does, with a receipt; gives the task that opened next."""
        receipt = Receipt("/complete", self.clock.new_id(), b"f" * 32)
        answer = self.execute(CompleteTask(task, NORA, self.clock.now(), values, None, receipt))
        return answer.opened[0] if answer.opened else None

    def pass_time(self, **span: float) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(**span))

    def size(self, case: CaseId) -> int:
        """Bytes of the case's stored state."""
        wanted = sa.select(sa.func.length(tables.cases.c.state).label("n")).where(tables.cases.c.id == case)
        return int(self.read(lambda tx: tx.rows(wanted))[0].n)

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.database.read(work)

    def close(self) -> None:
        self.program.close()


def _ending(source: bytes) -> str:
    return ".form.json" if source.startswith(b"{") else ".bpmn"
