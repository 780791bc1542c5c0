"""Receipts: the same request twice has one effect and one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from database import Conflict, find_receipt, forget_receipts, insert_receipt

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WHERE = {"actor": "nora", "path": "/tasks/1:complete", "key": "k"}


def keep(tx, answer=b"answer", at=NOW, **where):
    insert_receipt(tx, **{**WHERE, **where}, fingerprint=b"f", answer=answer, created_at=at)


def found(database, **where):
    return database.read(lambda tx: find_receipt(tx, **{**WHERE, **where}))


def test_a_receipt_is_found_by_its_actor_path_and_key_only(database):
    database.write(keep)

    row = found(database)
    assert (bytes(row.answer), bytes(row.fingerprint), row.created_at) == (b"answer", b"f", NOW)
    assert found(database, actor="omar") is None
    assert found(database, path="/tasks/2:complete") is None
    assert found(database, key="other") is None


def test_a_second_receipt_is_a_conflict(database):
    database.write(keep)

    with pytest.raises(Conflict):
        database.write(lambda tx: keep(tx, b"other"))
    assert bytes(found(database).answer) == b"answer"


def test_the_same_key_from_eight_threads_is_answered_alike(database):
    def work(tx, n):
        known = find_receipt(tx, **WHERE)
        if known is not None:
            return bytes(known.answer)
        keep(tx, b"%d" % n)
        return b"%d" % n

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda n: database.write(lambda tx: work(tx, n)), range(16)))

    assert set(answers) == {bytes(found(database).answer)}


def test_old_receipts_are_forgotten(database):
    database.write(lambda tx: keep(tx, key="old", at=NOW - timedelta(hours=25)))
    database.write(keep)

    database.write(lambda tx: forget_receipts(tx, NOW - timedelta(hours=24)))

    assert found(database, key="old") is None
    assert found(database) is not None
