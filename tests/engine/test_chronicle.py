"""What happened over all cases: the event log as it was lived through, page by page, and who may know of which case."""

from datetime import timedelta

import pytest

from engine import CancelCase, Chronicle, LogFilter, LoggedEvent, Scope
from engine.queries import eventlog
from tests.support.world import ALL, ANN, World, model, table

BODY = (
    '<startEvent id="s"/><callActivity id="c" name="Inner" calledElement="Q" n:stage="planning"/>'
    '<userTask id="u" name="Look" n:group="team"/><endEvent id="e"/>'
)
INNER = model(
    '<startEvent id="qs"/><userTask id="qu" name="Ask" n:group="team"/><endEvent id="qe"/>',
    "qs > qu > qe",
    process="Q",
)


def lived(world: World) -> Chronicle:
    """Two cases: one at its last task, one cancelled at its first."""
    world.deploy(model(BODY, "s > c > u > e"), INNER)
    world.start()
    world.complete("qu")
    first = world.case
    world.start()
    world.execute(CancelCase(world.case, "closed", ANN, world.now, "a slip"))
    world.case = first
    return Chronicle(world.library)


def told(world: World, chronicle: Chronicle, wanted: LogFilter | None = None) -> list[LoggedEvent]:
    return world.read(lambda tx: [event for page in chronicle.events(tx, wanted or LogFilter()) for event in page])


def test_elements_and_tasks_are_told_in_words_of_the_diagram(either_world: World) -> None:
    world = either_world
    chronicle = lived(world)

    mine = [event for event in told(world, chronicle) if event.case_id == world.case]

    assert [(item.activity, item.process, item.transition, item.role, item.phase) for item in mine] == [
        ("s", "P", "complete", "", "planning"),
        ("qs", "Q", "complete", "", "planning"),
        ("Ask", "Q", "schedule", "team", "planning"),
        ("Ask", "Q", "complete", "team", "planning"),
        ("qe", "Q", "complete", "", "planning"),
        ("Inner", "P", "complete", "", "planning"),
        ("Look", "P", "schedule", "team", "planning"),
    ]
    asked = [item.task_id for item in mine if item.activity == "Ask"]
    assert asked[0] == asked[1] != ""
    assert {item.release for item in mine} == {"r1"}


def test_a_task_that_was_taken_away_is_withdrawn_once_and_what_held_it_aborted(either_world: World) -> None:
    world = either_world
    chronicle = lived(world)

    other = [event for event in told(world, chronicle) if event.case_id != world.case]

    assert [(item.activity, item.transition) for item in other if item.transition != "complete"] == [
        ("Ask", "schedule"),
        ("Inner", "ate_abort"),
        ("Ask", "withdraw"),
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_pages_of_any_size_tell_the_same(either_world: World, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    world = either_world
    chronicle = lived(world)
    whole = told(world, chronicle)
    objects = world.read(
        lambda tx: [list(chronicle.logged_cases(tx, LogFilter())), list(chronicle.logged_tasks(tx, LogFilter()))]
    )

    monkeypatch.setattr(eventlog, "PAGE", size)
    for name in ("_ALL", "_SOME"):
        monkeypatch.setattr(eventlog, name, getattr(eventlog, name).limit(size))

    assert told(world, chronicle) == whole
    assert (
        world.read(
            lambda tx: [list(chronicle.logged_cases(tx, LogFilter())), list(chronicle.logged_tasks(tx, LogFilter()))]
        )
        == objects
    )
    assert world.read(lambda tx: list(chronicle.logged_subjects(tx, LogFilter()))) == sorted(
        {case.subject_id for case in objects[0]}
    )


def test_a_filter_holds_for_events_and_objects_alike(either_world: World) -> None:
    world = either_world
    chronicle = lived(world)
    inner, nothing = LogFilter("Q"), LogFilter(since=world.now + timedelta(days=1))

    assert {event.process for event in told(world, chronicle, inner)} == {"Q"}
    assert told(world, chronicle, nothing) == []
    cases = world.read(lambda tx: [case.id for case in chronicle.logged_cases(tx, inner)])
    assert len(cases) == 2
    assert world.read(lambda tx: chronicle.exported(tx, inner, cases)) == set(cases)
    assert world.read(lambda tx: chronicle.exported(tx, nothing, cases)) == frozenset()
    assert world.read(lambda tx: list(chronicle.logged_tasks(tx, nothing))) == []


def test_only_cases_that_one_may_know_of_are_known(either_world: World) -> None:
    world = either_world
    chronicle = lived(world)
    every = [case.id for case in world.read(chronicle.cases)]

    assert world.read(lambda tx: chronicle.known(tx, ALL, every)) == set(every)
    assert world.read(lambda tx: chronicle.known(tx, Scope("x", frozenset({"team"})), every)) == {world.case}
    assert world.read(lambda tx: chronicle.known(tx, Scope("x"), every)) == frozenset()


def test_a_decision_of_the_active_release_is_asked_for_many_at_once(either_world: World) -> None:
    world = either_world
    world.deploy(
        model('<startEvent id="s"/><endEvent id="e"/>', "s > e"), table("D", "x", "y", {"1": '"one"', "2": '"two"'})
    )
    chronicle = Chronicle(world.library)

    assert world.read(lambda tx: chronicle.decided(tx, "D", [{"x": 2}, {"x": 1}, {"x": 3}])) == ("two", "one", None)
    assert world.read(lambda tx: chronicle.decided(tx, "none", [{"x": 2}])) == ()
