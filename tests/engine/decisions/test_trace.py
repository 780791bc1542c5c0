"""What an evaluation tells of itself."""

from decimal import Decimal
from typing import ClassVar

from engine.decisions import Notice, evaluate
from feel import Budget
from tests.engine.decisions.writing import answer, bkm, context, entry, given, made, read, table, text


def inner(decision):
    return decision[decision.index("<decisionTable") : decision.index("</decision>")]


LACE = table(
    "lace",
    "COLLECT",
    ["stay", "age"],
    ["points"],
    [["> 3", "-", "4"], ["-", "> 60", "2"]],
    attributes='aggregation="SUM"',
)
ELEMENTS = [
    given("stay", "number"),
    LACE,
    made("band", text('if lace > limit then "high" else "low"'), requires=["lace"], reads=["stay"]),
]


def test_each_decision_tells_what_it_read_and_which_rules_made_it():
    first, second = answer("band", ELEMENTS, stay=5, age=70, limit=3, unread=1).steps

    assert (first.decision, first.name, first.value) == ("lace", "lace", 6)
    assert (first.matched, first.rules) == ((1, 2), ("lace_r1", "lace_r2"))
    assert first.inputs == {"stay": 5, "age": 70}
    assert first.outputs == ({"points": 4}, {"points": 2})
    (used,) = first.tables
    assert (used.table, used.name, used.matched, used.rules) == ("lace", "lace", (1, 2), ("lace_r1", "lace_r2"))
    assert used.inputs == {"stay": 5, "age": 70}
    assert (second.decision, second.value, second.matched, second.tables) == ("band", "high", (), ())
    assert second.inputs == {"lace": 6, "stay": 5, "limit": 3}


def test_warnings_stand_with_the_decision_that_gave_them():
    first, second = answer("band", ELEMENTS, stay="5", age=70).steps

    assert [str(one) for one in first.warnings] == [
        "The input 'stay' does not conform to the type 'number' (in 'stay')"
    ]
    assert str(second.warnings[0]) == "Nothing is named 'limit' here (in 'band', line 1, column 11)"


def test_an_input_that_is_read_without_being_required_is_an_input_all_the_same():
    elements = [given("when", "date"), given("date", "number"), made("d", text('when > date("2025-01-01")'))]

    assert answer("d", elements, when="2025-06-10").value is True
    assert answer("d", elements).warnings[0].message == "The input 'when' is not given"


def test_tables_in_functions_are_told_each_time():
    box = context(entry("a", text("points(1)")), entry("b", text("points(5)")))
    rules = inner(table("t", "UNIQUE", ["n"], ["y"], [["< 3", "1"], [">= 3", "2"]])).replace(
        "<decisionTable", '<decisionTable id="inside"'
    )
    outcome = answer("d", [bkm("points", ["n"], rules), made("d", box, knows=["points"])])

    (step,) = outcome.steps
    assert [(one.table, one.name, one.matched, one.inputs) for one in step.tables] == [
        ("inside", "points", (1,), {"n": 1}),
        ("inside", "points", (2,), {"n": 5}),
    ]
    assert (step.matched, outcome.matched) == ((), ())


def test_a_trace_is_bounded(monkeypatch):
    rules = inner(table("t", "UNIQUE", ["n"], ["y"], [["-", "n"]]))
    box = text("for i in 1..300 return points(i)")
    monkeypatch.setattr("engine.decisions.frame.MOST_STEPS", 100)
    outcome = answer("d", [bkm("points", ["n"], rules), made("d", box, knows=["points"])], budget=Budget(1_000_000, 20))

    assert len(outcome.value) == 300
    assert len(outcome.steps[0].tables) == 99


def test_warnings_are_bounded_and_told_once():
    box = text("for i in 1..500 return missing(i)")
    many = "".join(text(f"missing {chr(65 + n % 26)}{chr(65 + n // 26)}") for n in range(300))

    assert len(answer("d", [made("d", box)]).warnings) == 2
    assert len(answer("d", [made("d", f"<list>{many}</list>")]).warnings) == 200


def test_a_notice_says_where():
    assert str(Notice("It is odd", "")) == "It is odd"
    assert str(Notice("It is odd", "d", 3)) == "It is odd (in 'd', rule 3)"
    assert str(Notice("It is odd", "d", None, 1, 2)) == "It is odd (in 'd', line 1, column 2)"


def test_no_value_stands_in_a_warning():
    secret = "Jane Roe"
    elements = [given("x", "number"), made("d", text("x + y.z + f(y) + {a: y}.b"), reads=["x"])]

    outcome = answer("d", elements, x=secret, y=secret)

    assert len(outcome.warnings) > 2
    assert all(secret not in str(one) for one in outcome.warnings)


def test_tables_of_a_decision_are_found_wherever_they_stand():
    rules = inner(table("t", "UNIQUE", ["n"], ["y"], [["-", "n"]]))
    box = context(entry("a", rules), entry("b", context(entry("c", rules))))
    elements = [
        bkm("f", ["n"], rules, knows=["g"]),
        bkm("g", ["n"], rules, knows=["f"]),
        made("d", box, knows=["f", "g"]),
        LACE,
    ]
    found = read(*elements)

    assert [one.name for one in found["d"].tables] == ["a", "c", "f", "g"]
    assert [one.name for one in found["lace"].tables] == ["lace"]
    assert (found["lace"].hit_policy, found["lace"].aggregation, len(found["lace"].rules)) == ("COLLECT", "SUM", 2)
    assert (found["d"].hit_policy, found["d"].aggregation, found["d"].rules) == (None, None, ())


def test_columns_of_one_label_are_told_apart():
    (step,) = answer("t", [table("t", "UNIQUE", ["x", "x", "y"], ["z"], [["> 1", "< 5", "-", "1"]])], x=3, y=0).steps

    assert step.tables[0].inputs == {"x": 3, "x (2)": 3, "y": 0}


def test_annotations_are_kept():
    noted = LACE.replace("<rule", '<annotation name="Why"/><annotation name="Source"/><rule', 1)

    assert read(noted)["lace"].logic.annotations == ("Why", "Source")


def test_the_host_is_asked_only_for_what_is_read():
    class Host(dict):
        asked: ClassVar[list[str]] = []

        def __getitem__(self, name):
            self.asked.append(name)
            return super().__getitem__(name)

    host = Host({"a": 1, **{f"n{n}": n for n in range(1000)}})
    outcome = evaluate(read(made("d", text("a + a + b")), made("e", text("a")))["d"], host)

    assert outcome.value is None
    assert set(host.asked) == {"a", "b"}
    assert outcome.steps[0].inputs == {"a": Decimal(1)}
