"""The relay: each call at least once and in the order of its case, by one relay at a time, until it is delivered or dead."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from database import Busy, open_database
from engine import CaseId, Deploy, DiscardCall, ResendCall, ResumeCase, StartCase, SuspendCase, case_id_of
from engine.store import tables
from program import (
    SYSTEM_ACTOR,
    Connectors,
    Delivered,
    Delivery,
    Failed,
    Program,
    VirtualClock,
    open_program,
    read_settings,
)
from program.posting import Sender
from program.webhooks import Webhook
from tests.support.receiver import Receiver, answer, receiving
from tests.support.world import model
from worker import Relay, RelayLoop

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(minutes=2)
CALLS = (
    '<startEvent id="s"/><serviceTask id="c1" n:operation="notify" n:parameters="= { n: 1 }"/>'
    '<serviceTask id="c2" n:operation="notify" n:parameters="= { n: 2 }"/>'
    '<serviceTask id="c3" n:operation="fax"/><userTask id="u"/><endEvent id="e"/>'
)
ASKS = (
    '<startEvent id="s"/><serviceTask id="x" n:operation="ask" n:answer="given"/><userTask id="yes"/><userTask id="no"/>'
    '<endEvent id="e"/><endEvent id="e2"/><boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/></boundaryEvent>'
)


@dataclass
class Scripted:
    """A connector that answers in turn what it is given, then always that it arrived."""

    script: list[Any] = field(default_factory=list)
    made: list[Delivery] = field(default_factory=list)

    def deliver(self, delivery: Delivery) -> Delivered | Failed:
        self.made.append(delivery)
        outcome = self.script.pop(0) if self.script else Delivered()
        if isinstance(outcome, Exception):
            raise outcome
        if callable(outcome):
            outcome = outcome()
        return outcome

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.made]


@dataclass
class Room:
    """A program on one of the databases, with connectors of the test."""

    program: Program
    clock: VirtualClock
    url: str

    def start(self) -> CaseId:
        case_id, now = case_id_of(self.clock.new_id()), self.clock.now()
        command = StartCase(case_id, "P", "subject", SYSTEM_ACTOR, now, None, {})
        self.program.database.write(lambda tx: self.program.engine.execute(command, tx))
        return case_id

    def relay(self, holder: str = "one", share: float = 1.0, **connectors: Any) -> Relay:
        found = replace(self.program, connectors=Connectors(connectors))
        return Relay(found, holder, lambda: share, LEASE)

    def pass_time(self, span: timedelta) -> None:
        self.clock.advance_to(self.clock.now() + span)

    def rows(self, topic: str = "notify") -> list[Any]:
        table = tables.outbox
        statement = sa.select(table).where(table.c.topic == topic).order_by(table.c.case_id, table.c.step, table.c.n)
        return list(self.program.database.read(lambda tx: tx.rows(statement)))

    def statuses(self, topic: str = "notify") -> list[str]:
        return [row.status for row in self.rows(topic)]


@pytest.fixture
def room(address: Callable[..., str], tmp_path: Path) -> Iterator[Room]:
    clock, url = VirtualClock(START), address()
    given = {"PROFILE": "sample", "HOME": str(tmp_path), "DATABASE_URL": url, "SYNCHRONOUS": "NORMAL"}
    program = open_program(read_settings({f"NINEFOLD_{name}": value for name, value in given.items()}), clock)
    artefact = program.reading.identify("p.bpmn", model(CALLS, "s > c1 > c2 > c3 > u > e"))
    program.database.write(lambda tx: program.engine.execute(Deploy((artefact,), SYSTEM_ACTOR, clock.now()), tx))
    yield Room(program, clock, url)
    program.close()


def test_calls_of_a_case_are_made_in_their_order_and_once(room: Room) -> None:
    room.start()
    connector, relay = Scripted(), room.relay()
    relay = room.relay(notify=connector)

    rounds = [relay.deliver_due() for _ in range(3)]

    assert rounds == [1, 1, 0]
    assert [item.payload["n"] for item in connector.made] == [1, 2]
    assert connector.ids == [row.id for row in room.rows()]
    assert [(row.status, row.done_at, row.attempts, row.claimed_by) for row in room.rows()] == [
        ("delivered", START, 1, None)
    ] * 2


def test_a_call_that_fails_holds_up_its_case_and_no_other(room: Room) -> None:
    first, second = sorted(room.start() for _ in range(2))
    connector = Scripted()
    relay = room.relay(notify=connector)
    connector.script = [Failed("http_500"), Delivered()]
    relay.deliver_due()

    for _ in range(3):
        relay.deliver_due()

    failing = connector.made[0].case_id
    other = second if failing == first else first
    assert [item.payload["n"] for item in connector.made if item.case_id == other] == [1, 2]
    assert [item.payload["n"] for item in connector.made if item.case_id == failing] == [1]
    room.pass_time(timedelta(seconds=5))
    while relay.deliver_due():
        pass
    assert [item.payload["n"] for item in connector.made if item.case_id == failing] == [1, 1, 2]
    assert set(room.statuses()) == {"delivered"}


def test_a_topic_without_a_connector_stays_pending_and_holds_up_nothing(room: Room) -> None:
    room.start()
    relay = room.relay(fax=Scripted())

    while relay.deliver_due():
        pass

    assert (room.statuses("fax"), room.statuses()) == (["delivered"], ["pending", "pending"])
    assert room.relay().deliver_due() == 0


def test_a_connector_for_all_others_takes_whatever_comes(room: Room) -> None:
    room.start()
    connector = Scripted()
    found = replace(room.program, connectors=Connectors({}, connector))
    relay = Relay(found, "one", lambda: 1.0)

    while relay.deliver_due():
        pass

    assert [item.topic for item in connector.made] == ["notify", "notify", "fax"]


def test_waits_double_from_5_seconds_to_6_hours_and_end_after_a_day_in_a_dead_letter(room: Room) -> None:
    room.start()
    connector = Scripted([Failed("http_500")] * 99)
    relay, waits = room.relay(notify=connector), []

    while room.rows()[0].status == "pending":
        before = room.clock.now()
        assert relay.deliver_due(1) == 1
        row = room.rows()[0]
        waits.append((row.next_at - before).total_seconds())
        room.pass_time(row.next_at - before)

    assert waits[:4] == [5, 10, 20, 40]
    assert all(later == min(2 * earlier, 21_600) for earlier, later in pairwise(waits[:-1]))
    assert (waits[-1], waits[-2]) == (0, 21_600)
    dead = room.rows()[0]
    assert (dead.status, dead.error, dead.done_at) == ("dead", "http_500", room.clock.now())
    assert START + timedelta(hours=17) < room.clock.now() < START + DAY
    assert len(set(connector.ids)) == 1


@pytest.mark.parametrize(("share", "seconds"), [(0.0, 0), (0.5, 2.5), (1.0, 5)])
def test_the_wait_is_drawn_between_nothing_and_its_end(room: Room, share: float, seconds: float) -> None:
    room.start()
    room.relay(share=share, notify=Scripted([Failed("x")])).deliver_due()

    assert room.rows()[0].next_at == START + timedelta(seconds=seconds)


def test_what_the_receiver_asks_for_is_waited_for_at_least(room: Room) -> None:
    room.start()
    relay = room.relay(share=0.0, notify=Scripted([Failed("http_429", HOUR), Failed("http_429", 2 * DAY)]))

    relay.deliver_due()
    assert room.rows()[0].next_at == START + HOUR
    room.pass_time(HOUR)
    relay.deliver_due()

    assert room.statuses()[0] == "dead"


def test_a_final_failure_is_a_dead_letter_at_once_and_the_case_goes_on(room: Room) -> None:
    room.start()
    connector = Scripted([Failed("http_410", final=True)])
    relay = room.relay(notify=connector)

    while relay.deliver_due():
        pass

    assert room.statuses() == ["dead", "delivered"]
    assert (room.rows()[0].error, room.rows()[0].done_at) == ("http_410", START)


def test_whatever_a_connector_raises_is_a_failure_that_is_tried_again(room: Room) -> None:
    room.start()
    relay = room.relay(notify=Scripted([RuntimeError("Zyxwvut lives here")]))

    relay.deliver_due()

    assert [(row.status, row.error) for row in room.rows()[:1]] == [("pending", "connector_failed")]


def test_a_claimed_call_is_nobody_elses_until_its_lease_ends(room: Room) -> None:
    room.start()
    connector = Scripted()
    one, two = room.relay("one", notify=connector), room.relay("two", notify=connector)
    (held,) = one.claim(9)

    assert two.claim(9) == ()
    room.pass_time(LEASE)
    (taken,) = two.claim(9)

    assert (held.id, held.attempts, held.claimed_by) == (taken.id, 1, "one")
    assert (taken.attempts, taken.claimed_by) == (2, "two")


@pytest.mark.parametrize("outcome", [Delivered(), Failed("http_500"), Failed("http_410", final=True)])
def test_whoever_lost_the_lease_settles_nothing(room: Room, outcome: Any) -> None:
    room.start()
    one, two = room.relay("one", notify=Scripted([outcome])), room.relay("two", notify=Scripted())
    (late,) = one.claim(9)
    room.pass_time(LEASE)
    (held,) = two.claim(9)

    one.make(late)

    assert [(row.status, row.claimed_by, row.attempts) for row in room.rows()[:1]] == [("pending", "two", 2)]
    two.make(held)
    assert room.statuses()[0] == "delivered"


def test_two_relays_share_the_work_and_make_no_call_twice(room: Room) -> None:
    for _ in range(12):
        room.start()
    connectors = [Scripted(), Scripted()]
    loops = [RelayLoop(room.relay(name, notify=item), 3) for name, item in zip("ab", connectors, strict=True)]

    for loop in loops:
        loop.start()
        loop.nudge()
    wait_until(lambda: set(room.statuses()) == {"delivered"})
    for loop in loops:
        loop.stop()

    made = connectors[0].ids + connectors[1].ids
    assert sorted(made) == sorted(row.id for row in room.rows())
    for connector in connectors:
        by_case: dict[str, list[str]] = {}
        for id_ in connector.ids:
            by_case.setdefault(id_[:35], []).append(id_)
        assert all(ids == sorted(ids) for ids in by_case.values())


def test_a_loop_outlives_a_database_that_is_away_and_whatever_else_a_round_meets(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.start()
    monkeypatch.setattr("worker.relay.LOOK_EVERY", 0.01)
    connector = Scripted()
    relay = room.relay(notify=connector)
    troubles: list[Exception] = [Busy(), RuntimeError("anything")]
    claim = Relay.claim

    def troubled(self: Relay, limit: int) -> Any:
        if troubles:
            raise troubles.pop()
        return claim(self, limit)

    monkeypatch.setattr(Relay, "claim", troubled)
    loop = RelayLoop(relay)
    loop.start()
    wait_until(lambda: room.statuses() == ["delivered", "delivered"])
    loop.stop()

    assert troubles == []


def test_a_settling_that_fails_leaves_the_call_to_the_end_of_its_lease(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.start()
    connector = Scripted()
    relay = room.relay(notify=connector)
    monkeypatch.setattr(Relay, "_settle", lambda *_: (_ for _ in ()).throw(Busy()))
    loop = RelayLoop(relay)
    loop.start()
    wait_until(lambda: len(connector.made) == 1)
    loop.stop()
    monkeypatch.undo()

    assert relay.deliver_due() == 0
    room.pass_time(LEASE)
    while relay.deliver_due():
        pass

    assert [item.payload["n"] for item in connector.made] == [1, 1, 2]
    assert connector.ids[0] == connector.ids[1]


def test_a_dead_letter_that_is_sent_again_has_its_full_day(room: Room) -> None:
    room.start()
    connector = Scripted([Failed("http_410", final=True), Delivered(), Failed("http_500")])
    relay = room.relay(notify=connector)
    while relay.deliver_due():
        pass
    dead = room.rows()[0].id
    room.pass_time(3 * DAY)

    execute(room, ResendCall(dead, SYSTEM_ACTOR, room.clock.now()))
    relay.deliver_due()
    row = room.rows()[0]

    assert (row.status, row.attempts, row.give_up_at) == ("pending", 1, room.clock.now() + DAY)
    assert row.next_at == room.clock.now() + timedelta(seconds=5)


def test_a_discarded_call_is_never_made(room: Room) -> None:
    room.start()
    connector = Scripted()
    execute(room, DiscardCall(room.rows()[0].id, SYSTEM_ACTOR, START, "told by phone"))

    while room.relay(notify=connector).deliver_due():
        pass

    assert room.statuses() == ["discarded", "delivered"]
    assert [item.payload["n"] for item in connector.made] == [2]


def asked(room: Room) -> CaseId:
    """A case whose service task waits for the answer of `ask`; errors lead to the task `no`."""
    now = room.clock.now()
    artefact = room.program.reading.identify("q.bpmn", model(ASKS, "s > x > yes > e", "b > no > e2", process="Q"))
    execute(room, Deploy((artefact,), SYSTEM_ACTOR, now))
    case_id = case_id_of(room.clock.new_id())
    execute(room, StartCase(case_id, "Q", "subject", SYSTEM_ACTOR, now, None, {}))
    return case_id


def open_tasks(room: Room) -> list[str]:
    statement = sa.select(tables.tasks.c.element).where(tables.tasks.c.status == "open")
    return [row.element for row in room.program.database.read(lambda tx: tx.rows(statement))]


@pytest.mark.parametrize(
    ("given", "opened"),
    [({"yes": 1}, ["yes"]), (None, ["yes"]), ({"error": "REFUSED"}, ["no"])],
    ids=["values", "nothing", "an error that the model catches"],
)
def test_an_answer_goes_to_its_case_in_the_transaction_that_marks_the_call(
    room: Room, given: Mapping[str, Any] | None, opened: list[str]
) -> None:
    asked(room)
    assert open_tasks(room) == []

    room.relay(ask=Scripted([Delivered(given)])).deliver_due()

    assert open_tasks(room) == opened
    assert room.statuses("ask") == ["delivered"]


def test_an_answer_that_the_case_refuses_is_a_dead_letter_and_the_call_is_not_repeated(room: Room) -> None:
    asked(room)
    connector = Scripted([Delivered({"error": "a sentence is no code"})])
    relay = room.relay(ask=connector)

    while relay.deliver_due():
        pass

    assert [(row.status, row.error) for row in room.rows("ask")] == [("dead", "answer_form-refused")]
    assert (len(connector.made), open_tasks(room)) == (1, [])


def test_an_answer_for_a_suspended_case_is_asked_for_again_with_its_id(room: Room) -> None:
    case_id = asked(room)
    connector = Scripted()
    execute(room, SuspendCase(case_id, SYSTEM_ACTOR, room.clock.now(), "wait"))
    room.relay(ask=connector).deliver_due()
    assert [(row.status, row.error) for row in room.rows("ask")] == [("pending", "case_suspended")]

    execute(room, ResumeCase(case_id, SYSTEM_ACTOR, room.clock.now(), "go on"))
    room.pass_time(HOUR)
    room.relay(ask=connector).deliver_due()
    assert (open_tasks(room), len(set(connector.ids)), len(connector.ids)) == (["yes"], 1, 2)


def test_a_call_that_is_given_up_tells_the_token_that_waits_for_it(room: Room) -> None:
    asked(room)

    execute(room, DiscardCall(room.rows("ask")[0].id, SYSTEM_ACTOR, START, "they never answer"))

    assert (room.statuses("ask"), open_tasks(room)) == (["discarded"], ["no"])


# -- with a real receiver

KILLED = """
import sys
from datetime import datetime
from dataclasses import replace
from pathlib import Path
from program import Connectors, VirtualClock, open_program, read_settings
from program.posting import Sender
from program.webhooks import Webhook
from worker import Relay
url, home, target, at = sys.argv[1:]
given = {"PROFILE": "sample", "HOME": home, "DATABASE_URL": url, "SYNCHRONOUS": "NORMAL"}
program = open_program(
    read_settings({f"NINEFOLD_{name}": value for name, value in given.items()}), VirtualClock(datetime.fromisoformat(at))
)
hook = Webhook(target, (b"k" * 24,), Sender(30, private=True))
Relay(replace(program, connectors=Connectors({"notify": hook})), "killed", lambda: 1.0).deliver_due()
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def test_a_relay_that_is_killed_between_call_and_mark_repeats_the_call_with_its_id_and_nothing_else(
    room: Room, receiver: Receiver, tmp_path: Path
) -> None:
    room.start()
    receiver.script.append(lambda _handler: receiver.let_go.wait(30) and None)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), room.url, str(tmp_path), receiver.url, START.isoformat()]
    killed = subprocess.Popen(command, cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONPATH": "."})
    try:
        assert receiver.arrived.wait(30)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait(30)
    relay = room.relay("other", notify=Webhook(receiver.url, (b"k" * 24,), Sender(10, private=True)))

    assert relay.deliver_due() == 0
    room.pass_time(LEASE)
    while relay.deliver_due():
        pass

    first, second = (row.id for row in room.rows())
    assert receiver.ids == [first, first, second]
    assert receiver.seen[0][1] == receiver.seen[1][1]
    assert [(row.status, row.attempts) for row in room.rows()] == [("delivered", 2), ("delivered", 1)]


def test_a_receiver_that_fails_then_says_gone_then_takes_the_next(room: Room, receiver: Receiver) -> None:
    room.start()
    receiver.script += [answer(500), answer(302, Location="http://localhost:1/"), answer(410)]
    relay = room.relay(notify=Webhook(receiver.url, (b"k" * 24,), Sender(10, private=True)))

    for _ in range(6):
        relay.deliver_due()
        room.pass_time(timedelta(minutes=1))

    first, second = (row.id for row in room.rows())
    assert receiver.ids == [first, first, first, second]
    assert [(row.status, row.error) for row in room.rows()] == [("dead", "http_410"), ("delivered", None)]


def test_a_second_process_sees_what_was_delivered(room: Room, receiver: Receiver) -> None:
    room.start()
    relay = room.relay(notify=Webhook(receiver.url, (b"k" * 24,), Sender(10, private=True)))
    while relay.deliver_due():
        pass

    other = open_database(room.url)
    seen = other.read(lambda tx: tx.rows(sa.select(tables.outbox.c.status).where(tables.outbox.c.topic == "notify")))
    other.close()

    assert [row.status for row in seen] == ["delivered", "delivered"]


def execute(room: Room, command: Any) -> None:
    room.program.database.write(lambda tx: room.program.engine.execute(command, tx))


def wait_until(met: Callable[[], bool]) -> None:
    """Threads are waited for by their effect, at most half a minute."""
    import threading

    pause = threading.Event()
    for _ in range(1500):
        if met():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to that")
