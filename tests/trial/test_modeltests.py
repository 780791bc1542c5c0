"""Test files: what their form refuses and where, how inputs are typed, how answers are compared, and what rules were hit."""

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.output import plain
from feel import compile_expression
from trial import FileReport, run_file, run_files
from trial.modeltests.compare import is_same
from trial.modeltests.decisions import run_decision
from trial.modeltests.form import FileRefused, read_test

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
TABLE = """
<decision id="band" name="Band of a score"><decisionTable hitPolicy="{policy}">
<input id="i"><inputExpression typeRef="{kind}"><text>score</text></inputExpression></input>
<output id="o" name="band"/>
<rule id="low"><inputEntry><text>{first}</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>
<rule><inputEntry><text>{second}</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>
</decisionTable></decision>"""
GRAPH = """
<inputData id="weight_data" name="weight"><variable name="weight" typeRef="feel:number"/></inputData>
<inputData id="note_data" name="note"/>
<decision id="double" name="Doubled"><variable name="double"/>
<literalExpression><text>weight * 2</text></literalExpression></decision>
<decision id="size" name="Size"><variable name="size"/><informationRequirement><requiredDecision href="#double"/></informationRequirement>
<decisionTable><input><inputExpression><text>double</text></inputExpression></input><output name="size"/>
<rule id="big"><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>"big"</text></outputEntry></rule></decisionTable></decision>"""


def table(policy: str = "UNIQUE", kind: str = "number", first: str = "[0..4]", second: str = "&gt;= 5") -> str:
    return HEAD + TABLE.format(policy=policy, kind=kind, first=first, second=second) + "</definitions>"


def row(**parts: Any) -> dict[str, Any]:
    return {"name": "a row", "inputs": {}, **parts}


def run(folder: Path, *rows: dict[str, Any], model: str | None = None, **head: Any) -> FileReport:
    (folder / "band.dmn").write_text(model or table(), "utf-8")
    path = folder / "band.test.json"
    path.write_text(json.dumps({"kind": "decision", "rows": rows, **head}), "utf-8")
    return run_file(path)


# -- what is found


def test_rows_that_hold_pass_and_visits_are_counted(tmp_path: Path):
    report = run(
        tmp_path,
        row(name="low", inputs={"score": 4}, outputs="low", rules=[1]),
        row(name="also low", inputs={"score": 0.5}, rules=[1]),
        row(name="none", nothing_hit=True),
        row(name="null", inputs={"score": None}, nothing_hit=True),
    )

    assert (report.passed, report.failed, report.problem) == (4, 0, None)
    assert report.coverage == {"band": 4, "low": 2, "band#2": 0}
    assert [(item.decision, item.rule, item.element) for item in report.never_hit] == [("band", 2, "band#2")]


def test_a_row_that_does_not_hold_says_what_was_expected_and_what_came(tmp_path: Path):
    report = run(
        tmp_path,
        row(inputs={"score": 9}, outputs="low", rules=[1]),
        row(name="b", inputs={"score": 1}, outputs="low"),
    )

    assert (report.passed, report.failed) == (1, 1)
    assert [(f.row, f.name, f.what, f.expected, f.came) for f in report.findings] == [
        (1, "a row", "outputs", "low", "high"),
        (1, "a row", "rules", [1], [2]),
    ]


def test_nothing_hit_means_no_rule_and_no_answer(tmp_path: Path):
    report = run(tmp_path, row(inputs={"score": 9}, nothing_hit=True))

    assert [(f.what, f.expected, f.came) for f in report.findings] == [("rules", [], [2]), ("outputs", None, "high")]


def test_nothing_hit_may_still_say_what_the_default_gives(tmp_path: Path):
    model = table().replace(
        '<output id="o" name="band"/>',
        '<output id="o" name="band"><defaultOutputEntry><text>"none"</text></defaultOutputEntry></output>',
    )

    report = run(tmp_path, row(nothing_hit=True, outputs="none"), row(name="b", nothing_hit=True), model=model)

    assert [(f.row, f.what, f.came) for f in report.findings] == [(2, "outputs", "none")]


def test_a_list_of_no_hits_is_nothing_hit(tmp_path: Path):
    assert run(tmp_path, row(nothing_hit=True), model=table("COLLECT")).failed == 0


