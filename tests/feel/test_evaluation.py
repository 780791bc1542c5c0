"""Several expressions under the same names."""

from datetime import UTC, datetime

import pytest

from feel import Budget, BudgetExceeded, Evaluation, Function, compile_expression, compile_tests

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


class Counted(dict):
    """A context that counts how often it is asked."""

    asked = 0

    def __getitem__(self, name):
        self.asked += 1
        return super().__getitem__(name)


def test_what_is_known_comes_before_the_context():
    here = Evaluation({"a": "known"}, {"a": "given", "b": 2}, NOW, Budget())

    assert here.value(compile_expression("a")) == "known"
    assert here.value(compile_expression("b + 1")) == 3
    assert here.value(compile_expression("now()")) == NOW


def test_the_context_is_asked_once_for_a_name():
    context = Counted(b=[1, 2, 3])
    here = Evaluation({}, context, NOW, Budget())

    assert [here.value(compile_expression("sum(b)")) for _ in range(3)] == [6, 6, 6]
    assert context.asked == 1


def test_cells_test_a_value_that_is_not_copied():
    here = Evaluation({"limit": [1, 2]}, {}, NOW, Budget())

    assert here.passes(compile_tests("limit"), [1, 2])
    assert not here.passes(compile_tests("> 5"), None)


def test_remarks_gather():
    here = Evaluation({}, {}, NOW, Budget())

    assert here.value(compile_expression("missing")) is None
    assert [remark.message for remark in here.remarks] == ["Nothing is named 'missing' here"]


def test_all_share_one_budget():
    here = Evaluation({"a": 1}, {}, NOW, Budget(steps=20))
    long = compile_expression("1 + 1 + 1 + 1 + 1 + 1")

    assert here.value(long) == 6
    with pytest.raises(BudgetExceeded):
        [here.value(long) for _ in range(20)]
    with pytest.raises(BudgetExceeded):
        here.passes(compile_tests("1, 2, 3, 4, 5, 6, 7, 8, 9"), None)


def test_a_large_result_is_charged_and_a_deep_one_refused():
    deep: list[object] = []
    for _ in range(40):
        deep = [deep]
    here = Evaluation({"deep": deep, "flat": {"a": [1]}}, {}, NOW, Budget())

    assert here.value(compile_expression("flat")) == {"a": [1]}
    with pytest.raises(BudgetExceeded):
        here.value(compile_expression("deep"))


def test_endless_recursion_is_over_the_budget():
    def dig():
        return dig()

    here = Evaluation({"dig": Function("", (), lambda run, given: dig(), lambda run, given: dig())}, {}, NOW, Budget())
    with pytest.raises(BudgetExceeded, match="nested too deep"):
        here.value(compile_expression("dig()"))
    with pytest.raises(BudgetExceeded, match="nested too deep"):
        here.passes(compile_tests("dig()"), 1)
