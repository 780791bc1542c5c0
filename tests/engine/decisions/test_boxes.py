"""Every kind of boxed expression, as a designer would use it."""

import pytest

from tests.engine.decisions.writing import answer, context, entry, function, given, invoke, made, table, text


def value(box, **values):
    return answer("d", [made("d", box)], **values).value


def warned(box, **values):
    return [one.message for one in answer("d", [made("d", box)], **values).warnings]


def test_a_context_is_its_entries_each_seeing_those_before():
    box = context(entry("base rate", text("x * 2")), entry("b", text("base rate + 1")), entry("empty", ""))

    assert value(box, x=3) == {"base rate": 6, "b": 7, "empty": None}


def test_an_entry_without_a_name_is_the_result():
    assert value(context(entry("a", text("1")), entry("", text("a + 1")))) == 2


def test_an_entry_hides_what_the_case_calls_the_same():
    assert value(context(entry("x", text("x + 1")), entry("", text("x * 10"))), x=3) == 40


def test_contexts_stand_in_contexts():
    inner = context(entry("b", text("a + 1")), entry("", text("b * 2")))

    assert value(context(entry("a", text("1")), entry("c", inner))) == {"a": 1, "c": 4}


def test_a_table_stands_in_a_context():
    rules = table("t", "UNIQUE", ["days"], ["y"], [["< 5", '"low"'], [">= 5", '"high"']])
    inside = rules[rules.index("<decisionTable") : rules.index("</decision>")]

    outcome = answer("d", [made("d", context(entry("days", text("x + 1")), entry("band", inside)))], x=4)

    assert outcome.value == {"days": 5, "band": "high"}
    assert outcome.matched == (2,)


def test_a_list_and_a_relation():
    columns = '<column name="a"/><column name="b c" typeRef="number"/>'
    rows = f"<row>{text('1')}{text('x')}</row><row>{text('')}{text('2')}</row>"

    assert value(f"<list>{text('1')}{text('x')}{text('')}<list/></list>", x="z") == [1, "z", None, []]
    assert value(f"<relation>{columns}{rows}</relation>", x=7) == [{"a": 1, "b c": 7}, {"a": None, "b c": 2}]
    assert value("<relation/>") == []


def test_a_cell_of_the_wrong_type_is_null_and_said():
    box = f'<relation><column name="a" typeRef="number"/><row>{text(repr("z").replace(chr(39), chr(34)))}</row></relation>'

    assert value(box) == [{"a": None}]
    assert warned(box) == ["The column 'a' does not conform to the type 'number'"]


def test_functions_are_defined_and_called_by_place_and_by_name():
    box = context(
        entry("add", function(["a", "b c"], text("a + b c + x"))),
        entry("", text("[add(1, 2), add(b c: 10, a: 1), add(1)]")),
    )

    assert value(box, x=100) == [103, 111, None]
    assert warned(box, x=100) == ["The function takes 2 arguments, not 1"]


def test_a_boxed_function_calls_itself():
    body = text("if n <= 1 then 1 else n * factorial(n - 1)")
    box = context(entry("factorial", function(["n"], body)), entry("", text("factorial(10)")))

    assert value(box) == 3628800


def test_parameters_and_results_have_types():
    box = context(
        entry("next", function(["n: number"], text("n + 1"), "number")),
        entry("word", function(["n"], text('"a"'), "number")),
        entry("", text('[next([4]), next("4"), word(1)]')),
    )

    assert value(box) == [5, None, None]
    assert sorted(warned(box)) == [
        "An argument does not conform to the type 'number'",
        "The result of the function does not conform to the type 'number'",
    ]


def test_an_invocation_binds_by_name():
    box = context(
        entry("minus", function(["a", "b"], text("a - b"))), entry("", invoke("minus", b=text("1"), a=text("x")))
    )

    assert value(box, x=5) == 4
    assert value(invoke("string length", string=text('"four"'))) == 4


