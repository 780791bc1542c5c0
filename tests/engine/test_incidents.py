"""What cannot go on is parked alone, told by element and cause, and mended by a person; all else goes on."""

from datetime import timedelta

import pytest

from engine import (
    IncidentFilter,
    IncidentStays,
    NotFound,
    ResolveIncident,
    RetryIncident,
    Scope,
    StepFailed,
)
from tests.support.world import ALL, ANN, World, form, model, table
from tests.torture.verify import verify

pytestmark = pytest.mark.usefixtures("rebuilt")

CHOICE = '<startEvent id="s"/><userTask id="ask" n:form="f"/><exclusiveGateway id="g"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>'
CHOICE_PATHS = ("s > ask > g", "g > a ? = f.n > 1", "g > b ? = f.n < 1", "a > e", "b > e")
SCRIPT = '<startEvent id="s"/><userTask id="ask"/><scriptTask id="x" n:result="sum"><script>= {}</script></scriptTask><userTask id="u"/><endEvent id="e"/>'
HEAVY = "count(for i in 1..n, j in 1..n return i)"


def incident(world: World) -> str:
    (found,) = world.read(lambda tx: world.reading.incidents(tx, ALL, IncidentFilter(case_id=world.case))).items
    return found.id


def stuck_at_choice(world: World) -> None:
    world.deploy(model(CHOICE, *CHOICE_PATHS), form("f"))
    world.start()
    world.complete("ask", n=1)


def test_a_completion_stands_when_what_follows_cannot_go_on(either_world: World) -> None:
    world = either_world
    stuck_at_choice(world)

    (found,) = world.read(lambda tx: world.reading.incidents(tx, ALL, IncidentFilter())).items
    assert (found.element, found.kind, found.cause, found.attempts) == ("g", "token", "no-way", 1)
    assert (world.status, world.open, dict(world.tokens)) == ("active", [], {"g": 1})
    assert [event.kind for event in world.history].count("IncidentOpened") == 1
    verify(world.database, world.keyring, world.library)


def test_it_is_retried_with_a_value_that_lets_it_go_on(either_world: World) -> None:
    world = either_world
    stuck_at_choice(world)

    done = world.execute(RetryIncident(incident(world), ANN, world.now, "mistyped", {"f": {"n": 5}}))

    assert (world.open, world.stuck, len(done.opened)) == (["a"], [], 1)
    assert "IncidentRetried" in [event.kind for event in world.history]
    verify(world.database, world.keyring, world.library)


def test_a_retry_that_fails_again_is_counted_on_the_same_incident(either_world: World) -> None:
    world = either_world
    stuck_at_choice(world)
    first = incident(world)

    world.execute(RetryIncident(first, ANN, world.now))

    (found,) = world.read(lambda tx: world.reading.incidents(tx, ALL, IncidentFilter())).items
    assert (found.id, found.attempts) == (first, 2)


def test_a_token_steps_over_its_element_with_what_that_would_have_given(either_world: World) -> None:
    world = either_world
    world.play(SCRIPT.format(HEAVY), "s > ask > x > u > e", values={"n": 10_000})
    world.complete("ask")
    assert world.stuck == [("x", "budget")]

    world.execute(ResolveIncident(incident(world), ANN, world.now, "counted by hand", {"sum": 100}))

    assert (world.open, world.stuck) == (["u"], [])
    assert world.data("u")["sum"] == 100


def test_at_a_gateway_nobody_can_step_over(world: World) -> None:
    stuck_at_choice(world)

    with pytest.raises(StepFailed, match="several ways"):
        world.execute(ResolveIncident(incident(world), ANN, world.now, "just go on"))
    assert world.stuck == [("g", "no-way")]


def test_the_rest_of_the_case_goes_on(either_world: World) -> None:
    world = either_world
    body = (
        SCRIPT.format(HEAVY)
        + '<parallelGateway id="p"/><parallelGateway id="j"/><userTask id="side"/><userTask id="after"/>'
    )
    world.play(body, "s > p > ask > x > u > j > e", "p > side > after > j", values={"n": 10_000})
    world.complete("ask")

    world.complete("side")
    assert (world.open, world.stuck) == (["after"], [("x", "budget")])
    world.complete("after")
    world.execute(RetryIncident(incident(world), ANN, world.now, "", {"n": 2}))
    world.complete("u")
    assert world.status == "completed"
    verify(world.database, world.keyring, world.library)


TIMED = (
    '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/><boundaryEvent id="b" attachedToRef="u" cancelActivity="false">'
    '<timerEventDefinition><timeDuration>= wait</timeDuration></timerEventDefinition></boundaryEvent><userTask id="late"/><endEvent id="e2"/>'
)


def test_a_boundary_timer_that_cannot_be_set_leaves_its_task_open(either_world: World) -> None:
    world = either_world
    world.play(TIMED, "s > u > e", "b > late > e2")

    assert (world.open, world.stuck, world.timers) == (["u"], [("b", "timer-text")], {})
    world.execute(RetryIncident(incident(world), ANN, world.now, "", {"wait": "PT1H"}))
    assert list(world.timers) == ["b"]
    world.pass_time(hours=1)
    assert world.open == ["late", "u"]


