"""What a person may do to the tokens of a case: move one, set values, end the case, begin it again. Rows and blob tell one story."""

import pytest

from engine import (
    CancelCase,
    CaseClosed,
    ElementUnknown,
    FormRefused,
    JoinWait,
    Moved,
    MoveRefused,
    MoveToken,
    NotFound,
    Place,
    RestartCase,
    ResumeCase,
    RetryIncident,
    SaveDraft,
    SetValues,
    SuspendCase,
    TokenUnclear,
)
from engine.store import tables
from engine.store.tasks import open_draft
from tests.support.world import ALL, ANN, World, form, model
from tests.torture.verify import verify

pytestmark = pytest.mark.usefixtures("rebuilt")

BOUNDARY = (
    '<boundaryEvent id="b" attachedToRef="u" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>PT48H</timeDuration></timerEventDefinition></boundaryEvent>"
)
FLAT = f'<startEvent id="s"/><userTask id="u"/>{BOUNDARY}<userTask id="v"/><userTask id="late"/><endEvent id="e"/><endEvent id="e2"/>'
FLAT_PATHS = ("s > u > v > e", "b > late > e2")
PHASES = (
    '<startEvent id="s"/><callActivity id="one" calledElement="First" n:stage="one"/>'
    '<callActivity id="two" calledElement="Second" n:stage="two"/><endEvent id="e"/>'
    '<boundaryEvent id="reminder" attachedToRef="two" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    '<userTask id="remind"/><endEvent id="e2"/>'
    '<subProcess id="crisis" triggeredByEvent="true"><startEvent id="cs" isInterrupting="false">'
    '<messageEventDefinition messageRef="crisis_reported"/></startEvent>'
    '<userTask id="calm"/><endEvent id="ce"/><sequenceFlow id="c1" sourceRef="cs" targetRef="calm"/>'
    '<sequenceFlow id="c2" sourceRef="calm" targetRef="ce"/></subProcess>'
)
PHASES_PATHS = ("s > one > two > e", "reminder > remind > e2")
FIRST = model(
    '<startEvent id="s"/><userTask id="ask" n:form="f"/><userTask id="weigh"/><endEvent id="e"/>',
    "s > ask > weigh > e",
    process="First",
)
SECOND = model(
    '<startEvent id="s"/><userTask id="plan"/><subProcess id="detail"><startEvent id="ds"/><userTask id="dig"/>'
    '<endEvent id="de"/><sequenceFlow id="d1" sourceRef="ds" targetRef="dig"/>'
    '<sequenceFlow id="d2" sourceRef="dig" targetRef="de"/></subProcess><userTask id="agree"/><endEvent id="e"/>',
    "s > plan > detail > agree > e",
    process="Second",
)
FORK = (
    '<startEvent id="s"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="c"/><parallelGateway id="join"/>'
    '<userTask id="after"/><endEvent id="e"/>'
)
FORK_PATHS = ("s > fork > a > join > after > e", "fork > c > join")


def phases(world: World) -> None:
    world.deploy(model(PHASES, *PHASES_PATHS), FIRST, SECOND, form("f"))
    world.start()


def move(world: World, source: str, target: str, **more: object) -> Moved:
    command = MoveToken(world.case, Place(source), Place(target), ANN, world.now, "it was wrong", **more)  # type: ignore[arg-type]
    moved: Moved = world.execute(command)
    verify(world.database, world.keyring, world.library)
    return moved


def kinds(world: World) -> list[str]:
    return [event.kind for event in world.history if event.step == max(item.step for item in world.history)]


# -- cancel


def test_a_cancelled_case_leaves_nothing_open(either_world: World) -> None:
    world = either_world
    phases(world)
    world.send("crisis_reported")
    world.complete("ask", who="ann")
    world.complete("weigh")

    done = world.execute(CancelCase(world.case, "client_moved_away", ANN, world.now, "told by phone"))

    assert (world.status, world.view.ending, world.view.ended_at) == ("cancelled", "client_moved_away", world.now)
    assert (world.open, world.timers, world.waits, done.opened) == ([], {}, [], ())
    assert kinds(world)[0] == "CaseCancelled"
    assert kinds(world)[-1] == "CaseEnded"
    cancelled = {event.element for event in world.history if event.kind == "TaskCancelled"}
    assert cancelled == {"calm", "plan"}
    verify(world.database, world.keyring, world.library)


