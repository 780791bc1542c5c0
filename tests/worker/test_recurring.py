"""The program's own recurring work: receipts and sessions past their age are forgotten, younger ones kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from database import DatabaseUnavailable, Tx, find_receipt, insert_receipt
from engine import Deploy, SendMessage, StartCase, StepFailed, case_id_of
from engine.spiff import Runner
from engine.store import tables
from program import SYSTEM_ACTOR, Program, VirtualClock, seed_people
from tests.support.world import model
from worker import forget_old, sweep_messages
from worker.recurring import MESSENGER

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


WAITS = (
    '<startEvent id="s"/><intermediateCatchEvent id="m"><messageEventDefinition messageRef="news"/>'
    '</intermediateCatchEvent><scriptTask id="x"><script>{}</script></scriptTask><endEvent id="e"/>'
)


def kept(opened: Program, script: str) -> str:
    """A case that waits for a message which is kept for it: they missed each other."""
    now = opened.clock.now()
    source = opened.reading.identify("q.bpmn", model(WAITS.format(script), "s>m>x>e", process="Q"))
    case_id = case_id_of(opened.clock.new_id())
    message = SendMessage("news", MESSENGER, now, "lab", "1", None, "subject", keep_until=now + 7 * DAY)
    hidden = sa.update(tables.messages)

    def run(command: object) -> None:
        opened.database.write(lambda tx: opened.engine.execute(command, tx))

    run(Deploy((source,), SYSTEM_ACTOR, now))
    run(message)
    opened.database.write(lambda tx: tx.run(hidden.values(status="consumed")))
    run(StartCase(case_id, "Q", "subject", SYSTEM_ACTOR, now, None, {}))
    opened.database.write(lambda tx: tx.run(hidden.values(status="waiting")))
    return case_id


def status_of(opened: Program) -> list[str]:
    statement = sa.select(tables.messages.c.status)
    return [row.status for row in opened.database.read(lambda tx: tx.rows(statement))]


def test_a_kept_message_that_missed_its_wait_is_brought_by_the_sweep(program: Callable[..., Program]):
    opened = program("PT1H", VirtualClock(START))
    kept(opened, "{ done: true }")

    assert (sweep_messages(opened), sweep_messages(opened)) == (1, 0)
    assert status_of(opened) == ["consumed"]


def test_a_message_that_a_case_cannot_take_stays_and_holds_up_nothing(
    program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
):
    opened = program("PT1H", VirtualClock(START))
    kept(opened, "{ done: true }")

    def fail(*_: object) -> None:
        raise StepFailed("m", "the library gave up")

    monkeypatch.setattr(Runner, "deliver", fail)

    assert sweep_messages(opened) == 0
    assert status_of(opened) == ["waiting"]


def test_the_sweep_marks_what_has_expired_and_a_month_later_it_is_forgotten(program: Callable[..., Program]):
    clock = VirtualClock(START)
    opened = program("PT1H", clock)
    kept(opened, "{ done: true }")
    clock.advance_to(START + 7 * DAY)

    assert sweep_messages(opened) == 0
    assert status_of(opened) == ["expired"]
    forget_old(opened)
    assert status_of(opened) == ["expired"]
    clock.advance_to(START + 31 * DAY)
    forget_old(opened)
    assert status_of(opened) == []


def test_the_sweep_outlives_a_database_that_is_away(program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch):
    opened = program("PT1H", VirtualClock(START))

    def away(*_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(type(opened.database), "write", away)

    assert sweep_messages(opened) == 0