@pytest.mark.parametrize(("aggregation", "outputs"), [("COUNT", 0), ("SUM", None), ("MAX", None)])
def test_an_aggregated_table_says_what_nothing_is(aggregation: str, outputs: int | None, tmp_path: Path):
    model = table('COLLECT" aggregation="' + aggregation)

    assert run(tmp_path, row(nothing_hit=True, outputs=outputs), model=model).findings == ()


def test_a_broken_promise_of_the_table_can_be_expected_and_is_told_with_its_reason(tmp_path: Path):
    overlapping = table(first="[0..5]")

    report = run(
        tmp_path,
        row(inputs={"score": 5}, outputs=None, rules=[1, 2]),
        row(name="b", inputs={"score": 5}, outputs="low"),
        model=overlapping,
    )

    assert report.failed == 1
    assert report.findings[0].row == 2
    assert "1, 2" in report.findings[0].message


def test_an_expected_null_is_not_the_same_as_expecting_nothing(tmp_path: Path):
    report = run(tmp_path, row(inputs={"score": 1}, outputs=None), row(name="b", inputs={"score": 1}, rules=[1]))

    assert [(f.row, f.what, f.expected, f.came) for f in report.findings] == [(1, "outputs", None, "low")]


# -- requirement graphs


def test_a_decision_is_run_with_all_it_requires_and_each_step_can_be_expected(tmp_path: Path):
    model = f"{HEAD}{GRAPH}</definitions>"

    report = run(
        tmp_path,
        row(inputs={"weight": 5}, outputs="big", rules=[1], steps={"double": {"outputs": 10, "rules": []}}),
        row(name="b", inputs={"weight": 6}, outputs="big", steps={"double": {"outputs": 10}, "gone": {"outputs": 1}}),
        model=model,
    )

    assert report.coverage == {"size": 2, "double": 2, "big": 2}
    assert [(f.row, f.what, f.expected, f.came) for f in report.findings] == [
        (2, "steps.double.outputs", 10, 12),
        (2, "steps.gone", "a decision that is made on the way", None),
    ]


def test_a_decision_that_two_others_require_is_made_and_counted_once(tmp_path: Path):
    needs = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement>'
    text = '<decision id="{}" name="{}">{}<literalExpression><text>{}</text></literalExpression></decision>'
    model = "".join(
        (
            text.format("one", "one", "", "1"),
            text.format("left", "left", needs.format("one"), "one + 1"),
            text.format("right", "right", needs.format("one"), "one + 2"),
            text.format("top", "top", needs.format("left") + needs.format("right"), "left * right"),
        )
    )

    report = run(tmp_path, row(outputs=6), model=f"{HEAD}{model}</definitions>")

    assert (report.passed, report.coverage) == (1, {"top": 1, "left": 1, "right": 1, "one": 1})


BKM = """
<businessKnowledgeModel id="bkm" name="grade"><encapsulatedLogic><formalParameter name="n"/>
<decisionTable id="inner"><input><inputExpression><text>n</text></inputExpression></input><output name="grade"/>
<rule id="small"><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>"small"</text></outputEntry></rule>
<rule><inputEntry><text>&gt;= 5</text></inputEntry><outputEntry><text>"large"</text></outputEntry></rule>
</decisionTable></encapsulatedLogic></businessKnowledgeModel>
<decision id="both" name="both"><knowledgeRequirement><requiredKnowledge href="#bkm"/></knowledgeRequirement>
<literalExpression><text>[grade(a), grade(b)]</text></literalExpression></decision>"""


def test_rules_of_the_functions_that_a_decision_calls_are_counted_too(tmp_path: Path):
    model = f"{HEAD}{BKM}</definitions>"

    first = run(tmp_path, row(inputs={"a": 1, "b": 2}, outputs=["small", "small"]), model=model)
    second = run(tmp_path, row(inputs={"a": 1, "b": 7}, outputs=["small", "large"]), model=model)

    assert (first.problem, first.passed) == (None, 1)
    assert first.coverage == {"both": 1, "small": 2, "inner#2": 0}
    assert [(item.decision, item.rule, item.element) for item in first.never_hit] == [("bkm", 2, "inner#2")]
    assert second.coverage == {"both": 1, "small": 1, "inner#2": 1}