def test_a_suspended_case_is_cancelled_too_and_an_ended_one_never_again(world: World) -> None:
    world.play(FLAT, *FLAT_PATHS)
    world.execute(SuspendCase(world.case, ANN, world.now, "wait"))
    world.execute(CancelCase(world.case, "done", ANN, world.now, "enough"))

    with pytest.raises(CaseClosed):
        world.execute(CancelCase(world.case, "done", ANN, world.now, "enough"))
    with pytest.raises(CaseClosed):
        move(world, "u", "v")
    with pytest.raises(CaseClosed):
        world.execute(SetValues(world.case, ANN, world.now, "x", {"a": 1}))
    verify(world.database, world.keyring, world.library)


@pytest.mark.parametrize("outcome", ["", "x" * 61])
def test_an_outcome_is_a_code(world: World, outcome: str) -> None:
    world.play(FLAT, *FLAT_PATHS)

    with pytest.raises(FormRefused):
        world.execute(CancelCase(world.case, outcome, ANN, world.now, "x"))

    assert world.status == "active"


def test_instances_and_what_they_wait_for_end_with_the_case(world: World) -> None:
    world.play(
        '<startEvent id="s"/><receiveTask id="r" messageRef="m"><multiInstanceLoopCharacteristics><loopCardinality>3'
        '</loopCardinality></multiInstanceLoopCharacteristics></receiveTask><endEvent id="e"/>',
        "s > r > e",
    )
    assert len(world.waits) == 3

    world.execute(CancelCase(world.case, "over", ANN, world.now, "x"))

    assert world.waits == []
    assert [event.kind for event in world.history].count("ElementCancelled") == 3
    verify(world.database, world.keyring, world.library)


# -- move


def test_a_token_is_moved_with_its_values_and_what_is_armed_on_its_activity_goes(either_world: World) -> None:
    world = either_world
    world.play(FLAT, *FLAT_PATHS, values={"given": 1})

    before = world.task("u").id
    moved = move(world, "u", "v", values={"more": 2})

    assert (world.open, world.timers) == (["v"], {})
    assert moved.opened == (world.task("v").id,)
    assert world.data("v") == {"given": 1, "more": 2}
    first = next(event for event in world.history if event.kind == "TokenMoved")
    assert (first.element, first.actor, first.facts) == ("u", "ann", {"token": before, "to": "v", "to_process": "P"})
    world.complete("v")
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_a_token_moved_back_arms_the_boundary_events_of_its_activity(world: World) -> None:
    world.play(FLAT, *FLAT_PATHS)
    world.complete("u")

    move(world, "v", "u")

    assert (world.open, list(world.timers)) == (["u"], ["b"])
    world.pass_time(hours=48)
    assert world.open == ["late", "u"]
    world.complete("u")
    world.complete("v")
    world.complete("late")
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_what_was_typed_stays_in_the_row_of_the_cancelled_task(either_world: World) -> None:
    world = either_world
    phases(world)
    task = world.task("ask")
    world.execute(SaveDraft(task.id, {"half": "said"}, ANN, world.now))

    move(world, "ask", "weigh")

    row = next(row for row in world.rows(tables.tasks.select()) if row.id == task.id)
    assert row.status == "cancelled"
    assert open_draft(world.keyring, row.draft, task.id) == {"half": "said"}


