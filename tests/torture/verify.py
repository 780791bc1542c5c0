"""Checks a whole database after faults: rows, histories, blobs and the audit must tell one story."""

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa

from access import ChainLedger, Verdict
from database import Database, Keyring
from engine import Library
from engine.spiff.observe import snapshot
from engine.store import tables
from tests.support.world import decoded

ENDED = frozenset({"completed", "cancelled"})


def verify(database: Database, keyring: Keyring, library: Library) -> int:
    """Raises AssertionError at the first contradiction; gives the number of cases looked at."""
    rows = {
        table.name: _all(database, table)
        for table in (tables.cases, tables.tasks, tables.timers, tables.history, tables.waits, tables.outbox)
    }
    heads = {row.id: row.audit_head for row in rows["cases"]}
    verdict: Verdict = database.read(lambda tx: ChainLedger(keyring).verify(tx, heads))
    assert verdict.ok, verdict.first_bad
    history = defaultdict(list)
    for row in rows["history"]:
        history[row.case_id].append(row)
    for case in rows["cases"]:
        _case(case, history[case.id], rows)
        _blob(case, rows, database, keyring, library)
    living = {case.id for case in rows["cases"] if case.status in {"active", "suspended"}}
    assert {task.case_id for task in rows["tasks"] if task.status == "open"} <= living
    assert {timer.case_id for timer in rows["timers"]} <= living
    return len(rows["cases"])


def _all(database: Database, table: sa.Table) -> list[Any]:
    return list(database.read(lambda tx: tx.rows(sa.select(table))))


def _case(case: Any, history: list[Any], rows: dict[str, list[Any]]) -> None:
    steps = sorted({row.step for row in history})
    assert steps == list(range(1, case.version + 1)), (case.id, case.version, steps)
    for step in steps:
        numbers = sorted(row.n for row in history if row.step == step)
        assert numbers == list(range(len(numbers))), (case.id, step)
    done = Counter(row.facts["task"] for row in history if row.kind == "TaskCompleted")
    completed = {task.id for task in rows["tasks"] if task.case_id == case.id and task.status == "completed"}
    assert set(done) == completed, case.id
    assert all(n == 1 for n in done.values()), done
    opened = {row.facts["task"] for row in history if row.kind == "TaskOpened"}
    assert opened == {task.id for task in rows["tasks"] if task.case_id == case.id}, case.id
    ended = [row.kind for row in sorted(history, key=_order) if row.kind in {"CaseEnded", "CaseRestarted"}]
    assert (case.status in ENDED) == (ended[-1:] == ["CaseEnded"]), case.id
    assert (case.status in ENDED) == (case.ended_at is not None), case.id
    sent = [row.id for row in rows["outbox"] if row.case_id == case.id]
    assert len(sent) == len(set(sent)) == sum(row.kind == "OperationCalled" for row in history)


def _order(row: Any) -> tuple[int, int]:
    return row.step, row.n


def _blob(case: Any, rows: dict[str, list[Any]], database: Database, keyring: Keyring, library: Library) -> None:
    live = decoded(database, keyring, library, case.id)
    assert live.completed == (case.status in ENDED), case.id
    seen = snapshot(case.shard, live)
    open_tasks = {task.id for task in rows["tasks"] if task.case_id == case.id and task.status == "open"}
    assert open_tasks == set(seen.open), case.id
    timers = {timer.id: timer.due_at for timer in rows["timers"] if timer.case_id == case.id}
    assert timers == {key: item[2] for key, item in seen.timers.items()}, case.id
    waits = {wait.id for wait in rows["waits"] if wait.case_id == case.id}
    assert waits == set(seen.waits), case.id