def test_tables_inside_a_context_are_counted_too(tmp_path: Path):
    inner = TABLE.format(policy="UNIQUE", kind="number", first="[0..4]", second="&gt;= 5")
    table_alone = inner[inner.index("<decisionTable") : inner.index("</decision>")]
    context = f"""<decision id="whole" name="whole"><context><contextEntry><variable name="band"/>{table_alone}</contextEntry>
    <contextEntry><literalExpression><text>band + "!"</text></literalExpression></contextEntry></context></decision>"""

    report = run(tmp_path, row(inputs={"score": 1}, outputs="low!"), model=f"{HEAD}{context}</definitions>")

    assert (report.problem, report.findings) == (None, ())
    assert report.coverage == {"whole": 1, "low": 1, "whole#2": 0}


def test_a_decision_service_is_tested_with_the_decisions_behind_it(tmp_path: Path):
    service = """<decisionService id="serve" name="Serve"><outputDecision href="#size"/><encapsulatedDecision href="#double"/>
    <inputData href="#weight_data"/></decisionService>"""

    report = run(
        tmp_path,
        row(inputs={"weight": 6}, outputs="big", steps={"double": {"outputs": 12}}),
        model=f"{HEAD}{GRAPH}{service}</definitions>",
        decision="Serve",
    )

    assert (report.problem, report.findings) == (None, ())
    assert report.coverage == {"size": 1, "double": 1, "big": 1}


def test_a_model_that_a_model_imports_lies_beside_it(tmp_path: Path):
    (tmp_path / "other.dmn").write_text(
        f'{HEAD}<decision id="one" name="one"><literalExpression><text>1</text></literalExpression></decision></definitions>'.replace(
            'namespace="n"', 'namespace="elsewhere"'
        ),
        "utf-8",
    )
    (tmp_path / "broken.dmn").write_text("no xml", "utf-8")
    model = HEAD + (
        '<import name="other" namespace="elsewhere" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
        '<decision id="two" name="two"><informationRequirement><requiredDecision href="elsewhere#one"/></informationRequirement>'
        "<literalExpression><text>other.one + 1</text></literalExpression></decision></definitions>"
    )

    report = run(tmp_path, row(outputs=2), model=model)

    assert (report.problem, report.findings) == (None, ())
    assert report.coverage == {"two": 1, "one": 1}


def test_a_decision_without_an_id_is_known_by_its_name(tmp_path: Path):
    nameless = table().replace('id="band" name="Band of a score"', 'name="Band"')

    report = run(tmp_path, row(inputs={"score": 1}, outputs="low", rules=[1]), model=nameless)

    assert (report.problem, report.findings) == (None, ())
    assert report.coverage == {"Band": 1, "low": 1, "Band#2": 0}


def test_a_rule_that_one_file_hits_is_not_told_by_another_of_the_same_model(tmp_path: Path):
    for name, score, rule in (("low", 1, 1), ("high", 9, 2)):
        run(tmp_path, row(inputs={"score": score}, rules=[rule]), file="band.dmn")
        (tmp_path / "band.test.json").rename(tmp_path / f"{name}.test.json")
    shutil.copytree(tmp_path, tmp_path / "other")
    both = [tmp_path / "low.test.json", tmp_path / "high.test.json"]

    alone, together, apart = (
        run_files(paths) for paths in (both[:1], both, [both[0], tmp_path / "other" / "high.test.json"])
    )

    assert [[rule.rule for rule in report.never_hit] for report in alone] == [[2]]
    assert [[rule.rule for rule in report.never_hit] for report in together] == [[], []]
    assert [[rule.rule for rule in report.never_hit] for report in apart] == [[2], [1]]


@pytest.mark.parametrize(("wanted", "visits"), [("double", {"double": 1}), ("Doubled", {"double": 1})])
def test_one_decision_of_a_graph_is_chosen_by_id_or_name(wanted: str, visits: dict[str, int], tmp_path: Path):
    model = f"{HEAD}{GRAPH}</definitions>"

    report = run(tmp_path, row(inputs={"weight": 4}, outputs=8), model=model, decision=wanted)

    assert (report.problem, report.passed, report.coverage) == (None, 1, visits)


def test_a_decision_that_is_not_there_is_named(tmp_path: Path):
    report = run(tmp_path, row(outputs=1), decision="gone")

    assert report.problem == "#/decision: Expected one decision 'gone' in band.dmn, but it has 0"