def test_moving_into_a_phase_that_is_not_active_starts_it_and_places_the_token_inside(either_world: World) -> None:
    world = either_world
    phases(world)

    move(world, "ask", "dig", values={"why": "known already"})

    assert world.open == ["dig"]
    assert (world.view.phase, world.task("dig").phase) == ("two", "two")
    assert set(world.timers) == {"reminder"}
    assert world.tokens == {"two": 1, "detail": 1, "dig": 1}
    assert [event.element for event in world.history if event.kind == "StageEntered"] == ["one", "two"]
    assert "ElementLeft" not in kinds(world)
    world.complete("dig")
    world.complete("agree")
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_moving_to_a_phase_itself_starts_it_at_its_beginning(world: World) -> None:
    phases(world)
    world.complete("ask")

    move(world, "weigh", "one")
    assert (world.open, world.view.phase) == (["ask"], "one")
    move(world, "one", "two")
    assert (world.open, world.view.phase) == (["plan"], "two")
    move(world, "two", "weigh")
    assert (world.open, world.view.phase, world.timers) == (["weigh"], "one", {})
    world.complete("weigh")
    world.complete("plan")
    assert world.open == ["dig"]
    verify(world.database, world.keyring, world.library)


def test_a_token_moves_within_nested_subprocesses_and_out_of_them(world: World) -> None:
    phases(world)
    move(world, "ask", "dig")

    move(world, "dig", "agree")
    assert (world.open, world.tokens) == (["agree"], {"two": 1, "agree": 1})
    move(world, "agree", "dig")
    move(world, "detail", "plan")
    assert (world.open, world.tokens) == (["plan"], {"two": 1, "plan": 1})
    world.complete("plan")
    assert world.open == ["dig"]


def test_a_token_of_an_event_subprocess_moves_inside_it_and_into_the_phases_that_are_open(world: World) -> None:
    phases(world)
    world.send("crisis_reported")

    move(world, "calm", "calm", values={"again": True})
    assert world.data("calm")["again"] is True
    moved = move(world, "calm", "weigh")
    assert (world.open, moved.waits) == (["ask", "weigh"], ())
    world.send("crisis_reported")
    assert world.open == ["ask", "calm", "weigh"]
    with pytest.raises(MoveRefused, match="'weigh' is open there: move 'one' itself"):
        move(world, "ask", "plan")
    move(world, "one", "plan")
    assert world.open == ["calm", "plan"]


def test_the_case_follows_into_a_stage_that_is_open_already(world: World) -> None:
    world.deploy(
        model(
            '<startEvent id="s"/><parallelGateway id="g"/><callActivity id="one" calledElement="First" n:stage="one"/>'
            '<callActivity id="two" calledElement="Second" n:stage="two"/><userTask id="x"/><parallelGateway id="j"/>'
            '<endEvent id="e"/>',
            "s > g > one > j > e",
            "g > two > j",
            "g > x > j",
        ),
        FIRST,
        SECOND,
        form("f"),
    )
    world.start()
    before = world.view.phase
    other = {"one": "plan", "two": "weigh"}[before]

    moved = move(world, "x", other)

    assert world.view.phase != before
    assert moved.waits == (JoinWait("P", "j", ("one", "two", "x"), ("x",)),)


def test_a_token_put_beyond_a_join_says_that_the_join_will_wait_for_ever(either_world: World) -> None:
    world = either_world
    world.play(FORK, *FORK_PATHS)

    moved = move(world, "a", "after")
    assert moved.waits == (JoinWait("P", "join", ("a", "c"), ("a",)),)
    world.complete("c")
    moved = move(world, "after", "a")
    assert moved.waits == (JoinWait("P", "join", ("a",), ()),)
    world.complete("a")
    assert world.open == ["after"]
    world.complete("after")
    assert world.status == "completed"


def test_a_token_put_at_a_join_comes_as_the_branch_that_is_missing(world: World) -> None:
    world.play(FORK, *FORK_PATHS)

    moved = move(world, "a", "join")
    assert moved.waits == (JoinWait("P", "join", ("c",), ()),)
    assert world.open == ["c"]
    moved = move(world, "c", "join")
    assert (world.open, moved.waits) == (["after"], ())


