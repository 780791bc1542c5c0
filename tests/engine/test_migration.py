"""A running case goes to another release: tokens, tasks, drafts and timers stay; what lies ahead is the other release's."""

from datetime import timedelta
from typing import Any

import pytest

from engine import (
    CancelCase,
    ElementUnknown,
    MigrateCase,
    MigrationBlocked,
    NotFound,
    PlanMigration,
    ResumeCase,
    RetryIncident,
    SaveDraft,
    SuspendCase,
)
from engine.store import tables
from engine.store.tasks import open_draft
from tests.support.world import ANN, World, form, model
from tests.torture.verify import verify

pytestmark = pytest.mark.usefixtures("rebuilt")

S, E, U = '<startEvent id="s"/>', '<endEvent id="e"/>', '<userTask id="{}"/>'
TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"


def boundary(name: str, at: str, event: str = TIMER.format("PT48H")) -> str:
    return f'<boundaryEvent id="{name}" attachedToRef="{at}" cancelActivity="false">{event}</boundaryEvent>'


def users(*names: str) -> str:
    return "".join(U.format(name) for name in names)


def migrate(world: World, **elements: str) -> Any:
    release = world.read(world.library.active).id
    plan = world.read(lambda tx: world.engine.execute(PlanMigration(world.case, release, ANN, world.now, elements), tx))
    assert not plan.blocked, plan.blocked
    done = world.execute(MigrateCase(world.case, release, ANN, world.now, "a better model", elements))
    verify(world.database, world.keyring, world.library)
    return done


def blocked(world: World, **elements: str) -> dict[str, str]:
    """Element -> reason; the case stays as it was."""
    release, before = world.read(world.library.active).id, world.view
    plan = world.read(lambda tx: world.engine.execute(PlanMigration(world.case, release, ANN, world.now, elements), tx))
    with pytest.raises(MigrationBlocked) as refused:
        world.execute(MigrateCase(world.case, release, ANN, world.now, "x", elements))
    assert refused.value.obstacles == tuple((item.element, item.reason) for item in plan.blocked)
    assert world.view == before
    verify(world.database, world.keyring, world.library)
    return dict(refused.value.obstacles)


def test_the_step_after_an_active_call_is_not_skipped(either_world: World) -> None:
    world = either_world
    called = model(S + users("in") + E, "s > in > e", process="C")
    call = '<callActivity id="c" calledElement="C" n:stage="one"/>'
    world.deploy(model(S + call + users("last") + E, "s > c > last > e"), called)
    world.start()
    world.deploy(model(S + call + users("new", "last") + E, "s > c > new > last > e"))

    migrate(world)
    world.complete("in")

    assert (world.open, world.view.release) == (["new"], "r2")
    first = next(event for event in world.history if event.kind == "CaseMigrated")
    assert (first.actor, first.facts) == ("ann", {"from": "r1", "to": "r2", "elements": {}})
    world.complete("new")
    world.complete("last")
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_timers_keep_their_due_time_and_rows_follow_renamed_elements(either_world: World) -> None:
    world = either_world
    world.play(
        S
        + '<receiveTask id="r" messageRef="m" n:correlation="= who"/>'
        + boundary("b", "r")
        + users("late", "u")
        + E
        + '<endEvent id="e2"/>',
        "s > r > u > e",
        "b > late > e2",
        values={"who": "x1"},
    )
    due = world.timers["b"]
    world.pass_time(hours=40)
    world.deploy(
        model(
            S
            + '<receiveTask id="reply" messageRef="answer" n:correlation="= who"/>'
            + boundary("nudge", "reply", TIMER.format("PT1H"))
            + users("late", "u")
            + E
            + '<endEvent id="e2"/>',
            "s > reply > u > e",
            "nudge > late > e2",
        )
    )

    migrate(world, r="reply", b="nudge")

    assert world.timers == {"nudge": due}
    assert world.waits == [("answer", "x1")]
    wait = world.rows(tables.waits.select())[0]
    assert wait.element == "reply"
    world.pass_time(hours=8)
    assert world.open == ["late"]
    assert world.send("answer", "x1") == 1
    assert world.open == ["late", "u"]
    verify(world.database, world.keyring, world.library)