def test_a_file_of_several_decisions_wants_one_named(tmp_path: Path):
    other = '<decision id="other" name="Other"><literalExpression><text>1</text></literalExpression></decision>'

    report = run(tmp_path, row(outputs=1), model=table().replace("</definitions>", other + "</definitions>"))

    assert report.problem is not None
    assert "band.dmn has 2 to choose from" in report.problem


# -- inputs


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("number", "4", "a number, as the table declares it, but it is text"),
        ("number", True, "a number, as the table declares it, but it is true or false"),
        ("number", [4], "a number, as the table declares it, but it is a list"),
        ("number", {"a": 1}, "a number, as the table declares it, but it is an object"),
        ("string", 4, "a string, as the table declares it, but it is a number"),
        ("string", 0.5, "a string, as the table declares it, but it is a number"),
        ("boolean", "true", "a boolean, as the table declares it, but it is text"),
        ("date", "4 May", "the ISO text of a date, as the table declares it"),
        ("date", 4, "the ISO text of a date, as the table declares it"),
        ("dateTime", "2025-05-04", "the ISO text of a dateTime, as the table declares it"),
    ],
)
def test_an_input_of_another_type_fails_its_row_and_no_other(kind: str, value: Any, said: str, tmp_path: Path):
    report = run(
        tmp_path, row(inputs={"score": value}, nothing_hit=True), row(name="b", rules=[]), model=table(kind=kind)
    )

    assert (report.passed, report.failed) == (1, 1)
    assert report.findings[0].what == "row"
    assert report.findings[0].message == f"Expected input 'score' to be {said}"


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("date", "2025-05-04", 'date("2025-05-04")'),
        ("feel:date", "2025-05-04", 'date("2025-05-04")'),
        ("time", "14:00:00", 'time("14:00:00")'),
        ("dateTime", "2025-05-04T14:00:00Z", 'date and time("2025-05-04T14:00:00Z")'),
        ("dayTimeDuration", "PT48H", 'duration("P2D")'),
        ("yearMonthDuration", "P12M", 'duration("P1Y")'),
    ],
)
def test_dates_and_durations_are_given_as_iso_text(kind: str, text: str, cell: str, tmp_path: Path):
    report = run(
        tmp_path,
        row(inputs={"score": text}, outputs="low", rules=[1]),
        model=table(kind=kind, first=cell, second="null"),
    )

    assert report.findings == ()


def test_a_misspelt_input_is_told_instead_of_being_null(tmp_path: Path):
    report = run(tmp_path, row(inputs={"scroe": 4}, nothing_hit=True))

    assert report.findings[0].message == "Expected inputs that the decision reads, but 'scroe' is none of them"


def test_input_data_of_the_file_declares_types_too(tmp_path: Path):
    report = run(
        tmp_path,
        row(inputs={"weight": "5"}, outputs="big"),
        row(name="b", inputs={"weight": 5, "note": "free"}, outputs="big"),
        model=f"{HEAD}{GRAPH}</definitions>",
    )

    assert [(f.row, f.what) for f in report.findings] == [(1, "row")]


def test_now_is_that_of_the_row_or_of_the_file(tmp_path: Path):
    model = table(kind="", first='? = now() - duration("P1D")', second="null")
    day = {"score": "2025-06-01T12:00:00Z"}
    dated = model.replace("<text>score</text>", "<text>date and time(score)</text>")

    report = run(
        tmp_path,
        row(inputs=day, outputs="low", now="2025-06-02T12:00:00Z"),
        row(name="b", inputs=day, nothing_hit=True),
        model=dated,
        now="2025-06-03T12:00:00+00:00",
    )

    assert report.findings == ()


def test_a_row_over_its_budget_fails_and_the_next_is_run(tmp_path: Path):
    endless = table(kind="", first="count(for i in 1..1000, j in 1..1000, k in 1..1000 return 1) = 0", second="5")

    report = run(tmp_path, row(rules=[]), row(name="b", inputs={"score": 5}, rules=[2]), model=endless)

    assert report.failed == 2
    assert {f.what for f in report.findings} == {"row"}


# -- comparing