def test_a_branch_that_waits_at_a_join_is_moved_as_one_token(world: World) -> None:
    world.play(FORK, *FORK_PATHS)
    world.complete("a")

    moved = move(world, "join", "a")

    assert (world.open, moved.waits) == (["a", "c"], ())
    world.complete("a")
    world.complete("c")
    assert world.open == ["after"]


def test_all_branches_that_wait_at_a_join_are_moved_as_one_token_and_have_not_come(world: World) -> None:
    world.play(FORK + '<userTask id="d"/>', *FORK_PATHS, "fork > d > join")
    world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place("a"), {"from_a": 1}))
    world.complete("a")
    world.complete("c")

    moved = move(world, "join", "after")

    assert moved.waits == (JoinWait("P", "join", ("a", "c", "d"), ("a", "c")),)
    assert world.data("after")["from_a"] == 1
    world.complete("d")
    assert world.open == ["after"]
    assert world.tokens == {"after": 1, "join": 1}
    moved = move(world, "after", "join")
    assert moved.waits == (JoinWait("P", "join", ("c",), ("c",)),)
    verify(world.database, world.keyring, world.library)


def test_an_inclusive_join_goes_on_when_the_token_it_waits_for_is_moved_away(world: World) -> None:
    world.play(
        '<startEvent id="s"/><inclusiveGateway id="fork" default="fork_d"/><userTask id="a"/><userTask id="c"/>'
        '<userTask id="d"/><inclusiveGateway id="join"/><userTask id="after"/><endEvent id="e"/><endEvent id="e2"/>'
        '<userTask id="else"/>',
        "s > fork > d > join > after > e",
        "fork > a ? = true",
        "a > join",
        "fork > c ? = true",
        "c > join",
        "after > else > e2",
    )
    world.complete("a")
    assert world.open == ["c"]

    move(world, "c", "else")

    assert world.open == ["after", "else"]


def test_several_tokens_at_one_element_are_told_apart_by_their_task(world: World) -> None:
    phases(world)
    world.send("crisis_reported")
    world.send("crisis_reported")

    with pytest.raises(TokenUnclear, match="2 stand there"):
        move(world, "calm", "weigh")
    with pytest.raises(TokenUnclear, match="none stands there"):
        move(world, "calm", "weigh", token="0" * 35)
    kept = world.task("calm", 1).id
    move(world, "calm", "weigh", token=world.task("calm", 0).id)
    assert world.task("calm").id == kept


LOOPED = (
    '<startEvent id="s"/><subProcess id="each"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
    '</multiInstanceLoopCharacteristics><startEvent id="ds"/><userTask id="i"/><userTask id="i2"/><endEvent id="de"/>'
    '<sequenceFlow id="d1" sourceRef="ds" targetRef="i"/><sequenceFlow id="d2" sourceRef="i" targetRef="i2"/>'
    '<sequenceFlow id="d3" sourceRef="i2" targetRef="de"/></subProcess><userTask id="after"/><endEvent id="e"/>'
)


def test_instances_are_moved_as_a_whole_or_inside(world: World) -> None:
    world.play(LOOPED, "s > each > after > e")
    one = world.task("i").id

    with pytest.raises(MoveRefused, match="move 'each'"):
        move(world, "i", "after", token=one)
    move(world, "i", "i2", token=one)
    assert world.open == ["i", "i2"]
    with pytest.raises(TokenUnclear):
        move(world, "each", "after", token=one)
    move(world, "each", "after")
    assert world.open == ["after"]
    with pytest.raises(MoveRefused, match="'each' runs in instances"):
        move(world, "after", "i2")
    move(world, "after", "each")
    assert world.open == ["i", "i"]


@pytest.mark.parametrize(
    ("source", "target", "refusal"),
    [
        ("weigh", "nothing", ElementUnknown),
        ("ask", "s", ElementUnknown),
        ("plan", "weigh", TokenUnclear),
        ("ask", "crisis", MoveRefused),
        ("ask", "cs", MoveRefused),
        ("ask", "reminder", MoveRefused),
        ("ask", "calm", MoveRefused),
    ],
)
def test_what_cannot_be_moved_is_refused_by_name_and_nothing_is_done(
    world: World, source: str, target: str, refusal: type[Exception]
) -> None:
    phases(world)
    before = world.view

    with pytest.raises(refusal, match="crisis" if target == "calm" else source if refusal is TokenUnclear else target):
        move(world, source, target)

    assert world.view == before
    verify(world.database, world.keyring, world.library)