def test_an_open_task_keeps_id_holder_draft_and_due_time_and_takes_name_form_and_group(either_world: World) -> None:
    world = either_world
    task = '<userTask id="{}" name="{}" n:form="{}" n:group="{}" n:due="{}"/>'
    world.deploy(model(S + task.format("u", "Old", "f", "team", "PT1H") + E, "s > u > e"), form("f"))
    world.start(dose=3)
    before = world.task("u")
    world.execute(SaveDraft(before.id, {"typed": 1}, ANN, world.now))
    world.deploy(
        model(S + task.format("ask", "New", "g", "nurse", "PT9H") + E, "s > ask > e"), form("g", reads=["dose"])
    )

    migrate(world, u="ask")

    row = world.rows(tables.tasks.select())[0]
    assert (row.id, row.element, row.name, row.form, row.group) == (before.id, "ask", "New", "g", "nurse")
    assert (row.due_at, row.version, row.draft_version) == (before.due_at, before.version + 1, 1)
    assert open_draft(world.keyring, row.draft, row.id) == {"typed": 1}
    assert row.prefill is not None


def test_a_task_that_looks_the_same_is_not_touched(world: World) -> None:
    world.play(S + users("u") + E, "s > u > e")
    before = world.task("u")
    world.deploy(model(S + users("u", "v") + E, "s > u > v > e"))

    migrate(world)

    assert world.task("u") == before
    world.complete("u")
    assert world.open == ["v"]


def test_boundary_events_that_are_new_are_armed_from_now_and_those_that_are_gone_are_disarmed(world: World) -> None:
    late = users("late") + '<endEvent id="e2"/>'
    plain, armed = (S + users("u") + E, "s > u > e"), (S + users("u") + boundary("b", "u") + late + E, "s > u > e")
    both = S + users("u") + boundary("b", "u") + boundary("b2", "u", '<messageEventDefinition messageRef="m"/>')
    world.play(plain[0], plain[1])
    world.pass_time(hours=5)

    world.deploy(model(armed[0], armed[1], "b > late > e2"))
    migrate(world)
    assert (world.timers["b"] - world.now).total_seconds() == 48 * 3600
    world.deploy(model(both + late + E, armed[1], "b > late > e2", "b2 > late"))
    migrate(world)
    assert (list(world.timers), world.waits) == (["b"], [("m", None)])
    world.send("m")
    world.pass_time(hours=48)
    assert world.open == ["late", "late", "u"]
    world.deploy(
        model(
            S + users("u", "late") + E + '<exclusiveGateway id="g" default="g_u"/>',
            "s > g > u > e",
            "g > late ? = false",
            "late > e",
        )
    )
    migrate(world)

    assert (world.timers, world.waits) == ({}, [])
    world.complete("u")
    world.complete("late")
    world.complete("late")
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_event_subprocesses_of_the_other_release_wait_and_those_that_are_gone_do_not(world: World) -> None:
    event = (
        '<subProcess id="{0}" triggeredByEvent="true"><startEvent id="{0}_s" isInterrupting="false">'
        '<messageEventDefinition messageRef="{1}"/></startEvent><userTask id="{0}_u"/><endEvent id="{0}_e"/>'
        '<sequenceFlow id="{0}_1" sourceRef="{0}_s" targetRef="{0}_u"/>'
        '<sequenceFlow id="{0}_2" sourceRef="{0}_u" targetRef="{0}_e"/></subProcess>'
    )
    world.play(S + users("u") + E + event.format("one", "m1") + event.format("two", "m2"), "s > u > e")
    world.send("m2")
    world.deploy(model(S + users("u") + E + event.format("two", "m2") + event.format("three", "m3"), "s > u > e"))

    migrate(world)

    assert [name for name, _ in world.waits] == ["m2", "m3"]
    world.send("m3")
    assert world.open == ["three_u", "two_u", "u"]
    for element in world.open:
        world.complete(element)
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_tokens_in_renamed_subprocesses_and_loops_go_on(world: World) -> None:
    sub = (
        '<subProcess id="{0}"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
        '</multiInstanceLoopCharacteristics><startEvent id="ds"/><userTask id="{1}"/><endEvent id="de"/>'
        '<sequenceFlow id="d1" sourceRef="ds" targetRef="{1}"/><sequenceFlow id="d2" sourceRef="{1}" targetRef="de"/>'
        "</subProcess>"
    )
    world.play(S + sub.format("each", "i") + E, "s > each > e")
    world.complete("i")
    world.deploy(model(S + sub.format("every", "item") + users("v") + E, "s > every > v > e"))

    migrate(world, each="every", i="item")

    assert world.open == ["item"]
    world.complete("item")
    assert world.open == ["v"]


