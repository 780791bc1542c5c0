"""The program's own recurring work: receipts and sessions past their age are forgotten, younger ones kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from database import Tx, find_receipt, insert_receipt
from program import Program, VirtualClock, seed_people
from worker import forget_old

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(hours=24)


def keep_receipt(program: Program, key: str) -> None:
    def work(tx: Tx) -> None:
        insert_receipt(
            tx, actor="ann", path="/p", key=key, fingerprint=b"f", answer=b"a", created_at=program.clock.now()
        )

    program.database.write(work)


def test_receipts_older_than_a_day_are_forgotten(program: Callable[..., Program]):
    clock = VirtualClock(START)
    opened = program("PT1H", clock)
    keep_receipt(opened, "old")
    clock.advance_to(START + timedelta(hours=2))
    keep_receipt(opened, "young")
    clock.advance_to(START + DAY + timedelta(hours=1))

    forget_old(opened)

    assert opened.database.read(lambda tx: find_receipt(tx, "ann", "/p", "old")) is None
    assert opened.database.read(lambda tx: find_receipt(tx, "ann", "/p", "young")) is not None


def test_sessions_past_their_age_are_forgotten(program: Callable[..., Program]):
    clock = VirtualClock(START)
    opened = program("PT1H", clock)
    seed_people(opened)
    old = opened.database.write(lambda tx: opened.sessions.open(tx, "nora-case-manager", clock.now()))
    clock.advance_to(START + timedelta(hours=13))
    young = opened.database.write(lambda tx: opened.sessions.open(tx, "nora-case-manager", clock.now()))

    forget_old(opened)

    assert opened.database.read(lambda tx: opened.sessions.find(tx, old.token, START)) is None
    assert opened.database.read(lambda tx: opened.sessions.find(tx, young.token, clock.now())) is not None