def test_a_boundary_that_is_stepped_over_is_not_waited_for(world: World) -> None:
    world.play(TIMED, "s > u > e", "b > late > e2")
    world.execute(ResolveIncident(incident(world), ANN, world.now, "no reminder needed"))

    assert (world.open, world.stuck) == (["u"], [])
    world.complete("u")
    assert world.status == "completed"


def test_an_incident_goes_with_its_token(either_world: World) -> None:
    world = either_world
    world.play(TIMED, "s > u > e", "b > late > e2")
    world.complete("u")

    assert (world.status, world.stuck) == ("completed", [])
    assert "IncidentsGone" in [event.kind for event in world.history]


def test_a_task_whose_own_expressions_fail_is_not_opened(either_world: World) -> None:
    world = either_world
    body = f'<startEvent id="s"/><userTask id="u" n:priority="50" n:prefill="= {{ a: {HEAVY} }}"/><endEvent id="e"/>'
    world.play(body, "s > u > e", values={"n": 10_000})
    assert (world.open, world.stuck) == ([], [("u", "budget")])

    world.execute(RetryIncident(incident(world), ANN, world.now, "", {"n": 2}))
    assert (world.open, world.stuck) == (["u"], [])


def test_a_wait_whose_key_cannot_be_told_is_not_awaited(either_world: World) -> None:
    world = either_world
    body = (
        f'<startEvent id="s"/><intermediateCatchEvent id="m" n:correlation="= {HEAVY}"><messageEventDefinition messageRef="go"/>'
        '</intermediateCatchEvent><endEvent id="e"/>'
    )
    world.play(body, "s > m > e", values={"n": 10_000})
    assert (world.waits, world.stuck) == ([], [("m", "budget")])
    assert world.send("go") == 0

    world.execute(RetryIncident(incident(world), ANN, world.now, "", {"n": 2}))
    assert world.waits == [("go", "4")]


def test_a_decision_that_the_table_cannot_give_is_mended_and_the_case_goes_on(world: World) -> None:
    body = '<startEvent id="s"/><businessRuleTask id="d" n:decision="band"/><userTask id="u"/><endEvent id="e"/>'
    world.deploy(model(body, "s > d > u > e"), table("band", HEAVY, "band", {"&lt; 5": '"low"'}))
    world.start(n=10_000)

    assert world.stuck == [("d", "budget")]
    world.execute(ResolveIncident(incident(world), ANN, world.now, "by hand", {"band": "low"}))
    assert world.data("u")["band"] == "low"


def test_a_timer_that_failed_too_often_is_an_incident_too_and_starts_again(either_world: World) -> None:
    world = either_world
    world.play(TIMED, "s > u > e", "b > late > e2", values={"wait": "PT1H"})
    whole = world.damage()
    for _ in range(3):
        world.now += timedelta(hours=1)
        world.pump.fire_due(world.now)
    timer = incident(world)

    with pytest.raises(IncidentStays):
        world.execute(ResolveIncident(timer, ANN, world.now, "why not"))
    world.repair(whole)
    world.execute(RetryIncident(timer, ANN, world.now, "the disk is back"))
    world.pump.fire_due(world.now)
    assert (world.open, world.read(lambda tx: world.reading.incidents(tx, ALL, IncidentFilter())).items) == (
        ["late", "u"],
        (),
    )


def test_incidents_are_grouped_by_element_and_cause_within_the_scope(either_world: World) -> None:
    world = either_world
    for _ in range(3):
        stuck_at_choice(world)
    world.play(SCRIPT.format(HEAVY), "s > ask > x > u > e", values={"n": 10_000})
    world.complete("ask")

    groups = world.read(lambda tx: world.reading.incident_groups(tx, ALL))
    assert [(group.element, group.cause, group.count) for group in groups] == [("g", "no-way", 3), ("x", "budget", 1)]
    nobody = Scope("nobody")
    assert world.read(lambda tx: world.reading.incident_groups(tx, nobody)) == ()
    assert world.read(lambda tx: world.reading.incidents(tx, nobody, IncidentFilter())).items == ()
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.incident(tx, nobody, groups[0].element))


def test_pages_of_incidents_go_on_where_the_last_one_ended(either_world: World) -> None:
    world = either_world
    for _ in range(5):
        stuck_at_choice(world)

    seen, cursor = [], None
    while True:
        wanted = IncidentFilter(cause="no-way", limit=2, cursor=cursor)
        page = world.read(lambda tx, wanted=wanted: world.reading.incidents(tx, ALL, wanted))
        seen += [item.id for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5
    one = world.read(lambda tx: world.reading.incident(tx, ALL, seen[0]))
    assert one.detail == "none of its conditions holds and it has no default"


def test_an_unknown_incident_is_not_found(world: World) -> None:
    stuck_at_choice(world)

    for command in (RetryIncident, ResolveIncident):
        with pytest.raises(NotFound):
            world.execute(command("000" + "0" * 32, ANN, world.now, "why"))
    world.execute(RetryIncident(mended := incident(world), ANN, world.now, "", {"f": {"n": 2}}))
    with pytest.raises(NotFound):
        world.execute(RetryIncident(mended, ANN, world.now, "again"))