def test_a_branch_that_waits_at_a_join_goes_on_there(world: World) -> None:
    fork = S + '<parallelGateway id="f"/><parallelGateway id="{}"/>' + E
    world.play(fork.format("j") + users("a", "c", "z"), "s > f > a > j > z > e", "f > c > j")
    world.complete("a")
    world.deploy(model(fork.format("join") + users("first", "c", "z"), "s > f > first > join > z > e", "f > c > join"))

    migrate(world, a="first", j="join")
    world.complete("c")

    assert world.open == ["z"]


def test_a_join_that_could_never_be_complete_blocks(world: World) -> None:
    fork = S + '<parallelGateway id="f"/><parallelGateway id="j"/>' + E
    world.play(fork + users("a", "c"), "s > f > a > j > e", "f > c > j")

    world.deploy(model(fork + users("a", "c", "d"), "s > f > a > j > e", "f > c > j", "f > d > j"))
    assert blocked(world) == {"j": "the join would wait for 'd', from where no token can come"}
    world.complete("a")
    world.deploy(model(fork + users("a", "c", "d"), "s > f > a > d > j > e", "f > c > j"))
    assert blocked(world) == {"j": "a branch that came does not lead to it there"}


GATE = (
    '<eventBasedGateway id="g"/><intermediateCatchEvent id="m1">{0}</intermediateCatchEvent>'
    '<intermediateCatchEvent id="t1">{1}</intermediateCatchEvent><userTask id="a"/><userTask id="c"/>'
)
MESSAGE = '<messageEventDefinition messageRef="m"/>'


@pytest.mark.parametrize(
    ("old", "new", "obstacles"),
    [
        (users("u"), users("v"), {"u": "the release has no such element, and the map names no other"}),
        (users("u"), '<manualTask id="u"/>', {"u": "it is of another kind there (manualTask)"}),
        (
            users("u"),
            (
                '<userTask id="u"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics></userTask>"
            ),
            {"u": "it is of another kind there (userTask)"},
        ),
        (
            '<intermediateCatchEvent id="u">' + TIMER.format("PT1H") + "</intermediateCatchEvent>",
            '<intermediateCatchEvent id="u">' + MESSAGE + "</intermediateCatchEvent>",
            {"u": "it waits for something of another kind there"},
        ),
    ],
    ids=["removed", "other kind", "loop", "other event"],
)
def test_a_token_without_a_place_blocks_and_says_why(
    world: World, old: str, new: str, obstacles: dict[str, str]
) -> None:
    world.play(S + old + E, "s > u > e")
    element = "v" if 'id="v"' in new else "u"
    world.deploy(model(S + new + E, f"s > {element} > e"))

    assert blocked(world) == obstacles


def test_an_event_gateway_keeps_its_alternatives_or_blocks(world: World) -> None:
    paths = ("s > g > m1 > a > e", "g > t1 > c > e")
    world.play(S + GATE.format(MESSAGE, TIMER.format("PT1H")) + E, *paths)

    world.deploy(model(S + GATE.format(MESSAGE, MESSAGE.replace('"m"', '"n"')) + E, *paths))
    assert blocked(world) == {"g": "it waits for something of another kind there"}
    world.deploy(
        model(
            S + GATE.format(MESSAGE, TIMER.format("PT9H")) + users("x") + E, "s > g > m1 > a > x > e", "g > t1 > c > e"
        )
    )
    migrate(world)
    world.pass_time(hours=1)
    assert world.open == ["c"]


