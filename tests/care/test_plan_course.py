"""Any course of drafts, approvals, loops and addenda leaves versions that are numbered as the care process says, on rows of a database."""

from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care import CareRecords, read_plan
from care.plan import EMPTY, Number, changed, next_number
from engine import Advance, Amendment, Case, Fact, Task

T = datetime(2025, 6, 10, 18, tzinfo=UTC)
NEEDED = [item.name for item in fields(Advance) if item.default is MISSING and item.default_factory is MISSING]
BLANK = Advance(**{**dict.fromkeys(NEEDED, ""), "facts": {}})
NUMBERS = count()
TEXTS = st.lists(
    st.sampled_from(["falls", "lives alone", "cannot pay rent", "falls at night", "sleeps badly"]), max_size=4
)
STEPS = st.one_of(
    st.tuples(st.just("draft"), st.sampled_from(["minor", "complete"]), TEXTS),
    st.tuples(st.just("final"), st.none(), st.none()),
    st.tuples(st.just("minor_change"), st.none(), st.none()),
    st.tuples(st.just("addendum"), st.integers(0, 5), TEXTS),
)


class Course:
    """One case's plan in a database, and what its numbers should be."""

    def __init__(self, database, keyring, case_id):
        self.database, self.keyring, self.case_id = database, keyring, case_id
        self.records, self.steps = CareRecords(keyring), 0
        self.tasks, self.final, self.drafted, self.is_open = [], None, None, False

    @property
    def case(self):
        self.steps += 1
        return Case(0, self.case_id, "p", "r", self.steps, b"", b"", {}, "client", None)

    @property
    def now(self):
        return T + timedelta(hours=self.steps)

    def apply(self, **parts):
        case, advance = self.case, replace(BLANK, **parts)
        self.database.write(lambda tx: self.records.apply(tx, case, advance, "nora", self.now))

    def task(self, n):
        return Task(
            f"t{n}",
            self.case_id,
            "p4",
            "draft_plan",
            "plan_of_care",
            "case_manager",
            "completed",
            None,
            1,
            0,
            False,
            closed_at=T,
        )

    def draft(self, change, texts):
        done = self.task(len(self.tasks))
        answers = {"change_kind": change, "problems": [{"text": text} for text in texts]}
        self.tasks.append(answers)
        self.apply(kind="TaskCompleted", element="draft_plan", completed_task=done.id, done=done, delta=answers)
        self.drafted, self.is_open = next_number(self.final, change), True

    def make_final(self):
        self.apply(facts={"plan_final_at": Fact(self.now, self.now, "finish_plan")})
        if self.is_open:
            self.final, self.is_open = self.drafted, False

    def loop(self):
        self.apply(facts={"loop_to": Fact("minor_change", T, "n"), "loop_reason": Fact(f"Call {self.steps}", T, "n")})
        if self.drafted is not None:
            self.final = self.drafted = next_number(self.final, "minor")
            self.is_open = False

    def amend(self, n, texts):
        if not self.tasks:
            return
        n %= len(self.tasks)
        before, after = self.tasks[n], {**self.tasks[n], "problems": [{"text": text} for text in texts]}
        self.tasks[n] = after
        amendment, case = Amendment(self.task(n), before, after, "Again."), self.case
        self.database.write(lambda tx: self.records.amend(tx, case, amendment, "nora", self.now))

    def versions(self):
        return self.database.read(lambda tx: read_plan(tx, self.keyring, self.case_id)).versions


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(STEPS, max_size=12))
def test_versions_are_numbered_and_told_apart_whatever_happens(sqlite, keyring, steps):
    course = Course(sqlite, keyring, f"case-{next(NUMBERS)}")
    for kind, choice, texts in steps:
        match kind:
            case "draft":
                course.draft(choice, texts)
            case "final":
                course.make_final()
            case "minor_change":
                course.loop()
            case _:
                course.amend(choice, texts)

    versions = course.versions()

    finals = [version for version in versions if version.status in {"final", "superseded"}]
    assert [version.number for version in finals] == sorted({version.number for version in finals})
    assert (finals[-1].number if finals else None) == course.final
    assert sum(version.status == "final" for version in versions) == bool(finals)
    last, plan = None, EMPTY
    for version in finals:
        assert version.number in {next_number(last, "minor"), next_number(last, "complete")}
        if last is not None:
            again = changed(plan, version.changes)
            assert (again.head, again.sections) == (version.plan.head, version.plan.sections)
        last, plan = version.number, version.plan
    if finals:
        assert finals[0].number == Number(1, 0)
        assert finals[0].changes == {}
    for version in versions:
        assert [item.revision for item in version.revisions] == list(range(1, len(version.revisions) + 1))
    of_addenda = sum(item.is_addendum for version in versions for item in version.revisions)
    assert of_addenda == (sum(kind == "addendum" for kind, _, _ in steps[_first_draft(steps) :]))


def _first_draft(steps):
    return next((n for n, (kind, _, _) in enumerate(steps) if kind == "draft"), len(steps))