@pytest.mark.parametrize(
    ("expected", "feel", "same"),
    [
        ("1", "1.0", True),
        ("1.50", "1.5", True),
        ("1", "true", False),
        ("true", "1", False),
        ("true", "true", True),
        ("false", "null", False),
        ("null", "null", True),
        ("0", "null", False),
        ('"1"', "1", False),
        ("1", '"1"', False),
        ('"2025-05-04"', 'date("2025-05-04")', True),
        ('"2025-05-05"', 'date("2025-05-04")', False),
        ('"2025-05-04T10:00:00-04:00"', 'date and time("2025-05-04T14:00:00Z")', True),
        ('"2025-05-04"', 'date and time("2025-05-04T00:00:00")', False),
        ('"PT48H"', 'duration("P2D")', True),
        ('"text"', 'duration("P2D")', False),
        ("2", 'duration("P2D")', False),
        ("[1, 2]", "[1, 2]", True),
        ("[2, 1]", "[1, 2]", False),
        ("[1]", "[1, 2]", False),
        ("[1]", "1", False),
        ("1", "[1]", False),
        ('{"a": 1}', "{a: 1}", True),
        ('{"a": 1}', "{a: 1, b: 2}", False),
        ('{"a": 2}', "{a: 1}", False),
        ("{}", "[]", False),
        ('"x"', "{a: 1}", False),
    ],
)
def test_what_came_is_compared_by_value_and_kind(expected: str, feel: str, *, same: bool):
    value = compile_expression(feel).evaluate({})

    assert is_same(json.loads(expected, parse_float=Decimal), value) is same


# -- files that cannot be used


ROW = '{"name": "a", "inputs": {}, "rules": [1]}'


def file(rows: str = ROW, more: str = "") -> bytes:
    return f'{{"kind": "decision", {more} "rows": [{rows}]}}'.encode()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "Expected JSON, but line 1, column 1 is none"),
        (b'{"kind": "decision",\n "rows": [}', "Expected JSON, but line 2, column 11 is none"),
        (b"\xff\xfe", "Expected JSON in UTF-8"),
        (b"[" * 100_000, "not nested too deep"),
        (b" " * 5_000_001, "Expected a file of at most 5 MB"),
        (b"[]", "Expected a JSON object with kind and rows"),
        (b"{}", "#/kind: Expected one of decision"),
        (b'{"kind": "process", "rows": []}', "#/kind: Expected one of decision"),
        (b'{"kind": ["decision"], "rows": []}', "#/kind: Expected one of decision"),
        (b'{"kind": "decision"}', "#/rows: "),
        (file(rows=""), "#/rows: Expected 1 to 5000 rows."),
        (file(rows="1"), "#/rows/0: Expected an object."),
        (file(more='"what": 1,'), "#/what: Expected a field of model tests, but this is none."),
        (file(more='"file": "../etc/passwd",'), "#/file: Expected the name of a file in the same folder"),
        (file(more='"file": "/etc/passwd",'), "#/file: Expected the name of a file in the same folder"),
        (file(more='"file": "lace.dmn\\n",'), "#/file: Expected the name of a file in the same folder"),
        (file(more='"now": "yesterday",'), "#/now: "),
        (file(more='"now": "2025-06-02T12:00:00",'), "#/now: "),
        (file(rows=f"{ROW}, {ROW}"), "#/rows/1/name: Expected a name that no row before has."),
        (file(rows='{"name": "a", "inputs": {}}'), "#/rows/0: Expected outputs, rules or nothing_hit"),
        (file(rows='{"name": "a", "rules": [1]}'), "#/rows/0/inputs: "),
        (file(rows='{"name": "", "inputs": {}, "rules": [1]}'), "#/rows/0/name: Expected 1 to 200 characters."),
        (file(rows='{"name": "a", "inputs": [], "rules": [1]}'), "#/rows/0/inputs: "),
        (file(rows='{"name": "a", "inptus": {}, "inputs": {}, "rules": [1]}'), "#/rows/0/inptus: Expected a field"),
        (file(rows='{"name": "a", "inputs": {}, "rules": [0]}'), "#/rows/0/rules/0: Expected rule numbers from 1."),
        (file(rows='{"name": "a", "inputs": {}, "rules": ["1"]}'), "#/rows/0/rules/0: "),
        (file(rows='{"name": "a", "inputs": {}, "rules": [true]}'), "#/rows/0/rules/0: "),
        (file(rows='{"name": "a", "inputs": {}, "nothing_hit": false}'), "#/rows/0/nothing_hit: Expected true"),
        (file(rows='{"name": "a", "inputs": {}, "nothing_hit": "yes"}'), "#/rows/0/nothing_hit: Expected true"),
        (
            file(rows='{"name": "a", "inputs": {}, "nothing_hit": true, "rules": [1]}'),
            "#/rows/0/nothing_hit: Expected rules or nothing_hit, but both are given.",
        ),
        (
            file(rows='{"name": "a", "inputs": {}, "rules": [], "steps": {"b": {"out": 1}}}'),
            "#/rows/0/steps/b/out: ",
        ),
        (file(rows='{"name": "a", "inputs": {"x": NaN}, "rules": [1]}'), "with numbers of ordinary size"),
        (
            file(rows='{"name": "a", "inputs": {"x": 1, "x": 2}, "rules": [1]}'),
            "one object of the file has a field twice",
        ),
        (file(rows='{"name": "a", "inputs": {}, "outputs": 1e999999999}'), "with numbers of ordinary size"),
        (file(rows='{"name": "a", "inputs": {}, "outputs": 1e-301}'), "with numbers of ordinary size"),
        (file(rows=f'{{"name": "a", "inputs": {{"x": {"9" * 5000}}}, "rules": [1]}}'), "with numbers of ordinary size"),
    ],
    ids=range(36),
)
def test_a_file_of_another_form_is_refused_with_the_place(source: bytes, said: str):
    with pytest.raises(FileRefused) as caught:
        read_test(source)

    assert said in str(caught.value)