@pytest.mark.parametrize(
    ("box", "wanted"),
    [
        (invoke("x", a=text("1")), "Only a function can be invoked"),
        (
            context(entry("f", function(["a"], text("a"))), entry("", invoke("f", b=text("1")))),
            "The function has other parameters",
        ),
        (context(entry("f", function(["a"], text("a"))), entry("", invoke("f"))), "The function has other parameters"),
    ],
)
def test_an_invocation_that_does_not_fit_is_null_and_said(box, wanted):
    assert value(box, x=5) is None
    assert wanted in warned(box, x=5)


def test_a_condition_chooses():
    box = f"<conditional><if>{text('x > 1')}</if><then>{text('1 / y')}</then><else>{context(entry('a', text('x')))}</else></conditional>"

    assert value(box, x=2, y=4) == 0.25
    assert value(box, x=1) == {"a": 1}
    assert value(box) == {"a": None}
    assert value(box.replace("x &gt; 1", '"yes"'), x=2, y=4) is None
    assert warned(box.replace("x &gt; 1", '"yes"'), x=2, y=4) == ["The condition must be true or false, not string"]


def test_a_filter_keeps_what_matches():
    def box(match):
        return f"<filter><in>{text('people')}</in><match>{text(match)}</match></filter>"

    people = [{"age": 3, "first name": "A"}, {"age": 30, "first name": "B"}]

    assert value(box("age > limit"), people=people, limit=10) == [people[1]]
    assert value(box("item.age > 3"), people=people) == [people[1]]
    assert value(box('first name = "A"'), people=people) == [people[0]]
    assert value(box("2"), people=people) == people[1]
    assert value(box("item > 1"), people=[1, 2, 3]) == [2, 3]
    assert value(box("true"), people=None) == []


def loop(kind, inner, over, variable="n"):
    part = "return" if kind == "for" else "satisfies"
    return f'<{kind} iteratorVariable="{variable}"><in>{text(over)}</in><{part}>{inner}</{part}></{kind}>'


def test_iterations():
    assert value(loop("for", text("n * k"), "numbers"), numbers=[1, 2], k=10) == [10, 20]
    assert value(loop("for", text("n + 1"), "[1..3]")) == [2, 3, 4]
    assert value(loop("for", text("each one.a"), "rows", "each one"), rows=[{"a": 1}, {"a": 2}]) == [1, 2]
    assert value(loop("for", text("if count(partial) = 0 then 1 else partial[-1] * n"), "[1, 2, 3, 4]")) == [
        1,
        2,
        6,
        24,
    ]
    assert value(loop("some", text("n > 2"), "numbers"), numbers=[1, 2, 3]) is True
    assert value(loop("every", text("n > 2"), "numbers"), numbers=[1, 2, 3]) is False
    assert value(loop("every", text("n > 2"), "[]")) is True
    assert value(loop("for", loop("for", text("n * m"), "[1, 2]", "m"), "[3, 4]")) == [[3, 6], [4, 8]]


def test_a_warning_of_a_box_has_no_place_in_a_text():
    (notice,) = answer("d", [made("d", loop("for", text("n"), "null"))]).warnings

    assert str(notice) == "A loop needs a list or a range, not null (in 'd')"


def test_a_value_that_is_not_of_its_type_is_null():
    box = context(entry("a", text("1"), "string"), entry("b", text("[2]"), "number"), entry("c", text("3"), "number"))

    assert value(box) == {"a": None, "b": 2, "c": 3}
    assert warned(box) == ["The entry 'a' does not conform to the type 'string'"]
    assert value(text("1").replace("<literalExpression>", '<literalExpression typeRef="string">')) is None


def test_everything_in_everything():
    service = invoke("scale", factor=text("k"), values=loop("for", text("n.points"), "rows"))
    body = loop("for", text("value * factor"), "values", "value")
    box = context(entry("scale", function(["factor", "values"], body)), entry("", service))
    elements = [given("k", "number"), made("d", box, reads=["k"])]

    assert answer("d", elements, k=3, rows=[{"points": 1}, {"points": 2}]).value == [3, 6]
