"""Instants and JSON come back as they went in, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from database import Instant, Json, create_tables

TABLES = sa.MetaData()
things = sa.Table(
    "things",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant),
    sa.Column("data", Json),
    sa.Column("open", sa.Boolean),
)
ALL = sa.select(things).order_by(things.c.at)
BEFORE = sa.select(things.c.id).where(things.c.at < sa.bindparam("now")).order_by(things.c.at)


@pytest.fixture
def store(database):
    create_tables(database, TABLES)
    return database


def keep(store, **row):
    store.write(lambda tx: tx.run(sa.insert(things), {"at": None, "data": None, "open": None, **row}))


def test_an_instant_keeps_its_microseconds_and_comes_back_in_utc(store):
    local = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    keep(store, id=1, at=local)

    (row,) = store.read(lambda tx: tx.rows(ALL))

    assert row.at == local
    assert row.at.tzinfo is UTC


def test_instants_sort_and_compare_by_time(store):
    base = datetime(2026, 1, 1, tzinfo=UTC)
    ahead = timezone(timedelta(hours=9))
    instants = [base, base + timedelta(microseconds=1), base + timedelta(seconds=1), base + timedelta(days=400)]
    for number, instant in enumerate(reversed(instants)):
        keep(store, id=number, at=instant.astimezone(ahead))

    rows = store.read(lambda tx: tx.rows(ALL))
    before = store.read(lambda tx: tx.rows(BEFORE, {"now": base + timedelta(seconds=1)}))

    assert [row.at for row in rows] == instants
    assert [row.id for row in before] == [3, 2]


def test_a_naive_instant_is_refused(store):
    with pytest.raises(sa.exc.StatementError, match="no zone"):
        keep(store, id=1, at=datetime(2026, 1, 1))


@pytest.mark.parametrize("value", [{"a": [1, 2.5, "ü", None, True]}, [], "text", 0, False, {}])
def test_json_comes_back_as_it_was(store, value):
    keep(store, id=1, data=value)

    (row,) = store.read(lambda tx: tx.rows(ALL))

    assert row.data == value


def test_none_is_null_and_truth_is_truth(store):
    keep(store, id=1, open=True)

    (row,) = store.read(lambda tx: tx.rows(sa.select(things).where(things.c.data.is_(None))))

    assert (row.at, row.data, row.open) == (None, None, True)
