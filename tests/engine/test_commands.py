"""Commands: the order in which they refuse, what they leave alone, idempotency, and how many statements they cost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from access import people_of_case
from access.store.tables import audit as audit_rows
from database import Conflict, open_database
from engine import (
    Actor,
    ClaimTask,
    CompleteTask,
    Correlate,
    Deploy,
    FireTimer,
    FormRefused,
    KeyReused,
    NotAllowed,
    NotFound,
    ProcessUnknown,
    Receipt,
    ReleaseRejected,
    ReleaseTask,
    SaveDraft,
    StaleVersion,
    StartCase,
    TaskClosed,
    case_id_of,
    shard_of,
)
from engine.store import tables
from tests.support.statements import counted
from tests.support.world import ALL, ANN, World, form, model
from tests.torture.verify import verify

BOB = Actor("bob", frozenset({"nurse"}), frozenset({"team"}))
EVE = Actor("eve", frozenset({"nurse"}), frozenset({"other"}))
TWO = '<startEvent id="s"/><userTask id="a" n:form="f" n:group="team"/><userTask id="u" n:group="team"/><endEvent id="e"/>'
KEY = Receipt("/tasks/x:complete", "key-1", b"body")


def two(world: World, **form_: Any) -> str:
    world.deploy(model(TWO, "s > a > u > e"), form("f", **form_))
    return world.start()


def together(*works: Callable[[], Any]) -> list[Any]:
    """Runs works at the same moment; their answers or errors in order."""
    barrier, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(n: int, work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            outcomes[n] = work()
        except Exception as error:  # noqa: BLE001  # what a racer gets is what the test looks at
            outcomes[n] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


# -- complete


def test_refusals_of_complete_come_in_their_order(either_world: World) -> None:
    """Known receipt, closed, stale, not allowed, form refused: each is told before the ones after it."""
    world = either_world
    two(world, required=("answer",))
    task = world.task("a")
    wrong_body = Receipt(KEY.path, KEY.key, b"other")

    def complete(actor: Actor = EVE, version: int = 99, receipt: Receipt | None = None, **values: Any) -> Any:
        return world.execute(CompleteTask(task.id, actor, world.now, values, version, receipt))

    with pytest.raises(StaleVersion) as stale:
        complete()
    with pytest.raises(NotAllowed) as missing:
        complete(version=1)
    with pytest.raises(FormRefused) as refused:
        complete(ANN, 1, receipt=KEY)
    answer = complete(ANN, 1, KEY, answer=1)
    with pytest.raises(TaskClosed) as closed:
        complete()

    assert stale.value.current == 1
    assert missing.value.missing == "group.team"
    assert refused.value.problems == (("#/answer", "Expected an answer"),)
    assert (closed.value.status, closed.value.by, closed.value.at) == ("completed", "ann", world.now)
    assert complete(ANN, 99, KEY) == answer
    with pytest.raises(KeyReused):
        complete(ANN, 99, wrong_body)
    with pytest.raises(TaskClosed):
        complete(EVE, 99, KEY)  # a key is its actor's own


def test_a_refused_completion_leaves_no_receipt(world: World) -> None:
    two(world, required=("answer",))
    task = world.task("a").id

    with pytest.raises(FormRefused):
        world.execute(CompleteTask(task, ANN, world.now, {}, 1, KEY))
    answer = world.execute(CompleteTask(task, ANN, world.now, {"answer": 1}, 1, KEY))

    assert answer.opened == (world.task("u").id,)


def test_the_answer_names_what_opened(world: World) -> None:
    two(world)
    opened = world.complete("a", receipt_key="k")

    assert opened.opened == (world.task("u").id,)
    assert (opened.case_id, opened.at) == (world.case, world.now)
    assert world.complete("u", receipt_key="k2").opened == ()


@pytest.mark.parametrize("task", ["", "zzz", "000" + "0" * 32, "-ff", "not an id at all"])
def test_an_unknown_task_is_not_found(world: World, task: str) -> None:
    two(world)

    for command in (
        CompleteTask(task, ANN, world.now),
        ClaimTask(task, ANN, world.now),
        SaveDraft(task, {}, ANN, world.now),
    ):
        with pytest.raises(NotFound):
            world.execute(command)


def test_a_completed_form_is_sealed_in_the_row_and_the_draft_is_gone(world: World) -> None:
    two(world)
    task = world.task("a").id
    world.execute(SaveDraft(task, {"x": 1}, ANN, world.now))
    world.complete("a", name="Maria")

    (row,) = world.rows(sa.select(tables.tasks).where(tables.tasks.c.id == task))
    assert (row.status, row.closed_by, row.draft, row.version) == ("completed", "ann", None, 2)
    assert b"Maria" not in row.form_values


def test_eight_equal_submits_have_one_effect_and_eight_equal_answers(either_world: World) -> None:
    world = either_world
    two(world)
    task = world.task("a").id
    command = CompleteTask(task, ANN, world.now, {"x": 1}, 1, KEY)

    answers = together(*[lambda: world.execute(command)] * 8)

    assert answers == [answers[0]] * 8
    assert answers[0].opened == (world.task("u").id,)
    assert world.view.version == 2
    verify(world.database, world.keyring, world.library)


def test_of_two_people_one_completes_and_the_other_is_told_by_whom(either_world: World) -> None:
    world = either_world
    two(world)
    task = world.task("a").id

    outcomes = together(
        lambda: world.execute(CompleteTask(task, ANN, world.now, {"x": 1}, 1)),
        lambda: world.execute(CompleteTask(task, BOB, world.now, {"x": 2}, 1)),
    )

    (lost,) = [item for item in outcomes if isinstance(item, Exception)]
    winner = "ann" if outcomes[1] is lost else "bob"
    assert isinstance(lost, TaskClosed)
    assert (lost.by, lost.at) == (winner, world.now)
    assert world.view.version == 2
    verify(world.database, world.keyring, world.library)


def test_two_tasks_of_one_case_completed_at_once_both_count(either_world: World) -> None:
    world = either_world
    body = '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>' + "".join(
        f'<userTask id="t{n}"/>' for n in range(4)
    )
    world.play(body, "s > f", "j > e", *[f"f > t{n} > j" for n in range(4)])
    tasks = world.tasks()

    outcomes = together(*[lambda t=t: world.execute(CompleteTask(t.id, ANN, world.now)) for t in tasks])

    assert [item for item in outcomes if isinstance(item, Exception)] == []
    assert (world.status, world.view.version) == ("completed", 5)
    verify(world.database, world.keyring, world.library)


def test_a_person_and_a_timer_meet_and_history_stays_linear(either_world: World) -> None:
    world = either_world
    body = (
        '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/><endEvent id="e2"/><boundaryEvent id="b" attachedToRef="a">'
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    world.play(body, "s > a > e", "b > e2")
    task, now = world.task("a").id, world.now + timedelta(hours=1)

    person, clock = together(lambda: world.execute(CompleteTask(task, ANN, now)), lambda: world.pump.fire_due(now))

    assert world.status == "completed"
    fired = [item for item in clock if item.fired]
    assert isinstance(person, TaskClosed) == bool(fired)
    assert world.view.version == 2
    verify(world.database, world.keyring, world.library)


# -- claim, release, draft


def test_claim_and_release_move_the_version_of_the_task_and_not_of_the_case(either_world: World) -> None:
    world = either_world
    case = two(world)
    task = world.task("a").id

    claimed = world.execute(ClaimTask(task, ANN, world.now, 1))
    assert (claimed.version, claimed.assignee, world.task("a").assignee) == (2, "ann", "ann")
    with pytest.raises(StaleVersion):
        world.execute(ClaimTask(task, BOB, world.now, 1))
    with pytest.raises(NotAllowed, match=r"task\.assignee"):
        world.execute(ClaimTask(task, BOB, world.now, 2))
    with pytest.raises(NotAllowed, match=r"task\.assignee"):
        world.execute(CompleteTask(task, BOB, world.now))
    with pytest.raises(NotAllowed, match=r"task\.assignee"):
        world.execute(ReleaseTask(task, BOB, world.now))
    released = world.execute(ReleaseTask(task, ANN, world.now, 2))
    assert (released.version, released.assignee, world.view.version) == (3, None, 1)
    world.complete("a")
    with pytest.raises(TaskClosed):
        world.execute(ClaimTask(task, ANN, world.now))
    assert [row.action for row in audit(world, case)] == ["CaseStarted", "claim", "release", "TaskCompleted"]
    verify(world.database, world.keyring, world.library)


def test_claiming_again_is_allowed_and_the_audience_is_told_once(world: World) -> None:
    case = two(world)
    task = world.task("a").id

    world.execute(ClaimTask(task, ANN, world.now))
    world.execute(ClaimTask(task, ANN, world.now))

    people = world.read(lambda tx: people_of_case(tx, shard_of(case), case))
    assert people.count(("ann", "assignee")) == 1


def test_only_one_of_two_claims_wins(either_world: World) -> None:
    world = either_world
    two(world)
    task = world.task("a").id

    outcomes = together(*[lambda who=who: world.execute(ClaimTask(task, who, world.now, 1)) for who in (ANN, BOB)])

    assert sorted(type(item).__name__ for item in outcomes) == ["Claimed", "StaleVersion"]


def test_drafts_have_a_version_of_their_own(either_world: World) -> None:
    world = either_world
    two(world)
    task = world.task("a").id

    assert world.execute(SaveDraft(task, {"x": 1}, ANN, world.now, 0)).draft_version == 1
    with pytest.raises(StaleVersion) as stale:
        world.execute(SaveDraft(task, {"x": 2}, ANN, world.now, 0))
    assert stale.value.current == 1
    assert world.execute(SaveDraft(task, {"x": 3}, ANN, world.now, 1)).draft_version == 2
    assert world.execute(SaveDraft(task, {"x": 4}, ANN, world.now, None)).draft_version == 3
    assert (world.task("a").version, world.view.version) == (1, 1)
    with pytest.raises(NotAllowed):
        world.execute(SaveDraft(task, {}, EVE, world.now, 3))
    world.complete("a")
    with pytest.raises(TaskClosed):
        world.execute(SaveDraft(task, {}, ANN, world.now, 3))


# -- start, correlate, timers


def test_a_case_of_an_unknown_process_is_refused(world: World) -> None:
    with pytest.raises(ProcessUnknown):
        world.start()
    two(world)
    with pytest.raises(ProcessUnknown, match="'Q'"):
        world.start("Q")


def test_the_same_case_id_twice_is_a_conflict_and_changes_nothing(either_world: World) -> None:
    world = either_world
    case = two(world)
    again = StartCase(case, "P", "other", ANN, world.now)

    with pytest.raises(Conflict):
        world.execute(again)

    assert (world.view.subject_id, world.view.version) == ("subject", 1)


def test_a_message_to_an_unknown_case_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.execute(Correlate(case_id_of("0" * 32), "x", ANN, world.now))


def test_something_that_is_no_command_is_refused(world: World) -> None:
    with pytest.raises(TypeError, match="command of the engine"):
        world.execute("complete")


LATER = (
    '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>'
)


def test_a_timer_whose_case_fails_backs_off_and_becomes_an_incident(either_world: World) -> None:
    world = either_world
    world.play(LATER, "s > t > e")
    world.damage()
    world.now += timedelta(hours=1)

    seen = []
    for _ in range(4):
        world.pump.fire_due(world.now)
        (row,) = world.rows(sa.select(tables.timers))
        seen.append((row.attempts, row.incident, row.wake_at - world.now))
        world.now = max(world.now, row.wake_at)

    second = timedelta(seconds=1)
    assert seen == [(1, False, 5 * second), (2, False, 30 * second), (3, True, 30 * second), (3, True, 0 * second)]
    assert (world.status, world.view.version, world.open) == ("active", 1, [])
    assert world.read(world.engine.next_wake) is None
    assert not world.execute(FireTimer(world_timer(world), ANN, world.now)).fired


def test_a_failing_timer_does_not_hold_up_the_others(either_world: World) -> None:
    world = either_world
    bad = world.play(LATER, "s > t > e")
    world.damage()
    cases = [world.start() for _ in range(3)]
    world.now += timedelta(hours=1)

    fired = world.pump.fire_due(world.now)

    assert sorted(item.fired for item in fired) == [False, True, True, True]
    statuses = {}
    for world.case in [bad, *cases]:
        statuses[world.case] = world.status
    assert statuses == {bad: "active", **dict.fromkeys(cases, "completed")}


def test_a_timer_that_is_unknown_or_gone_is_refused(world: World) -> None:
    assert not world.execute(FireTimer("000" + "0" * 32, ANN, world.now)).fired
    with pytest.raises(NotFound):
        world.execute(FireTimer("?", ANN, world.now))
    world.database.write(lambda tx: world.engine.timer_failed(tx, "000" + "0" * 32, world.now))


def test_open_cases_of_subjects_are_told_oldest_first(world: World) -> None:
    two(world)
    first = world.start(subject="maria")
    world.now += timedelta(hours=1)
    second = world.start(subject="maria")
    world.complete("a")
    world.complete("u")
    third = world.start(subject="maria")

    assert world.read(lambda tx: world.engine.open_cases(tx, ["maria", "nobody"])) == (first, third)
    assert second not in world.read(lambda tx: world.engine.open_cases(tx, ["maria"]))


# -- deploy


def test_the_same_content_again_is_the_same_release(either_world: World) -> None:
    world = either_world
    first = world.deploy(model(TWO, "s > a > u > e"), form("f"))
    again = world.deploy(model(TWO, "s > a > u > e"), form("f"))

    assert (first.release, again.release) == ("r1", "r1")
    assert [(item.changed, item.version) for item in first.deployed] == [(True, 1), (True, 1)]
    assert [(item.changed, item.version) for item in again.deployed] == [(False, 1), (False, 1)]
    assert world.rows(sa.select(sa.func.count().label("n")).select_from(tables.releases))[0].n == 1


def test_a_change_makes_a_release_with_the_rest_as_it_was(world: World) -> None:
    world.deploy(model(TWO, "s > a > u > e"), form("f"))
    second = world.deploy(form("f", required=("x",)))
    back = world.deploy(form("f"))

    assert [(item.release, [(d.kind, d.version) for d in item.deployed]) for item in (second, back)] == [
        ("r2", [("form", 2)]),
        ("r3", [("form", 3)]),
    ]
    members = world.read(lambda tx: world.reading.artefacts(tx, "r2"))
    assert [(item.kind, item.key, item.version) for item in members] == [("form", "f", 2), ("model", "P", 1)]
    assert world.rows(sa.select(sa.func.count().label("n")).select_from(tables.artefacts))[0].n == 3


def test_running_cases_stay_on_their_release(either_world: World) -> None:
    world = either_world
    old = two(world)
    world.deploy(model(TWO + '<userTask id="new"/>', "s > a > u > new > e"))
    young = world.start()

    for world.case, wanted in ((old, []), (young, ["new"])):
        world.complete("a")
        world.complete("u")
        assert world.open == wanted
    assert world.view.release == "r2"


def test_a_rejected_deployment_changes_nothing(either_world: World) -> None:
    world = either_world
    two(world)
    bad = model(TWO.replace('n:form="f"', 'n:form="missing"'), "s > a > u > e")

    with pytest.raises(ReleaseRejected) as rejected:
        world.deploy(bad)

    assert {problem.rule for problem in rejected.value.problems if problem.severity == "error"} == {"form-unknown"}
    assert [item.id for item in world.read(lambda tx: world.reading.releases(tx, 9)).items] == ["r1"]
    world.start()
    assert world.open == ["a"]


def test_a_deployment_stands_in_the_audit(world: World) -> None:
    world.deploy(model(TWO, "s > a > u > e"), form("f"))
    world.deploy(form("f"))

    assert [(row.action, row.object) for row in audit(world, "principal:ann")] == [("deploy", "r1")]


def test_two_deployments_at_once_both_count(either_world: World) -> None:
    world = either_world
    world.deploy(model(TWO, "s > a > u > e"), form("f"))
    changes = [world.artefact(form(name)) for name in ("g", "h")]

    outcomes = together(*[lambda item=item: world.execute(Deploy((item,), ANN, world.now)) for item in changes])

    assert sorted(item.release for item in outcomes) == ["r2", "r3"]
    members = world.read(lambda tx: world.reading.artefacts(tx, None))
    assert [item.key for item in members] == ["f", "g", "h", "P"]


# -- facts on the case


def test_facts_are_promoted_to_grade_and_outcome_and_to_open_tasks(either_world: World) -> None:
    world = either_world
    attributes = 'n:grade="risk" n:outcome="reason"'
    body = '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a" n:form="f"/><userTask id="b1"/><endEvent id="e"/>'
    world.deploy(
        model(body, "s > f > a > e", "f > b1 > e", attributes=attributes),
        form("f", facts={"risk": "risk", "reason": "reason"}),
    )
    world.start()

    assert (world.view.risk, world.view.ending) == (None, None)
    world.complete("a", risk="high", reason="goals_met")
    assert (world.view.risk, world.view.ending, world.task("b1").risk) == ("high", "goals_met", "high")
    (changed,) = [event for event in world.history if event.kind == "GradeChanged"]
    assert changed.facts == {"from": None, "to": "high"}
    world.complete("b1")
    (ended,) = [event for event in world.history if event.kind == "CaseEnded"]
    assert ended.facts == {"outcome": "goals_met", "stage": None}
    assert world.view.ended_at == world.now


def test_a_fact_that_is_no_text_is_not_shown_as_grade(world: World) -> None:
    world.deploy(
        model(TWO, "s > a > u > e", attributes='n:grade="risk" n:outcome="reason"'),
        form("f", facts={"risk": "risk", "reason": "reason"}),
    )
    world.start()
    world.complete("a", risk=3, reason={"x": 1})

    assert (world.view.risk, world.view.ending) == (None, None)


# -- cost


def test_completing_a_claimed_task_with_receipt_costs_seven_statements_in_one_commit(either_world: World) -> None:
    """Select, receipt, case, task closed, task opened, history, audit."""
    world = either_world
    two(world)
    task = world.task("a").id
    world.execute(ClaimTask(task, ANN, world.now))

    with counted(world.database) as seen:
        world.execute(CompleteTask(task, ANN, world.now, {"x": 1}, 2, KEY))

    assert (len(seen), seen.commits) == (7, 1)


def test_completing_an_unclaimed_task_costs_one_more_for_who_may_know_of_the_case(either_world: World) -> None:
    world = either_world
    two(world)
    command = CompleteTask(world.task("a").id, ANN, world.now, {"x": 1}, 1, KEY)

    with counted(world.database) as seen:
        world.execute(command)

    assert (len(seen), seen.commits) == (8, 1)


@pytest.mark.parametrize(
    ("inner", "to_set", "to_clear"),
    [
        (
            '<boundaryEvent id="b" attachedToRef="u"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>',
            1,
            1,
        ),
        ('<boundaryEvent id="b" attachedToRef="u"><messageEventDefinition messageRef="m"/></boundaryEvent>', 2, 1),
    ],
    ids=["timer", "wait"],
)
def test_a_timer_costs_one_more_to_set_and_to_clear_and_a_wait_one_more_to_look_for_kept_messages(
    world: World, inner: str, to_set: int, to_clear: int
) -> None:
    world.deploy(model(TWO + '<endEvent id="e2"/>' + inner, "s > a > u > e", "b > e2"), form("f"))
    world.start()
    first, second = [], []

    for element, receipt, counts in (("a", KEY, first), ("u", Receipt("/p", "key-2", b"b"), second)):
        command = CompleteTask(world.task(element).id, ANN, world.now, {}, 1, receipt)
        with counted(world.database) as seen:
            world.execute(command)
        counts.append(len(seen))

    assert (first, second) == ([8 + to_set], [7 + to_clear])  # the last one opens no task


def test_claim_and_draft_are_cheap(world: World) -> None:
    two(world)
    task = world.task("a").id

    with counted(world.database) as claim:
        world.execute(ClaimTask(task, ANN, world.now, 1))
    with counted(world.database) as draft:
        world.execute(SaveDraft(task, {"x": 1}, ANN, world.now))

    assert (len(claim), len(draft), claim.commits, draft.commits) == (5, 2, 1, 1)


def test_the_cost_does_not_grow_with_tasks_and_timers(world: World) -> None:
    body = '<startEvent id="s"/><userTask id="a"/><parallelGateway id="f"/><endEvent id="e"/>' + "".join(
        f'<userTask id="t{n}"/><endEvent id="x{n}"/><boundaryEvent id="b{n}" attachedToRef="t{n}"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        for n in range(10)
    )
    world.play(body, "s > a > f", *[f"f > t{n} > e" for n in range(10)], *[f"b{n} > x{n}" for n in range(10)])
    command = CompleteTask(world.task("a").id, ANN, world.now)

    with counted(world.database) as seen:
        world.execute(command)

    assert (len(world.tasks()), len(world.timers), len(seen), seen.commits) == (10, 10, 8, 1)


# -- the same step again


def test_the_same_steps_on_another_database_give_the_same_rows(either_world: World, sqlite, keyring) -> None:
    other = World(sqlite, keyring)
    for world in (either_world, other):
        body = TWO.replace('<userTask id="u"', '<eventBasedGateway id="g"/><intermediateCatchEvent id="t"><timerEventDefinition>'
            '<timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent><intermediateCatchEvent id="m">'
            '<messageEventDefinition messageRef="x"/></intermediateCatchEvent><userTask id="u"')  # fmt: skip
        world.deploy(model(body, "s > a > g > t > u > e", "g > m > u"), form("f"))
        world.start(x=1)
        world.complete("a", y=2)
        world.pass_time(hours=1)

    for table in (tables.tasks, tables.history, tables.timers, tables.waits):
        columns = [column for column in table.c if column.name not in {"form_values", "delta", "prefill"}]
        first, second = (sorted(map(str, world.rows(sa.select(*columns)))) for world in (either_world, other))
        assert first == second, table.name
    assert either_world.live().last_task.id == other.live().last_task.id


def test_a_step_that_runs_twice_makes_the_same_ids(world: World) -> None:
    two(world)
    command, answers = CompleteTask(world.task("a").id, ANN, world.now, {}, 1), []

    def twice(tx: Any) -> Any:
        answers.append(world.engine.execute(command, tx))
        if len(answers) == 1:
            raise Conflict
        return answers[-1]

    world.database.write(twice)

    assert answers[0] == answers[1]
    assert world.task("u").id == answers[0].opened[0]


def test_a_second_process_sees_the_same_release_and_goes_on(either_world: World, address, keyring) -> None:
    world = either_world
    case = two(world)
    other_database = open_database(world.database.engine.url.render_as_string(hide_password=False))
    other = World(other_database, keyring, case=case)

    assert other.open == ["a"]
    if world.database.dialect == "postgresql":
        other.complete("a")
        assert world.open == ["u"]
    other_database.close()


def audit(world: World, chain: str) -> list[Any]:
    return world.rows(sa.select(audit_rows).where(audit_rows.c.chain == chain).order_by(audit_rows.c.seq))


def world_timer(world: World) -> Any:
    return world.read(lambda tx: world.reading.timers(tx, ALL, world.case, None, 9)).items[0].id