def test_an_element_of_several_processes_is_named_with_its_own(world: World) -> None:
    phases(world)
    command = MoveToken(world.case, Place("ask"), Place("e", "First"), ANN, world.now, "done already")

    world.execute(command)

    assert world.open == ["plan"]
    verify(world.database, world.keyring, world.library)


def test_a_process_that_is_called_twice_is_entered_by_the_call_that_is_meant(world: World) -> None:
    world.deploy(
        model(
            '<startEvent id="s"/><userTask id="u"/><callActivity id="one" calledElement="First"/>'
            '<callActivity id="again" calledElement="First"/><endEvent id="e"/>',
            "s > u > one > again > e",
        ),
        FIRST,
        form("f"),
    )
    world.start()

    with pytest.raises(MoveRefused, match="there are 'again' and 'one'|there are 'one' and 'again'"):
        move(world, "u", "weigh")
    move(world, "u", "again")
    move(world, "ask", "weigh")
    world.complete("weigh")
    assert world.status == "completed"


def test_a_suspended_case_is_moved_and_its_new_timers_wait(either_world: World) -> None:
    world = either_world
    world.play(FLAT, *FLAT_PATHS)
    world.complete("u")
    world.execute(SuspendCase(world.case, ANN, world.now, "wait"))

    move(world, "v", "u")

    assert (world.status, world.read(world.engine.next_wake)) == ("suspended", None)
    world.execute(ResumeCase(world.case, ANN, world.now, "on"))
    world.pass_time(hours=48)
    assert world.open == ["late", "u"]


def test_a_loop_with_moves_in_it_does_not_grow(world: World) -> None:
    world.play(FLAT, *FLAT_PATHS)
    sizes = []

    for _ in range(12):
        move(world, "u", "v")
        move(world, "v", "u")
        live = world.live()
        sizes.append(len(live.tasks))

    assert max(sizes[2:]) == min(sizes[2:])


ENDED = (
    '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/><subProcess id="stop" triggeredByEvent="true">'
    '<startEvent id="ss"><messageEventDefinition messageRef="halt"/></startEvent><userTask id="wind_up"/>'
    '<endEvent id="se"/><sequenceFlow id="s1" sourceRef="ss" targetRef="wind_up"/>'
    '<sequenceFlow id="s2" sourceRef="wind_up" targetRef="se"/></subProcess>'
)


def test_a_scope_that_an_event_had_ended_runs_again_when_its_token_is_moved_back(world: World) -> None:
    world.play(ENDED, "s > u > e")
    world.send("halt")
    assert (world.open, world.waits) == (["wind_up"], [])

    move(world, "wind_up", "u")
    assert (world.open, world.waits) == (["u"], [("halt", None)])
    world.send("halt")
    world.complete("wind_up")
    assert world.status == "completed"
    world.execute(RestartCase(world.case, Place("u"), ANN, world.now, "x"))
    assert (world.open, world.waits) == (["u"], [("halt", None)])
    verify(world.database, world.keyring, world.library)


CHOICE = '<startEvent id="s"/><userTask id="ask"/><exclusiveGateway id="g"/><userTask id="a"/><userTask id="c"/><endEvent id="e"/>'
CHOICE_PATHS = ("s > ask > g", "g > a ? = n > 1", "g > c ? = n < 1", "a > e", "c > e")


