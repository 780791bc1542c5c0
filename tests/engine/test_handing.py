"""Tasks change hands and wait: assigned, delegated, given back, snoozed; each with its fact, and never to who could not do them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import (
    Actor,
    AssignTask,
    ClaimTask,
    DelegateTask,
    InboxFilter,
    InstantPast,
    NotAllowed,
    NotFound,
    ReceiverUnfit,
    ReleaseTask,
    SnoozeTask,
    StaleVersion,
    SuspendCase,
    TaskClosed,
    TaskId,
)
from engine.store import tables
from engine.values import loads
from tests.support.world import ALL, ANN, World

pytestmark = pytest.mark.usefixtures("rebuilt")

BODY = '<startEvent id="s"/><userTask id="u" n:group="team"/><userTask id="v"/><endEvent id="e"/>'
PATHS = ("s > u > v > e",)
BOB = Actor("bob", frozenset({"case_manager"}), frozenset({"team"}))
CAS = Actor("cas", frozenset({"case_manager"}), frozenset({"team"}))
NIA = Actor("nia", frozenset({"clinician"}), frozenset({"nurse"}))
SOFIA = Actor("sofia", frozenset({"supervisor"}), frozenset({"supervisor"}), "north")


def played(world: World) -> TaskId:
    world.play(BODY, *PATHS)
    return world.task("u").id


def last(world: World) -> tuple[str, dict[str, Any], str, str]:
    """Kind, facts, actor and reason of the latest row of history."""
    table = tables.history
    rows = world.rows(sa.select(table).where(table.c.case_id == world.case).order_by(table.c.step.desc(), table.c.n))
    reason = loads(world.keyring.open(rows[0].delta, "history", "delta", f"{world.case}.{rows[0].step}"))["reason"]
    return rows[0].kind, rows[0].facts, rows[0].actor, reason


def test_a_supervisor_gives_a_task_to_a_person_and_back_to_a_group(either_world: World) -> None:
    world = either_world
    task = played(world)

    given = world.execute(AssignTask(task, SOFIA, world.now, "knows her", BOB, version=1))
    assert (given.assignee, given.version, world.task("u").assignee) == ("bob", 2, "bob")
    assert last(world) == (
        "TaskAssigned",
        {"task": task, "from": None, "to": "bob", "group": "team"},
        "sofia",
        "knows her",
    )
    with pytest.raises(StaleVersion):
        world.execute(AssignTask(task, SOFIA, world.now, "again", CAS, version=1))

    back = world.execute(AssignTask(task, SOFIA, world.now, "is ill", group="nurse"))
    assert (back.assignee, world.task("u").assignee, world.task("u").group) == (None, None, "nurse")


def test_who_is_given_a_task_knows_of_its_case(world: World) -> None:
    task = played(world)
    dee = replace(BOB, id="dee")

    world.execute(AssignTask(task, SOFIA, world.now, "takes over", dee))
    world.execute(AssignTask(task, SOFIA, world.now, "takes over", BOB))

    scope = replace(ALL, person="dee", groups=frozenset(), everything=False)
    assert world.read(lambda tx: world.reading.case(tx, scope, world.case)).id == world.case


@pytest.mark.parametrize(
    ("actor", "to", "group", "error"),
    [
        (ANN, BOB, None, NotAllowed),
        (SOFIA, NIA, None, ReceiverUnfit),
        (SOFIA, BOB, "nurse", ReceiverUnfit),
    ],
)
def test_a_task_is_not_assigned_by_anybody_nor_to_who_could_not_do_it(
    world: World, actor: Actor, to: Actor, group: str | None, error: type[Exception]
) -> None:
    task = played(world)

    with pytest.raises(error):
        world.execute(AssignTask(task, actor, world.now, "because", to, group))
    assert (world.task("u").assignee, world.view.version) == (None, 1)


def test_a_delegated_task_remembers_its_first_owner_and_comes_back(either_world: World) -> None:
    world = either_world
    task = played(world)
    world.execute(ClaimTask(task, ANN, world.now))

    world.execute(DelegateTask(task, ANN, world.now, "on leave", BOB))
    assert last(world) == (
        "TaskDelegated",
        {"task": task, "from": "ann", "to": "bob", "owner": "ann"},
        "ann",
        "on leave",
    )
    with pytest.raises(NotAllowed):
        world.execute(DelegateTask(task, ANN, world.now, "no, to you", CAS))
    world.execute(DelegateTask(task, BOB, world.now, "ill", CAS))
    assert (world.task("u").assignee, world.task("u").delegated_by) == ("cas", "ann")

    back = world.execute(DelegateTask(task, CAS, world.now, "asked and answered"))
    assert (back.assignee, world.task("u").assignee, world.task("u").delegated_by) == ("ann", "ann", None)


def test_an_owner_takes_back_what_they_delegated_and_release_gives_it_back(world: World) -> None:
    task = played(world)
    world.execute(ClaimTask(task, ANN, world.now))

    world.execute(DelegateTask(task, ANN, world.now, "help", BOB))
    world.execute(DelegateTask(task, ANN, world.now, "I can do it"))
    assert world.task("u").assignee == "ann"

    world.execute(DelegateTask(task, ANN, world.now, "help", BOB))
    world.execute(ReleaseTask(task, BOB, world.now))
    assert (world.task("u").assignee, world.task("u").delegated_by) == ("ann", None)
    world.execute(ReleaseTask(task, ANN, world.now))
    assert world.task("u").assignee is None


def test_handing_a_task_on_to_its_owner_ends_the_delegation(world: World) -> None:
    task = played(world)
    world.execute(ClaimTask(task, ANN, world.now))
    world.execute(DelegateTask(task, ANN, world.now, "help", BOB))

    world.execute(DelegateTask(task, BOB, world.now, "yours", ANN))

    assert (world.task("u").assignee, world.task("u").delegated_by) == ("ann", None)


def test_a_task_is_not_delegated_to_who_could_not_do_it(world: World) -> None:
    task = played(world)
    world.execute(ClaimTask(task, ANN, world.now))

    with pytest.raises(ReceiverUnfit, match=r"group\.team"):
        world.execute(DelegateTask(task, ANN, world.now, "help", NIA))
    with pytest.raises(NotAllowed):
        world.execute(DelegateTask(task, ANN, world.now, "nobody gave it to me"))


def seen(world: World, *, asked: bool = False) -> list[str]:
    wanted = InboxFilter(case_id=world.case, awake_at=None if asked else world.now)
    return [item.element for item in world.read(lambda tx: world.reading.inbox(tx, ALL, wanted)).items]


def test_a_snoozed_task_is_hidden_until_its_instant_and_comes_back_by_itself(either_world: World) -> None:
    world = either_world
    task = played(world)
    until = world.now + timedelta(hours=5)

    world.execute(SnoozeTask(task, ANN, world.now, "calls back at two", until))
    assert (seen(world), seen(world, asked=True)) == ([], ["u"])
    assert last(world)[:2] == ("TaskSnoozed", {"task": task, "until": until.isoformat()})
    world.now = until
    assert (seen(world), world.task("u").snoozed_until) == (["u"], until)


def test_a_snoozed_task_is_woken_claimed_and_completed(world: World) -> None:
    task = played(world)
    until = world.now + timedelta(hours=5)

    world.execute(SnoozeTask(task, ANN, world.now, "later", until))
    world.execute(SnoozeTask(task, ANN, world.now, "now after all"))
    assert seen(world) == ["u"]
    world.execute(SnoozeTask(task, ANN, world.now, "later", until))
    world.execute(ClaimTask(task, BOB, world.now))
    assert (seen(world), world.task("u").snoozed_until) == (["u"], None)
    world.execute(ReleaseTask(task, BOB, world.now))
    world.execute(SnoozeTask(task, ANN, world.now, "later", until))
    world.complete("u")
    assert world.open == ["v"]


def test_a_task_is_snoozed_by_who_may_do_it_and_into_the_future(world: World) -> None:
    task = played(world)

    with pytest.raises(NotAllowed):
        world.execute(SnoozeTask(task, NIA, world.now, "later", world.now + timedelta(hours=1)))
    with pytest.raises(InstantPast):
        world.execute(SnoozeTask(task, ANN, world.now, "later", world.now))
    assert seen(world) == ["u"]


def test_a_closed_or_unknown_task_changes_no_hands(world: World) -> None:
    task = played(world)
    world.complete("u")
    nobody = TaskId("0" * 35)

    for command in (
        AssignTask(task, SOFIA, world.now, "r", BOB),
        DelegateTask(task, ANN, world.now, "r", BOB),
        SnoozeTask(task, ANN, world.now, "r", world.now + timedelta(days=1)),
    ):
        with pytest.raises(TaskClosed):
            world.execute(command)
        with pytest.raises(NotFound):
            world.execute(replace(command, task_id=nobody))


def test_in_a_suspended_case_tasks_change_hands_and_the_case_stays_suspended(world: World) -> None:
    task = played(world)
    world.execute(SuspendCase(world.case, ANN, world.now, "abroad"))

    world.execute(AssignTask(task, SOFIA, world.now, "r", BOB))
    world.execute(DelegateTask(task, BOB, world.now, "r", CAS))
    world.execute(SnoozeTask(task, CAS, world.now, "r", world.now + timedelta(days=1)))

    assert (world.status, world.task("u").assignee) == ("suspended", "cas")
