"""Messages are stored, counted once, kept until somebody waits or they expire, and given in order of arrival."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import (
    Actor,
    CallFilter,
    CaseClosed,
    CompleteTask,
    Correlate,
    DeliverKept,
    MessageAimless,
    MessageFilter,
    NotFound,
    Post,
    Receipt,
    SendMessage,
    Sent,
    StepFailed,
    case_id_of,
)
from engine.spiff import Runner
from engine.store import tables
from tests.support.statements import counted
from tests.support.world import ALL, ANN, World, model

LAB = Actor("lab", frozenset({"service"}))
WEEK = timedelta(days=7)
NOBODY = case_id_of("f" * 32)
CATCH = (
    '<startEvent id="s"/><userTask id="a"/><intermediateCatchEvent id="m" {}>'
    '<messageEventDefinition messageRef="news"/></intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
)
PATH = "s > a > m > u > e"
TWICE = (
    '<startEvent id="s"/><userTask id="a"/><intermediateCatchEvent id="m1"><messageEventDefinition messageRef="news"/>'
    '</intermediateCatchEvent><intermediateCatchEvent id="m2"><messageEventDefinition messageRef="news"/>'
    '</intermediateCatchEvent><userTask id="u"/><endEvent id="e"/>'
)
RE_ARMING = (
    '<startEvent id="s"/><userTask id="a"/><userTask id="u"/><endEvent id="e"/><userTask id="extra"/><endEvent id="e2"/>'
    '<boundaryEvent id="b" attachedToRef="u" cancelActivity="{}"><messageEventDefinition messageRef="news"/></boundaryEvent>'
)


def send(world: World, source_id: str = "1", /, **more: Any) -> Sent:
    """A message `news` from the lab, to the world's case unless told otherwise; kept for a week."""
    to = {"case_id": world.case} if not {"case_id", "subject_id", "key"} & more.keys() else {}
    given = {"payload": {"n": source_id}, "keep_until": world.now + WEEK, **to, **more}
    return world.execute(SendMessage("news", LAB, world.now, "lab", source_id, **given))


def rows(world: World) -> list[Any]:
    return world.rows(sa.select(tables.messages).order_by(tables.messages.c.received_at, tables.messages.c.source_id))


def statuses(world: World) -> list[str]:
    return [row.status for row in rows(world)]


def test_a_message_that_nobody_awaits_yet_is_kept_and_taken_by_the_step_that_begins_to_wait(
    either_world: World,
) -> None:
    world = either_world
    world.play(CATCH.format(""), PATH)

    kept = send(world)
    done = world.complete("a")

    assert (kept.waiting, kept.reached) == (True, ())
    assert (world.open, statuses(world)) == (["u"], ["consumed"])
    assert world.data("u")["news"] == {"n": "1"}
    assert [world.task("u").id] == list(done.opened)
    assert world.waits == []