def test_a_parked_token_is_moved_or_mended_by_a_value_or_ends_with_its_case(either_world: World) -> None:
    world = either_world
    world.play(CHOICE, *CHOICE_PATHS, values={"n": 1})
    world.complete("ask")

    move(world, "g", "a")
    assert (world.open, world.stuck) == (["a"], [])
    move(world, "a", "g")
    assert (world.open, len(world.stuck)) == ([], 1)
    world.execute(SetValues(world.case, ANN, world.now, "mistyped", {}, Place("g"), {"n": 0}))
    (row,) = [row for row in world.rows(tables.incidents.select()) if row.status == "open"]
    world.execute(RetryIncident(row.id, ANN, world.now, "mistyped"))
    assert world.open == ["c"]
    move(world, "c", "g", values={"n": 1})
    world.execute(CancelCase(world.case, "over", ANN, world.now, "x"))
    assert (world.status, world.stuck) == ("cancelled", [])
    verify(world.database, world.keyring, world.library)


# -- set values


def test_a_case_fact_is_set_with_who_and_why(either_world: World) -> None:
    world = either_world
    world.deploy(
        model('<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>', "s > u > e", attributes='n:grade="risk"')
    )
    world.start()

    world.execute(SetValues(world.case, ANN, world.now, "typed wrongly", {"risk": "high"}))

    assert (world.known, world.view.risk, world.task("u").risk) == ({"risk": "high"}, "high", "high")
    event = next(event for event in world.history if event.kind == "ValuesSet")
    assert (event.actor, event.facts) == ("ann", {"facts": ["risk"], "values": []})
    verify(world.database, world.keyring, world.library)


def test_a_value_set_in_an_open_task_prefills_it_anew_and_goes_on_with_its_token(either_world: World) -> None:
    world = either_world
    world.deploy(
        model(
            '<startEvent id="s"/><userTask id="u" n:form="f"/><exclusiveGateway id="g" default="g_no"/>'
            '<userTask id="yes"/><userTask id="no"/><endEvent id="e"/>',
            "s > u > g",
            "g > yes ? = dose > 5",
            "g > no > e",
            "yes > e",
        ),
        form("f", reads=["dose"], fields=["dose"]),
    )
    world.start(dose=1)
    version = world.task("u").version

    world.execute(SetValues(world.case, ANN, world.now, "wrong unit", {}, Place("u"), {"dose": 10}))

    task_id = world.task("u").id
    page = world.read(lambda tx: world.reading.task(tx, ALL, task_id))
    assert (page.values, page.task.version) == ({"dose": 10}, version + 1)
    world.complete("u")
    assert world.open == ["yes"]
    verify(world.database, world.keyring, world.library)


WAITING = '<startEvent id="s"/><receiveTask id="r" messageRef="m"/><userTask id="u"/><endEvent id="e"/>'


@pytest.mark.parametrize("boundary", ["", BOUNDARY.replace('"u"', '"r"')], ids=["alone", "with boundary"])
def test_a_value_set_in_a_token_that_waits_is_not_undone_by_what_it_came_with(world: World, boundary: str) -> None:
    more = '<userTask id="late"/><endEvent id="e2"/>' if boundary else ""
    world.play(WAITING + boundary + more, "s > r > u > e", *(["b > late > e2"] if boundary else []), values={"a": 1})

    world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place("r"), {"a": 2}))
    world.send("m")

    assert world.data("u")["a"] == 2
    verify(world.database, world.keyring, world.library)


def test_values_are_set_where_a_token_has_its_own(world: World) -> None:
    world.play(LOOPED, "s > each > after > e")

    with pytest.raises(TokenUnclear):
        world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place("i"), {"a": 2}))
    world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place("i"), {"a": 2}, world.task("i", 1).id))
    assert [world.data("i", n).get("a") for n in (0, 1)] == [None, 2]
    for place in ("each", "s"):
        with pytest.raises((MoveRefused, TokenUnclear)):
            world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place(place), {"a": 2}))


