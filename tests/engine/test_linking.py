"""A further case for the client of a case: each knows of the other, in rows and in history."""

import pytest

from engine import CancelCase, NotFound, ProcessUnknown, Scope, StartLinkedCase, case_id_of
from tests.support.world import ALL, ANN, World, model
from tests.torture.verify import verify

pytestmark = pytest.mark.usefixtures("rebuilt")

FIRST = model('<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>', "s > u > e", process="First")
APPEAL = model('<startEvent id="s"/><userTask id="hear"/><endEvent id="e"/>', "s > hear > e", process="Appeal")
OTHER = case_id_of("f" * 32)


def test_both_cases_are_linked_and_say_so(either_world: World) -> None:
    world = either_world
    world.deploy(FIRST, APPEAL)
    world.start("First", subject="client-1", unit="north")
    command = StartLinkedCase(
        world.case, OTHER, "Appeal", ANN, world.now, "the payor refused", {"about": "stay"}, {"urgent": True}
    )

    started = world.execute(command)

    first, world.case = world.case, OTHER
    assert (started.case_id, started.opened) == (OTHER, (world.task("hear").id,))
    assert (world.view.subject_id, world.view.unit, world.view.process) == ("client-1", "north", "Appeal")
    assert (world.known, world.data("hear")["about"]) == ({"urgent": True}, "stay")
    there = [event.facts for event in world.history if event.kind == "CaseLinked"]
    links = world.read(lambda tx: world.reading.linked(tx, ALL, OTHER))
    assert there == [{"linked": first, "kind": "started_by"}]
    assert [(link.case_id, link.kind, link.process, link.status) for link in links] == [
        (first, "started_by", "First", "active")
    ]
    world.case = first
    here = [event.facts for event in world.history if event.kind == "CaseLinked"]
    links = world.read(lambda tx: world.reading.linked(tx, ALL, first))
    assert here == [{"linked": OTHER, "kind": "started", "process": "Appeal"}]
    assert [(link.case_id, link.kind) for link in links] == [(OTHER, "started")]
    assert verify(world.database, world.keyring, world.library) == 2


def test_a_case_that_has_ended_is_followed_by_another(world: World) -> None:
    world.deploy(FIRST, APPEAL)
    world.start("First")
    world.execute(CancelCase(world.case, "over", ANN, world.now, "x"))

    world.execute(StartLinkedCase(world.case, OTHER, "Appeal", ANN, world.now, "x"))

    assert world.status == "cancelled"
    verify(world.database, world.keyring, world.library)


def test_a_reader_sees_only_links_to_cases_within_reach(world: World) -> None:
    world.deploy(FIRST, APPEAL)
    world.start("First", unit="north")
    world.execute(StartLinkedCase(world.case, OTHER, "Appeal", ANN, world.now, "x"))

    nobody = Scope("bob")
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.linked(tx, nobody, world.case))
    ann = Scope("ann")
    assert len(world.read(lambda tx: world.reading.linked(tx, ann, world.case))) == 1


def test_what_is_unknown_is_refused_and_nothing_is_linked(world: World) -> None:
    world.deploy(FIRST)
    world.start("First")
    before = world.view

    with pytest.raises(ProcessUnknown):
        world.execute(StartLinkedCase(world.case, OTHER, "Appeal", ANN, world.now, "x"))
    with pytest.raises(NotFound):
        world.execute(StartLinkedCase(OTHER, world.case, "First", ANN, world.now, "x"))

    assert world.view == before
    assert world.read(lambda tx: world.reading.linked(tx, ALL, world.case)) == ()