def test_all_faults_of_a_file_are_told_at_once():
    with pytest.raises(FileRefused) as caught:
        read_test(
            file(rows='{"name": "", "inputs": {}, "rules": [1]}, {"inputs": {}, "rules": [1]}', more='"what": 1,')
        )

    assert [part.split(":")[0] for part in str(caught.value).split("; ")] == [
        "#/rows/0/name",
        "#/rows/1/name",
        "#/what",
    ]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("no xml", "band.dmn: Expected XML within the limits"),
        ("<!DOCTYPE x><x/>", "band.dmn: Expected XML within the limits"),
        (f"{HEAD}</definitions>", "band.dmn: Expected a usable DMN file"),
        (table(first="[0.."), "the first at 'low'"),
    ],
)
def test_a_model_that_cannot_be_read_is_a_problem_of_the_file(model: str, said: str, tmp_path: Path):
    report = run(tmp_path, row(rules=[1]), model=model)

    assert (report.passed, report.failed) == (0, 1)
    assert report.problem is not None
    assert said in report.problem


def test_the_model_is_the_one_beside_the_test_of_its_own_name_or_the_one_named(tmp_path: Path):
    (tmp_path / "other.dmn").write_text(table(), "utf-8")

    assert run(tmp_path, row(inputs={"score": 1}, rules=[1]), model="no xml", file="other.dmn").passed == 1
    assert run(tmp_path, row(rules=[1]), file="gone.dmn").problem == "Expected the file gone.dmn, but there is none"


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "band.test.json"
    path.write_bytes(file())

    def closed(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", closed)

    assert run_file(path).problem == "Expected to read band.test.json (PermissionError)"


# -- any file whatever

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(width=32, allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
FIELDS = st.sampled_from(
    [
        "kind",
        "file",
        "decision",
        "about",
        "now",
        "rows",
        "name",
        "inputs",
        "outputs",
        "rules",
        "nothing_hit",
        "steps",
        "x",
    ]
)
TREES = st.recursive(
    SCALARS | st.sampled_from(["decision", "score", "2025-06-02T12:00:00Z"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=25,
)


@given(st.binary(max_size=200) | TREES.map(lambda tree: json.dumps(tree).encode()))
def test_any_bytes_are_a_test_or_refused(source: bytes):
    try:
        test = read_test(source)
    except FileRefused as refused:
        told = str(refused)
    else:
        told = f"#/ {len(test.rows)} rows"

    assert told.startswith(("Expected", "#/"))


@given(
    st.dictionaries(st.sampled_from(["score", "other", ""]), TREES, max_size=3),
    TREES,
    st.lists(st.integers(min_value=1, max_value=3), max_size=3),
)
def test_any_row_gets_an_answer(inputs: dict[str, Any], outputs: Any, rules: list[int]):
    one = row(inputs=inputs, outputs=outputs, rules=rules)
    test = read_test(json.dumps({"kind": "decision", "rows": [one]}).encode())

    report = run_decision("any", test, "band.dmn", table().encode())

    assert (report.problem, report.passed + report.failed) == (None, 1)
    assert bool(report.findings) is bool(report.failed)
    json.dumps(plain(report))
