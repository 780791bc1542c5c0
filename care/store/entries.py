"""Rows of what is kept about a case: entries in, one statement per table; kept rows out, opened and told which stand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from care.entry import Entry, Kept, Told
from care.packed import packed
from care.store.record_tables import TABLES
from database import Keyring, Row, Tx

b = sa.bindparam
LIMIT = 1000
_BASE = frozenset(
    {"case_id", "step", "n", "client_id", "at", "noted_at", "actor_id", "task_id", "element", "amends", "detail"}
)


def insert(
    tx: Tx, keyring: Keyring, told: Told, entries: Iterable[Entry], amends: Mapping[str, int] | None = None
) -> None:
    """Keeps what a step told, one statement per table. `amends` names, by table, the step whose rows are taken the place of."""
    of_table: dict[str, list[Entry]] = {}
    for entry in entries:
        of_table.setdefault(entry.table, []).append(entry)
    for name, found in of_table.items():
        tx.run(
            _insert(name),
            [_row(keyring, told, entry, n, (amends or {}).get(name)) for n, entry in enumerate(found)],
        )


def of_case(tx: Tx, keyring: Keyring, table: str, case_id: str) -> tuple[Kept, ...]:
    """The newest 1000 rows of a case, oldest first, amended ones too; by primary key."""
    rows = tx.rows(_of_case(table), {"case": case_id, "limit": LIMIT})
    return standing(kept(row, table, keyring) for row in reversed(rows))


def of_task(tx: Tx, keyring: Keyring, table: str, case_id: str, task_id: str) -> tuple[Kept, ...]:
    """The rows that speak for a form, oldest first; by primary key prefix."""
    found = tx.rows(_of_task(table), {"case": case_id, "task": task_id, "limit": LIMIT})
    return tuple(kept(row, table, keyring) for row in found)


def standing(found: Iterable[Kept]) -> tuple[Kept, ...]:
    """Rows in the order of what happened, with the mark whether they stand: of a form's rows those of its latest addendum."""
    told = tuple(found)
    steps: dict[str, list[int]] = {}
    for item in told:
        if item.task_id is not None:
            steps.setdefault(item.task_id, []).append(item.step)
    marked = [_marked(item, steps.get(item.task_id or "", [item.step])) for item in told]
    return tuple(sorted(marked, key=lambda item: (item.place, item.step, item.n)))


def _marked(item: Kept, steps: list[int]) -> Kept:
    return replace(item, standing=item.step == max(steps), place=min(steps))


def kept(row: Row, table: str, keyring: Keyring) -> Kept:
    """A row with its detail opened."""
    place = f"{row.case_id}.{row.step}.{row.n}"
    sealed = orjson.loads(keyring.open(row.detail, table, "detail", place)) if row.detail is not None else {}
    plain = {name: value for name, value in row._mapping.items() if name not in _BASE}
    return Kept(
        row.step,
        row.n,
        row.at,
        row.noted_at,
        row.actor_id,
        row.task_id,
        row.element,
        row.amends,
        plain,
        sealed,
    )


@lru_cache(maxsize=32)
def _insert(table: str) -> sa.Insert:
    return sa.insert(TABLES[table])


@lru_cache(maxsize=32)
def _of_case(table: str) -> sa.Select[Any]:  # Any: the columns are those of the table
    held = TABLES[table]
    return (
        sa.select(held)
        .where(held.c.case_id == b("case"))
        .order_by(held.c.step.desc(), held.c.n.desc())
        .limit(b("limit"))
    )


@lru_cache(maxsize=32)
def _of_task(table: str) -> sa.Select[Any]:  # Any: the columns are those of the table
    held = TABLES[table]
    return (
        sa.select(held)
        .where(held.c.case_id == b("case"), held.c.task_id == b("task"))
        .order_by(held.c.step, held.c.n)
        .limit(b("limit"))
    )


def _row(keyring: Keyring, told: Told, entry: Entry, n: int, amends: int | None) -> dict[str, object]:
    case_id = told.case_id
    plain: dict[str, object] = dict.fromkeys(_columns(entry.table))
    plain.update(entry.plain)
    detail = None
    if entry.sealed:
        detail = keyring.seal(orjson.dumps(packed(entry.sealed)), entry.table, "detail", f"{case_id}.{told.step}.{n}")
    at: datetime = entry.at or told.at
    return {
        "case_id": case_id,
        "step": told.step,
        "n": n,
        "client_id": told.client_id,
        "at": at,
        "noted_at": told.noted_at,
        "actor_id": told.actor_id,
        "task_id": told.task_id if entry.formed else None,
        "element": told.element,
        "amends": amends if entry.formed else None,
        "detail": detail,
        **plain,
    }


@lru_cache(maxsize=32)
def _columns(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in TABLES[table].c if column.name not in _BASE)