def test_a_loop_of_messages_and_a_join_have_no_values_of_their_own(world: World) -> None:
    world.play(
        '<startEvent id="s"/><receiveTask id="r" messageRef="m"><multiInstanceLoopCharacteristics><loopCardinality>1'
        '</loopCardinality></multiInstanceLoopCharacteristics></receiveTask><endEvent id="e"/>',
        "s > r > e",
    )
    with pytest.raises(MoveRefused):
        world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place("r"), {"a": 2}))
    world.play(FORK, *FORK_PATHS)
    world.complete("a")
    with pytest.raises(MoveRefused):
        world.execute(SetValues(world.case, ANN, world.now, "x", {}, Place("join"), {"a": 2}))


def test_something_must_be_set_and_values_need_a_token(world: World) -> None:
    world.play(FLAT, *FLAT_PATHS)

    with pytest.raises(FormRefused):
        world.execute(SetValues(world.case, ANN, world.now, "x"))
    with pytest.raises(FormRefused):
        world.execute(SetValues(world.case, ANN, world.now, "x", values={"a": 1}))
    with pytest.raises(FormRefused):
        world.execute(SetValues(world.case, ANN, world.now, "x", {"a": float("inf")}))
    with pytest.raises(NotFound):
        world.execute(SetValues(type(world.case)("0" * 35), ANN, world.now, "x", {"a": 1}))


# -- restart


def test_a_finished_case_begins_again_from_an_element_with_its_values(either_world: World) -> None:
    world = either_world
    world.deploy(
        model(
            PHASES.replace(
                '<endEvent id="e"/>',
                '<serviceTask id="note" n:operation="set_case_fact" '
                'n:parameters="= {name: &quot;ending&quot;, value: &quot;goals_met&quot;}"/><endEvent id="e"/>',
                1,
            ),
            "s > one > two > note > e",
            "reminder > remind > e2",
            attributes='n:outcome="ending"',
        ),
        FIRST,
        SECOND,
        form("f"),
    )
    world.start(given=1)
    for element in ("ask", "weigh", "plan", "dig", "agree"):
        world.complete(element)
    assert (world.status, world.view.ending, world.waits) == ("completed", "goals_met", [])

    done = world.execute(RestartCase(world.case, Place("agree"), ANN, world.now, "they asked again", {"more": 2}))

    assert (world.status, world.view.ending, world.view.ended_at, world.open) == ("active", None, None, ["agree"])
    assert world.view.phase == "two"
    assert done.opened == (world.task("agree").id,)
    assert {name: world.data("agree")[name] for name in ("given", "more")} == {"given": 1, "more": 2}
    assert world.waits == [("crisis_reported", None)]
    verify(world.database, world.keyring, world.library)
    world.send("crisis_reported")
    world.complete("calm")
    world.complete("agree")
    assert (world.status, world.view.ending) == ("completed", "goals_met")
    verify(world.database, world.keyring, world.library)


def test_a_cancelled_case_begins_again_with_what_its_tokens_knew(world: World) -> None:
    phases(world)
    move(world, "ask", "weigh", values={"told": "before"})
    world.execute(CancelCase(world.case, "lost", ANN, world.now, "x"))

    world.execute(RestartCase(world.case, Place("two"), ANN, world.now, "found"))

    assert (world.open, world.view.phase, world.view.ending) == (["plan"], "two", None)
    assert world.data("plan")["told"] == "before"
    for element in ("plan", "dig", "agree"):
        world.complete(element)
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_a_case_restarted_at_its_end_is_finished_again(world: World) -> None:
    world.play(FLAT, *FLAT_PATHS)
    world.complete("u")
    world.complete("v")

    world.execute(RestartCase(world.case, Place("e"), ANN, world.now, "x"))

    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


def test_only_an_ended_case_is_restarted_and_only_where_a_flow_leads(world: World) -> None:
    phases(world)
    with pytest.raises(CaseClosed):
        world.execute(RestartCase(world.case, Place("plan"), ANN, world.now, "x"))
    world.execute(CancelCase(world.case, "lost", ANN, world.now, "x"))
    for place in ("nothing", "crisis", "calm", "reminder"):
        with pytest.raises((MoveRefused, ElementUnknown)):
            world.execute(RestartCase(world.case, Place(place), ANN, world.now, "x"))
    assert world.status == "cancelled"
