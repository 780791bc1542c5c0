"""Checks a whole database after faults: rows, histories, blobs and the audit must tell one story."""

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa

from access import ChainLedger, Verdict
from database import Database, Keyring, metadata
from engine import Library
from engine.spiff.observe import snapshot
from engine.store import tables
from tests.support.world import decoded

ENDED = frozenset({"completed", "cancelled"})
LOOKED_AT = (tables.cases, tables.tasks, tables.timers, tables.history, tables.waits, tables.outbox)


def verify(database: Database, keyring: Keyring, library: Library) -> int:
    """Raises AssertionError at the first contradiction; gives the number of cases looked at."""
    _sound(database)
    rows = {table.name: _all(database, table) for table in LOOKED_AT}
    rows["audit"] = _all(database, metadata.tables["audit"])
    heads = {row.id: row.audit_head for row in rows["cases"]}
    verdict: Verdict = database.read(lambda tx: ChainLedger(keyring).verify(tx, heads))
    assert verdict.ok, verdict.first_bad
    of_case = {name: _by_case(found) for name, found in rows.items() if name != "cases"}
    for case in rows["cases"]:
        own = {name: found[case.id] for name, found in of_case.items()}
        _steps(case, own["history"])
        _tasks(case, own["tasks"], own["history"])
        _timers(case, own["timers"], own["history"], own["audit"])
        _outbox(case, own["outbox"], own["history"])
        _blob(case, own, database, keyring, library)
    living = {case.id for case in rows["cases"] if case.ended_at is None}
    assert {task.case_id for task in rows["tasks"] if task.status == "open"} <= living
    assert {row.case_id for name in ("timers", "waits") for row in rows[name]} <= living
    return len(rows["cases"])


def _all(database: Database, table: sa.Table) -> list[Any]:
    return list(database.read(lambda tx: tx.rows(sa.select(table))))


def _by_case(rows: list[Any]) -> defaultdict[str, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _sound(database: Database) -> None:
    """The files themselves: pages and indexes."""
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
            return
        offered = "SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'"
        if connection.exec_driver_sql(offered).scalar():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS amcheck")
            connection.commit()
            connection.exec_driver_sql(
                "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam "
                "WHERE n.nspname = 'public' AND a.amname = 'btree'"
            )


def _steps(case: Any, history: list[Any]) -> None:
    """The version is the number of distinct steps, and no row of a step is missing."""
    steps = sorted({row.step for row in history})
    assert steps == list(range(1, case.version + 1)), (case.id, case.version, steps)
    for step in steps:
        numbers = sorted(row.n for row in history if row.step == step)
        assert numbers == list(range(len(numbers))), (case.id, step)
    ended = [row.kind for row in sorted(history, key=_order) if row.kind in {"CaseEnded", "CaseRestarted"}]
    assert (case.status in ENDED) == (ended[-1:] == ["CaseEnded"]), case.id
    assert (case.status in ENDED) == (case.ended_at is not None), case.id


def _order(row: Any) -> tuple[int, int]:
    return row.step, row.n


def _tasks(case: Any, tasks: list[Any], history: list[Any]) -> None:
    """Each completed task has one completer and one row of history by the same person."""
    done = {row.facts["task"]: row.actor for row in history if row.kind == "TaskCompleted"}
    assert len(done) == sum(row.kind == "TaskCompleted" for row in history), case.id
    assert done == {task.id: task.closed_by for task in tasks if task.status == "completed"}, case.id
    opened = Counter(row.facts["task"] for row in history if row.kind == "TaskOpened")
    assert opened == Counter(task.id for task in tasks), case.id
    assert all((task.status == "open") == (task.closed_at is None) for task in tasks), case.id


def _timers(case: Any, timers: list[Any], history: list[Any], audit: list[Any]) -> None:
    """Each timer fired exactly once, was disarmed, or is pending."""
    armed = Counter(row.facts["timer"] for row in history if row.kind == "TimerSet")
    fired = Counter(row.object for row in audit if row.action == "TimerFired")
    assert fired <= armed, (case.id, fired - armed)
    assert fired.total() == sum(row.kind == "TimerFired" for row in history), case.id
    pending = Counter(timer.id for timer in timers)
    assert pending <= armed - fired, case.id


def _outbox(case: Any, outbox: list[Any], history: list[Any]) -> None:
    """Ids are unique and, step by step, without a gap; each is a call that history knows."""
    called = Counter(row.step for row in history if row.kind == "OperationCalled")
    for step, count in called.items():
        sent = sorted((row.n, row.id) for row in outbox if row.step == step)
        assert sent == [(n, f"{case.id}-{step}-{n}") for n in range(count)], (case.id, step)
    assert called.total() == len(outbox), case.id


def _blob(case: Any, own: dict[str, list[Any]], database: Database, keyring: Keyring, library: Library) -> None:
    """The stored tree loads, and it holds what the rows say."""
    live = decoded(database, keyring, library, case.id)
    assert live.completed == (case.status in ENDED), case.id
    seen = snapshot(case.shard, live)
    assert {task.id for task in own["tasks"] if task.status == "open"} == set(seen.open), case.id
    timers = {timer.id: timer.due_at for timer in own["timers"]}
    assert timers == {key: item[2] for key, item in seen.timers.items()}, case.id
    waits = {wait.id for wait in own["waits"]}
    assert waits == set(seen.waits), case.id
