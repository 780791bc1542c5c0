"""Who may do what to a task: every branch of the policy."""

import pytest

from engine import Actor, Task
from engine.model import CaseId, TaskId
from engine.policy import in_group, missing_to_claim, missing_to_complete, missing_to_release


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
