"""`feel`, `decide` and `tck` as a designer calls them."""

import json
from pathlib import Path

import pytest

from bpmn import models_folder
from tests.cli.conftest import Command
from tests.trial.test_tck import BROKEN, DMN, MODEL, kit

IMPORTING = f"""<definitions xmlns="{DMN}" id="e" name="e" namespace="urn:e"><import name="a" namespace="urn:d" importType="{DMN}"/>
<decision id="q" name="Four times"><variable name="Four times"/>
<informationRequirement><requiredDecision href="urn:d#t"/></informationRequirement>
<literalExpression><text>a.Twice * 2</text></literalExpression></decision></definitions>"""
LACE = models_folder() / "lace_band.dmn"


@pytest.mark.parametrize(
    ("expression", "context", "value", "kind"),
    [
        ("0.1 + 0.2", {}, 0.3, "number"),
        ("-1 + 3", {}, 2, "number"),
        ("length of stay > 3", {"length of stay": 4}, True, "boolean"),
        ("client.age - 1", {"client": {"age": 71}}, 70, "number"),
        ("rows[1].net weight", {"rows": [{"net weight": 1.5}]}, 1.5, "number"),
        ('duration("PT48H")', {}, "P2D", "days and time duration"),
        ('date("2026-01-31") + duration("P1M")', {}, "2026-02-28", "date"),
        ('[1, "a", {b: null}]', {}, [1, "a", {"b": None}], "list"),
        ("null", {}, None, "null"),
    ],
)
def test_an_expression_gives_its_value_and_type(ninefold: Command, expression, context, value, kind):
    found = ninefold("feel", expression, "--context", json.dumps(context), "--format", "json")

    assert (found.code, found.document) == (0, {"value": value, "type": kind, "problems": []})


def test_what_does_not_parse_names_line_and_column(ninefold: Command):
    found = ninefold("feel", "1 +\n  )", "--format", "json")

    problem = found.document["problems"][0]
    assert found.code == 1
    assert (problem["line"], problem["column"], problem["severity"]) == (2, 3, "error")


def test_what_became_null_says_why(ninefold: Command):
    found = ninefold("feel", "1 + missing", "--format", "json")

    assert (found.code, found.document["value"]) == (0, None)
    assert found.document["problems"][:1] == [
        {"message": "Nothing is named 'missing' here", "line": 1, "column": 5, "rule": "feel", "severity": "warning"}
    ]


def test_too_much_work_is_an_answer(ninefold: Command):
    found = ninefold("feel", "count(for i in 1..10**9 return i)", "--format", "json")

    assert (found.code, found.document["problems"][0]["rule"]) == (1, "expression-budget-exceeded")


@pytest.mark.parametrize(
    ("cell", "value", "passes"), [("[1..5)", 5, False), ("> limit", 4, True), ('"a","b"', "b", True)]
)
def test_a_cell_tests_a_value(ninefold: Command, cell, value, passes):
    found = ninefold(
        "feel", cell, "--unary", "--value", json.dumps(value), "--context", '{"limit": 3}', "--format", "json"
    )

    assert (found.code, found.document["value"]) == (0, passes)


@pytest.mark.parametrize(
    "words",
    [
        ("feel", "? > 3", "--unary"),
        ("feel", "1", "--value", "3"),
        ("feel", "1", "--context", "[1]"),
        ("feel", "1", "--context", "{"),
        ("feel", "1", "--context", '{"a": NaN}'),
        ("feel", "1", "--context", "[" * 100_000),
        ("feel", "1", "--context", "@missing.json"),
        ("decide", "missing.dmn"),
        ("decide", LACE, "--decision", "nothing"),
        ("decide", LACE, "--input", "3"),
        ("tck", "missing"),
    ],
    ids=lambda words: " ".join(map(str, words))[:40],
)
def test_wrong_usage_is_exit_2(ninefold: Command, words):
    assert ninefold(*words).code == 2


def test_a_context_may_come_from_a_file(ninefold: Command, tmp_path: Path):
    (tmp_path / "context.json").write_text('{"a": 2}')

    assert ninefold("feel", "a + 1", "--context", "@context.json").out == "3\n"


def test_a_decision_of_a_file_says_its_outputs_and_rows(ninefold: Command):
    found = ninefold("decide", LACE, "--decision", "lace_band", "--input", '{"lace": 9}', "--format", "json")

    assert found.code == 0
    assert found.document == {
        "outputs": "moderate",
        "matched": [{"decision": "lace_band", "rules": [2]}],
        "problems": [],
    }
    assert "rules 2" in ninefold("decide", LACE, "--input", '{"lace": 9}').out


def test_what_became_null_names_element_and_place(ninefold: Command, tmp_path: Path):
    (tmp_path / "a.dmn").write_text(MODEL)

    found = ninefold("decide", "a.dmn", "--input", '{"A number": null}', "--format", "json")

    assert found.document["outputs"] is None
    assert found.document["problems"] == [
        {
            "element": "t",
            "line": 1,
            "column": 10,
            "rule": "feel",
            "severity": "warning",
            "message": "'*' cannot work on null and number",
        }
    ]


def test_a_file_may_import_another(ninefold: Command, tmp_path: Path):
    (tmp_path / "a.dmn").write_text(MODEL)
    (tmp_path / "b.dmn").write_text(IMPORTING)
    words = ("decide", "b.dmn", "--input", '{"A number": 4}', "--format", "json")

    found = ninefold(*words, "--import", "a.dmn")

    assert (found.code, found.document["outputs"]) == (0, 16)
    assert "not among these files" in ninefold(*words).document["problems"][0]["message"]


@pytest.mark.parametrize(
    "source", [b"", b"<a/>", b"<!DOCTYPE a><a/>", BROKEN.encode()], ids=["none", "other", "dtd", "broken"]
)
def test_a_file_that_is_no_sound_dmn_is_exit_1(ninefold: Command, tmp_path: Path, source):
    (tmp_path / "a.dmn").write_bytes(source)

    found = ninefold("decide", tmp_path / "a.dmn", "--format", "json")

    assert found.code == 1
    assert found.document["problems"][0]["severity"] == "error"
    assert "not decided" in ninefold("decide", tmp_path / "a.dmn").out


def test_the_kit_is_counted_by_level(ninefold: Command, tmp_path: Path):
    kit(tmp_path)

    found = ninefold("tck", tmp_path, "--format", "json")

    assert found.code == 1
    assert found.document["cases"] == 3
    assert found.document["by_level"] == {"compliance-level-2": {"cases": 3, "passed": 2}}
    assert found.document["failed"][0] | {"file": ""} == {
        "file": "",
        "case": "wrong",
        "result_node": "Twice",
        "expected": 7,
        "actual": 6,
    }
    assert "2 of 3 cases passed" in ninefold("tck", tmp_path).out


def test_an_empty_folder_is_no_kit(ninefold: Command, tmp_path: Path):
    found = ninefold("tck", tmp_path)

    assert (found.code, found.out) == (1, "")
    assert "there is none" in found.err