def test_a_kept_message_leaves_its_own_step_in_history_and_audit(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    send(world)
    world.complete("a")

    arrived = next(event for event in world.history if event.kind == "MessageReceived")

    assert (arrived.element, arrived.actor, arrived.step) == ("news", "lab", world.view.version)
    assert world.view.version == 3


def test_a_message_that_is_awaited_is_stored_as_consumed(either_world: World) -> None:
    world = either_world
    world.play(CATCH.format(""), PATH)
    world.complete("a")

    sent = send(world)

    assert [(item.case_id, item.reached) for item in sent.reached] == [(world.case, 1)]
    assert [(row.status, row.consumed_by) for row in rows(world)] == [("consumed", world.case)]
    assert b"news" not in rows(world)[0].payload


def test_the_same_message_again_gets_the_first_answer_and_changes_nothing(either_world: World) -> None:
    world = either_world
    world.play(RE_ARMING.format("false"), "s > a > u > e", "b > extra > e2")
    early = send(world, "early")
    world.complete("a")
    first = send(world, "late")
    version = world.view.version

    assert send(world, "early") == early
    assert send(world, "late") == first
    assert (world.view.version, world.open) == (version, ["extra", "extra", "u"])


def test_another_sender_may_use_the_same_id(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    send(world)

    world.execute(SendMessage("news", ANN, world.now, "ann", "1", world.case, keep_until=world.now + WEEK))

    assert statuses(world) == ["waiting", "waiting"]


def test_two_submits_of_one_message_at_once_are_one_message(either_world: World) -> None:
    world = either_world
    world.play(RE_ARMING.format("false"), "s > a > u > e", "b > extra > e2")
    world.complete("a")
    answers: list[Sent] = []

    threads = [threading.Thread(target=lambda: answers.append(send(world))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert (world.open, len(rows(world))) == (["extra", "u"], 1)


def test_kept_messages_come_in_order_of_arrival_each_to_one_step(either_world: World) -> None:
    world = either_world
    world.play(TWICE, "s > a > m1 > m2 > u > e")
    for n in ("1", "2", "3"):
        send(world, n)
        world.now += timedelta(minutes=1)

    world.complete("a")

    assert world.data("u")["news"] == {"n": "2"}
    assert statuses(world) == ["consumed", "consumed", "waiting"]
    assert (world.open, world.view.version) == (["u"], 4)


def test_a_wait_that_arms_again_takes_all_that_came_before(world: World) -> None:
    world.play(RE_ARMING.format("false"), "s > a > u > e", "b > extra > e2")
    for n in ("1", "2", "3"):
        send(world, n)
        world.now += timedelta(minutes=1)

    world.complete("a")

    assert world.open == ["extra", "extra", "extra", "u"]
    assert statuses(world) == ["consumed"] * 3


def test_a_task_that_a_kept_message_takes_away_is_not_named_as_opened(world: World) -> None:
    world.play(RE_ARMING.format("true"), "s > a > u > e", "b > extra > e2")
    send(world)

    done = world.complete("a")

    assert world.open == ["extra"]
    assert list(done.opened) == [world.task("extra").id]


@pytest.mark.parametrize(("key", "taken"), [("k1", True), ("k2", False), (None, True)])
def test_a_kept_message_needs_the_key_of_the_wait(world: World, key: str | None, taken: bool) -> None:
    world.play(CATCH.format('n:correlation="= k"'), PATH, values={"k": "k1"})
    send(world, case_id=world.case, key=key)

    world.complete("a")

    assert statuses(world) == ["consumed" if taken else "waiting"]


def test_a_message_with_a_key_finds_the_cases_that_wait_with_it_and_no_other(either_world: World) -> None:
    world = either_world
    world.play(CATCH.format('n:correlation="= k"'), PATH, values={"k": "k1"})
    first = world.case
    world.complete("a")
    for key in ("k1", "k2", None):
        world.start(k=key)
        world.complete("a")

    sent = send(world, key="k1")

    assert len(sent.reached) == 2
    assert first in {item.case_id for item in sent.reached}
    assert [row.consumed_by for row in rows(world)] == [sent.reached[0].case_id]


def test_a_kept_message_with_a_key_is_taken_by_the_first_case_that_waits_with_it(either_world: World) -> None:
    world = either_world
    world.play(CATCH.format('n:correlation="= k"'), PATH, values={"k": "other"})
    send(world, key="k1")
    world.complete("a")
    assert statuses(world) == ["waiting"]

    for _ in range(2):
        world.start(k="k1")
        world.complete("a")

    assert statuses(world) == ["consumed"]
    assert world.waits == [("news", "k1")]


def test_a_wait_without_a_key_takes_no_message_that_names_only_a_key(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    send(world, key="k1")

    world.complete("a")

    assert (statuses(world), world.waits) == (["waiting"], [("news", None)])
    assert unmet(world) == ()


def test_a_message_to_a_subject_waits_for_a_case_that_is_started_later(either_world: World) -> None:
    world = either_world
    world.deploy(model(CATCH.format("").replace('<userTask id="a"/>', ""), "s > m > u > e"))
    send(world, subject_id="maria")

    other, marias = world.start(subject="other"), world.start(subject="maria")

    assert [(row.status, row.consumed_by) for row in rows(world)] == [("consumed", marias)]
    assert world.open == ["u"]
    world.case = other
    assert world.open == []


def test_a_message_to_a_subject_reaches_each_active_case_that_waits(world: World) -> None:
    world.deploy(model(CATCH.format("").replace('<userTask id="a"/>', ""), "s > m > u > e"))
    cases = [world.start(subject="maria") for _ in range(2)]

    sent = send(world, subject_id="maria")

    assert {item.case_id for item in sent.reached} == set(cases)


def test_an_expired_message_is_not_delivered_and_is_marked(either_world: World) -> None:
    world = either_world
    world.play(CATCH.format(""), PATH)
    send(world)
    world.now += WEEK
    post = Post(world.keyring)

    world.complete("a")
    world.database.write(lambda tx: post.expire(tx, world.now))

    assert (world.open, world.waits) == ([], [("news", None)])
    assert statuses(world) == ["expired"]
    assert not world.execute(DeliverKept(rows(world)[0].id, world.case, LAB, world.now)).reached


def test_old_messages_are_forgotten_and_waiting_ones_are_not(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    send(world, "1")
    world.complete("a")
    send(world, "2")

    world.database.write(lambda tx: Post(world.keyring).forget(tx, world.now + WEEK))

    assert [(row.source_id, row.status) for row in rows(world)] == [("2", "waiting")]


def test_what_is_not_to_be_kept_leaves_nothing_when_nobody_waits(world: World) -> None:
    world.play(CATCH.format(""), PATH)

    sent = send(world, case_id=world.case, keep_until=None)

    assert (sent.waiting, sent.reached, rows(world)) == (False, (), [])
    assert world.execute(Correlate(world.case, "news", LAB, world.now, source_id="9")).reached == 0


def test_correlating_the_same_id_again_answers_as_before(world: World) -> None:
    world.play(RE_ARMING.format("false"), "s > a > u > e", "b > extra > e2")
    world.complete("a")
    command = Correlate(world.case, "news", LAB, world.now, source_id="9")

    first, again = world.execute(command), world.execute(command)

    assert first == again
    assert world.open == ["extra", "u"]


def test_correlating_without_an_id_counts_each_time(world: World) -> None:
    world.play(RE_ARMING.format("false"), "s > a > u > e", "b > extra > e2")
    world.complete("a")

    assert [world.send("news") for _ in range(2)] == [1, 1]
    assert (world.open, statuses(world)) == (["extra", "extra", "u"], ["consumed", "consumed"])


def test_a_message_without_an_aim_to_an_unknown_case_or_an_ended_one_is_refused(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    with pytest.raises(MessageAimless):
        world.execute(SendMessage("news", LAB, world.now, "lab", "1"))
    with pytest.raises(NotFound):
        send(world, case_id=NOBODY)
    world.complete("a")
    send(world)
    world.complete("u")

    with pytest.raises(CaseClosed):
        send(world, "2")


def test_a_wait_that_opens_while_the_message_is_being_kept_is_not_missed(either_world: World) -> None:
    """The step and the keeping compare the same audit head: one of them runs again and finds the other."""
    world = either_world
    world.play(CATCH.format(""), PATH)
    task, barrier = world.task("a").id, threading.Barrier(2)

    def step() -> None:
        barrier.wait()
        world.execute(CompleteTask(task, ANN, world.now))

    def message() -> None:
        barrier.wait()
        send(world)

    threads = [threading.Thread(target=work) for work in (step, message)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (world.open, statuses(world)) == (["u"], ["consumed"])


def test_a_step_that_read_before_the_message_was_kept_runs_again_and_finds_it(either_world: World) -> None:
    world = either_world
    world.play(CATCH.format(""), PATH)
    command, tries = CompleteTask(world.task("a").id, ANN, world.now), []

    def slow(tx: Any) -> Any:
        answer = world.engine.execute(command, tx)
        tries.append(1)
        if len(tries) == 1 and tx.dialect == "sqlite":
            other = threading.Thread(target=send, args=(world,))
            other.start()
            other.join()
        return answer

    if world.database.dialect == "postgresql":  # there the case row is locked: the message waits for the step
        world.execute(command)
        send(world)
    else:
        world.database.write(slow)

    assert (world.open, statuses(world)) == (["u"], ["consumed"])
    assert len(tries) == (2 if world.database.dialect == "sqlite" else 0)


def unmet(world: World) -> Any:
    return world.read(lambda tx: Post(world.keyring).unmet(tx, world.now, 10))


def put_aside(world: World) -> str:
    """A kept message and a wait that missed each other, as after a rival commit."""
    send(world)
    id_ = rows(world)[0].id
    set_status(world, "consumed")
    world.complete("a")
    set_status(world, "waiting")
    return id_


def set_status(world: World, status: str) -> None:
    world.database.write(lambda tx: tx.run(sa.update(tables.messages).values(status=status)))


@pytest.mark.parametrize("to", ["case_id", "subject_id", "key"])
def test_the_sweep_finds_what_missed_each_other_and_brings_it(either_world: World, to: str) -> None:
    world = either_world
    world.play(CATCH.format('n:correlation="= k"'), PATH, values={"k": "k1"})
    send(world, **{to: {"case_id": world.case, "subject_id": "subject", "key": "k1"}[to]})
    set_status(world, "consumed")
    world.complete("a")
    set_status(world, "waiting")
    ((message, case),) = unmet(world)

    brought = world.execute(DeliverKept(message, case, LAB, world.now))

    assert [item.reached for item in brought.reached] == [1]
    assert (world.open, statuses(world), unmet(world)) == (["u"], ["consumed"], ())
    assert not world.execute(DeliverKept(message, case, LAB, world.now)).reached


def test_a_kept_message_is_brought_to_no_case_that_it_is_not_for(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    message = put_aside(world)
    other = world.start(subject="other")
    world.complete("a")
    set_status(world, "waiting")

    assert not world.execute(DeliverKept(message, other, LAB, world.now)).reached
    assert not world.execute(DeliverKept(message, NOBODY, LAB, world.now)).reached
    assert not world.execute(DeliverKept("0" * 32, other, LAB, world.now)).reached
    assert statuses(world) == ["waiting"]


def test_a_kept_message_whose_wait_is_gone_stays(world: World) -> None:
    world.play(RE_ARMING.format("true"), "s > a > u > e", "b > extra > e2")
    message = put_aside(world)
    world.complete("u")

    assert not world.execute(DeliverKept(message, world.case, LAB, world.now)).reached


FAILS = (
    '<startEvent id="s"/><userTask id="a"/><intermediateCatchEvent id="m"><messageEventDefinition messageRef="news"/>'
    '</intermediateCatchEvent><scriptTask id="x"><script>= 1</script></scriptTask><endEvent id="e"/>'
)


def test_a_kept_message_whose_element_fails_is_consumed_and_parks_an_incident(world: World) -> None:
    world.play(FAILS, "s > a > m > x > e")
    send(world)

    world.complete("a")

    assert (statuses(world), world.waits) == (["consumed"], [])
    assert [element for element, _cause in world.stuck] == ["x"]


def test_a_kept_message_that_cannot_be_delivered_does_not_fail_the_step_that_begins_to_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise StepFailed("m", "the library gave up")

    world.play(CATCH.format(""), PATH)
    send(world)
    monkeypatch.setattr(Runner, "deliver", fail)

    world.complete("a")

    assert (statuses(world), world.waits) == (["waiting"], [("news", None)])


def test_a_step_without_a_new_wait_does_not_read_messages_and_one_with_reads_them_once(world: World) -> None:
    body = CATCH.format("").replace('<userTask id="a"/>', '<userTask id="z"/><userTask id="a"/>')
    world.play(body, "s > z > a > m > u > e")
    reads = []

    for element in ("z", "a"):
        with counted(world.database) as seen:
            command = CompleteTask(world.task(element).id, ANN, world.now, {}, 1, Receipt("/p", element, b"b"))
            world.execute(command)
        reads.append(len([text for text in seen.of("SELECT") if "FROM messages" in text]))

    assert reads == [0, 1]


def test_messages_are_listed_without_what_they_say_or_their_key(world: World) -> None:
    world.play(CATCH.format(""), PATH)
    for n in range(3):
        send(world, str(n), case_id=world.case, key="secret")
        world.now += timedelta(minutes=1)

    first = world.read(
        lambda tx: Post(world.keyring).messages(tx, MessageFilter(status="waiting", name="news", limit=2))
    )
    rest = world.read(
        lambda tx: Post(world.keyring).messages(tx, MessageFilter(case_id=world.case, cursor=first.cursor))
    )

    assert [item.received_at for item in (*first.items, *rest.items)] == sorted(
        (row.received_at for row in rows(world)), reverse=True
    )
    assert "secret" not in str(first)
    assert world.read(lambda tx: Post(world.keyring).messages(tx, MessageFilter(status="expired"))).items == ()
    assert world.read(lambda tx: Post(world.keyring).calls(tx, CallFilter())).items == ()


def test_a_kept_message_stands_in_the_audit_of_its_case(world: World) -> None:
    from access.store.tables import audit

    world.play(CATCH.format(""), PATH)
    send(world)

    noted = world.rows(sa.select(audit).where(audit.c.action == "keep_message"))

    assert [(row.actor, row.object, row.case_id) for row in noted] == [("lab", rows(world)[0].id, world.case)]
    assert world.read(lambda tx: world.reading.case(tx, ALL, world.case)).version == 1