def test_a_boundary_event_that_hangs_elsewhere_now_is_disarmed(world: World) -> None:
    late = users("late") + '<endEvent id="e2"/>'
    world.play(S + users("u", "v") + boundary("b", "u") + late + E, "s > u > v > e", "b > late > e2")
    world.deploy(model(S + users("u", "v") + boundary("b", "v") + late + E, "s > u > v > e", "b > late > e2"))

    migrate(world)
    assert world.timers == {}
    world.complete("u")

    assert list(world.timers) == ["b"]


def test_what_a_call_calls_must_be_there(world: World) -> None:
    called = model(S + users("in") + E, "s > in > e", process="C")
    other = model(S + users("in", "more") + E, "s > in > more > e", process="D")
    call = '<callActivity id="c" calledElement="{}"/>'
    world.deploy(model(S + call.format("C") + E, "s > c > e"), called)
    world.start()
    world.deploy(model(S + call.format("D") + E, "s > c > e"), other)

    migrate(world)

    assert world.task("in").process == "D"
    world.complete("in")
    assert world.open == ["more"]


def test_the_map_names_elements_of_both_releases_alone_or_with_their_process(world: World) -> None:
    called = model(S + users("u") + E, "s > u > e", process="C")
    body = S + '<callActivity id="c" calledElement="C"/>' + users("{}") + E
    world.deploy(model(body.format("u"), "s > c > u > e"), called)
    world.start()
    world.deploy(model(S + users("w") + E, "s > w > e", process="C"))

    release = world.read(world.library.active).id
    for elements in ({"nothing": "w"}, {"u": "nothing"}, {"P/w": "w"}):
        with pytest.raises(ElementUnknown):
            world.execute(MigrateCase(world.case, release, ANN, world.now, "x", elements))
    with pytest.raises(NotFound):
        world.execute(MigrateCase(world.case, "r99", ANN, world.now, "x"))
    migrate(world, **{"C/u": "w"})
    assert world.open == ["w"]
    world.complete("w")
    assert world.open == ["u"]


def test_a_suspended_case_is_moved_and_stays_suspended(either_world: World) -> None:
    world = either_world
    late = users("late") + '<endEvent id="e2"/>'
    world.play(S + users("u") + E, "s > u > e")
    world.execute(SuspendCase(world.case, ANN, world.now, "wait"))
    world.deploy(model(S + users("u") + boundary("b", "u") + late + E, "s > u > e", "b > late > e2"))

    migrate(world)

    assert (world.status, world.read(world.engine.next_wake)) == ("suspended", None)
    world.execute(ResumeCase(world.case, ANN, world.now, "on"))
    world.pass_time(hours=48)
    assert world.open == ["late", "u"]


def test_what_is_over_or_there_already_or_of_no_such_process_does_not_move(world: World) -> None:
    world.play(S + users("u") + E, "s > u > e")
    assert blocked(world) == {"": "the case is on release 'r1' already"}
    world.execute(CancelCase(world.case, "over", ANN, world.now, "x"))
    world.deploy(model(S + users("u", "v") + E, "s > u > v > e"))

    plan = world.read(lambda tx: world.engine.execute(PlanMigration(world.case, "r2", ANN, world.now), tx))
    assert [item.reason for item in plan.blocked] == ["the case is cancelled"]
    with pytest.raises(NotFound):
        world.read(lambda tx: world.engine.execute(PlanMigration(type(world.case)("0" * 35), "r2", ANN, world.now), tx))


def test_a_due_date_is_not_computed_again_so_it_cannot_block(world: World) -> None:
    world.play(S + users("u") + E, "s > u > e", values={"n": "text"})
    world.deploy(model(S + '<userTask id="u" n:due="= n"/>' + E, "s > u > e"))

    migrate(world)

    assert world.task("u").due_at is None


