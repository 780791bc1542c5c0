"""Who may do what to a task: every branch of the policy."""

from dataclasses import replace

import pytest

from engine import Actor, Task
from engine.model import CaseId, TaskId
from engine.policy import (
    in_group,
    missing_to_amend,
    missing_to_assign,
    missing_to_claim,
    missing_to_complete,
    missing_to_delegate,
    missing_to_give_back,
    missing_to_mend,
    missing_to_receive,
    missing_to_release,
)


def task(group: str | None = None, assignee: str | None = None, *, may_assess: bool = False) -> Task:
    return Task(TaskId("t"), CaseId("c"), "P", "u", None, group, "open", assignee, 1, 0, may_assess)


def actor(*groups: str, assessor: bool = False, name: str = "ann") -> Actor:
    return Actor(name, groups=frozenset(groups), may_assess=assessor)


@pytest.mark.parametrize(
    ("who", "what", "missing"),
    [
        (actor(), task(), None),
        (actor("nurse"), task("nurse"), None),
        (actor("nurse"), task("pharmacist"), "group.pharmacist"),
        (actor(), task(may_assess=True), "may_assess"),
        (actor(assessor=True), task(may_assess=True), None),
        (actor(), task(assignee="ann"), None),
        (actor(), task(assignee="bob"), "task.assignee"),
        (actor("nurse", assessor=True), task("nurse", "bob", may_assess=True), "task.assignee"),
        (actor("nurse"), task("pharmacist", "ann"), "group.pharmacist"),
    ],
)
def test_claiming_and_completing_need_the_same_rights(who: Actor, what: Task, missing: str | None) -> None:
    assert missing_to_claim(who, what) == missing
    assert missing_to_complete(who, what) == missing
    assert in_group(who, what) == (missing is None or not missing.startswith("group."))


@pytest.mark.parametrize(("holder", "missing"), [("ann", None), ("bob", "task.assignee"), (None, "task.assignee")])
def test_only_the_assignee_gives_a_task_back(holder: str | None, missing: str | None) -> None:
    assert missing_to_release(actor(), task(assignee=holder)) == missing


@pytest.mark.parametrize(
    ("roles", "own", "unit", "missing"),
    [
        ("supervisor", "north", "north", None),
        ("supervisor", "north", None, None),
        ("supervisor", "north", "south", "unit.south"),
        ("supervisor", None, "south", "unit.south"),
        ("case_manager", "north", "north", "tasks.assign"),
        ("designer administrator", "north", "north", "tasks.assign"),
    ],
)
def test_only_a_supervisor_of_the_unit_assigns(roles: str, own: str | None, unit: str | None, missing: str) -> None:
    who = Actor("sofia", frozenset(roles.split()), unit=own)

    assert missing_to_assign(who, unit) == missing


@pytest.mark.parametrize(
    ("who", "what", "group", "missing"),
    [
        (actor(), task(), None, None),
        (actor("nurse"), task("nurse", "bob"), "nurse", None),
        (actor("nurse"), task("nurse"), "pharmacist", "group.pharmacist"),
        (actor("nurse"), task(may_assess=True), None, "may_assess"),
        (actor("nurse", assessor=True), task(may_assess=True), "nurse", None),
    ],
)
def test_who_receives_a_task_could_complete_it(who: Actor, what: Task, group: str | None, missing: str) -> None:
    assert missing_to_receive(who, what, group) == missing


def test_the_holder_delegates_and_holder_or_owner_gives_back() -> None:
    mine, handed = task(assignee="ann"), replace(task(assignee="bob"), delegated_by="ann")

    assert [missing_to_delegate(actor(name=name), mine) for name in ("ann", "bob")] == [None, "task.assignee"]
    assert missing_to_delegate(actor(), task()) == "task.assignee"
    assert missing_to_give_back(actor(), mine) == "task.assignee"
    assert [missing_to_give_back(actor(name=name), handed) for name in ("ann", "bob", "cas")] == [
        None,
        None,
        "task.assignee",
    ]


def test_who_could_have_completed_a_task_adds_to_it() -> None:
    done = replace(task("nurse", "bob"), closed_by="bob")

    assert missing_to_amend(actor(name="bob"), done) is None
    assert missing_to_amend(actor("nurse"), done) is None
    assert missing_to_amend(actor("pharmacist"), done) == "group.nurse"


@pytest.mark.parametrize(
    ("roles", "missing"),
    [("administrator", None), ("service", None), ("supervisor", "cases.mend"), ("designer", "cases.mend")],
)
def test_administrators_and_programs_mend(roles: str, missing: str | None) -> None:
    assert missing_to_mend(Actor("x", frozenset({roles}))) == missing