def test_a_token_that_cannot_go_on_in_the_other_release_blocks_with_its_element(world: World) -> None:
    fork = (
        S + '<parallelGateway id="f"/><parallelGateway id="j"/><scriptTask id="x"><script>{}</script></scriptTask>' + E
    )
    world.play(fork.format("= {a: 1}") + users("a", "c"), "s > f > a > j > x > e", "f > c > j")
    world.complete("a")
    world.deploy(model(fork.format("= 1") + users("a", "c"), "s > f > a > j > x > e", "f > c > e"))

    assert blocked(world) == {"x": "its script is not a context"}


def test_the_stage_takes_its_new_name(world: World) -> None:
    called = model(S + users("in") + E, "s > in > e", process="C")
    call = '<callActivity id="c" calledElement="C" n:stage="{}"/>'
    world.deploy(model(S + call.format("one") + E, "s > c > e"), called)
    world.start()
    world.deploy(model(S + call.format("first") + E, "s > c > e"))

    migrate(world)

    assert (world.view.phase, world.task("in").phase) == ("first", "first")


def test_a_case_kept_in_memory_moves_as_well(world: World) -> None:
    world.hot = 10
    world.__post_init__()
    world.play(S + users("u") + E, "s > u > e")
    world.deploy(model(S + users("u", "v") + E, "s > u > v > e"))

    migrate(world)
    world.complete("u")

    assert world.open == ["v"]


def test_a_parked_token_moves_and_is_retried_on_the_mended_model(either_world: World) -> None:
    world = either_world
    body = S + '<exclusiveGateway id="{0}"{1}/>' + users("ask", "a", "c") + E
    world.play(
        body.format("g", ""), "s > ask > g", "g > a ? = n > 1", "g > c ? = n < 1", "a > e", "c > e", values={"n": 1}
    )
    world.complete("ask")
    (stuck,) = world.rows(tables.incidents.select())
    world.deploy(
        model(
            body.format("choice", ' default="choice_c"'),
            "s > ask > choice",
            "choice > a ? = n > 1",
            "choice > c > e",
            "a > e",
        )
    )

    migrate(world, g="choice")

    (row,) = world.rows(tables.incidents.select())
    assert (row.id, row.element, row.status, row.attempts) == (stuck.id, "choice", "open", 1)
    world.execute(RetryIncident(row.id, ANN, world.now, "the model is mended"))
    assert world.open == ["c"]
    verify(world.database, world.keyring, world.library)


def test_timer_starts_of_event_subprocesses_keep_their_instant_and_new_ones_count_from_now(world: World) -> None:
    event = (
        '<subProcess id="{0}" triggeredByEvent="true"><startEvent id="{0}_s" isInterrupting="false">'
        "<timerEventDefinition><timeDuration>{1}</timeDuration></timerEventDefinition></startEvent>"
        '<userTask id="{0}_u"/><endEvent id="{0}_e"/><sequenceFlow id="{0}_1" sourceRef="{0}_s" targetRef="{0}_u"/>'
        '<sequenceFlow id="{0}_2" sourceRef="{0}_u" targetRef="{0}_e"/></subProcess>'
    )
    world.play(S + users("u") + E + event.format("one", "PT10H") + event.format("two", "PT20H"), "s > u > e")
    due = world.timers["one_s"]
    world.pass_time(hours=4)
    world.deploy(model(S + users("u") + E + event.format("one", "PT1H") + event.format("new", "PT3H"), "s > u > e"))

    migrate(world)

    assert world.timers == {"one_s": due, "new_s": world.now + timedelta(hours=3)}
    world.pass_time(hours=6)
    assert world.open == ["new_u", "one_u", "u"]
    verify(world.database, world.keyring, world.library)


def test_a_boundary_event_that_has_fired_is_not_armed_again(world: World) -> None:
    late = users("late") + '<endEvent id="e2"/>'
    world.play(S + users("u") + boundary("b", "u") + late + E, "s > u > e", "b > late > e2")
    world.pass_time(hours=48)
    world.complete("late")
    world.deploy(model(S + users("ask") + boundary("nudge", "ask") + late + E, "s > ask > e", "nudge > late > e2"))

    migrate(world, u="ask", b="nudge")

    assert (world.open, world.timers) == (["ask"], {})
