"""The conformance kit: how its files are read, what is compared, and what the engine makes of the real one."""

from decimal import Decimal
from pathlib import Path

import pytest

from feel import parse_temporal
from tests.support.shared import shared
from trial import KitRefused, run_tck
from trial.kit import Untyped, same

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
MODEL = f"""<definitions xmlns="{DMN}" id="d" name="d" namespace="urn:d">
<inputData id="i" name="A number"><variable name="A number" typeRef="number"/></inputData>
<decision id="t" name="Twice"><variable name="Twice"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>
<literalExpression><text>A number * 2</text></literalExpression></decision>
</definitions>"""
BROKEN = MODEL.replace("* 2", "* * 2")
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>{model}</modelName>
<testCase id="right"><inputNode name="A number"><value xsi:type="xsd:decimal">3</value></inputNode>
<resultNode name="Twice"><expected><value xsi:type="xsd:decimal">6</value></expected></resultNode></testCase>
<testCase id="wrong"><inputNode name="A number"><value xsi:type="xsd:decimal">3</value></inputNode>
<resultNode name="Twice"><expected><value xsi:type="xsd:decimal">7</value></expected></resultNode></testCase>
<testCase id="null"><inputNode name="A number"><value xsi:nil="true"/></inputNode>
<resultNode name="Twice" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
</testCases>"""


def kit(folder: Path, model: str = MODEL, level: str = "compliance-level-2") -> Path:
    """A small kit."""
    place = folder / level / "0000-any"
    place.mkdir(parents=True)
    (place / "any.dmn").write_text(model)
    (place / "any-test.xml").write_text(CASES.format(model="any.dmn"))
    (place / "notes.xml").write_text("<notes/>")
    return place


def test_each_level_is_counted_and_each_failure_told(tmp_path: Path):
    kit(tmp_path)

    report = run_tck(tmp_path)

    assert (report.cases, report.passed, report.excluded) == (3, 2, [])
    assert [(item.case, item.expected, item.actual) for item in report.failed] == [("wrong", 7, 6)]


def test_an_expression_that_does_not_compile_gives_null_and_the_rest_goes_on(tmp_path: Path):
    kit(tmp_path, BROKEN)

    report = run_tck(tmp_path)

    assert [(item.case, item.actual) for item in report.failed] == [("right", None), ("wrong", None)]


def test_services_functions_and_imported_models_are_asked_by_name(tmp_path: Path):
    other = MODEL.replace("urn:d", "urn:other").replace("Twice", "Double").replace("A number", "Far number")
    both = MODEL.replace(
        "</definitions>",
        f'<import name="Other" namespace="urn:other" importType="{DMN}"/>'
        '<decision id="u" name="Both"><variable name="Both"/>'
        '<informationRequirement><requiredDecision href="urn:other#t"/></informationRequirement>'
        '<informationRequirement><requiredDecision href="#t"/></informationRequirement>'
        "<literalExpression><text>[Twice, Other.Double]</text></literalExpression></decision>"
        '<decisionService id="s" name="All"><outputDecision href="#t"/><outputDecision href="#u"/><inputData href="#i"/>'
        '</decisionService><businessKnowledgeModel id="b" name="Next"><encapsulatedLogic><formalParameter name="n"/>'
        "<literalExpression><text>n + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>",
    )
    number = '<inputNode name="{}" namespace="{}"><value xsi:type="xsd:decimal">{}</value></inputNode>'
    wanted = '<resultNode name="{}"><expected>{}</expected></resultNode></testCase>'
    six, ten = (f'<value xsi:type="xsd:decimal">{n}</value>' for n in (6, 10))
    cases = (
        f'<testCase id="1">{number.format("A number", "urn:d", 3)}{number.format("Far number", "urn:other", 5)}'
        + wanted.format("Both", f"<list><item>{six}</item><item>{ten}</item></list>")
        + f'<testCase id="2" type="decisionService" invocableName="All">{number.format("A number", "", 3)}'
        + wanted.format("Twice", six)
        + f'<testCase id="3" type="bkm" invocableName="Next">{number.format("n", "", 9)}'
        + wanted.format("Next", ten)
        + '<testCase id="4" type="bkm" invocableName="Nothing">'
        + wanted.format("Nothing", ten)
    )
    place = kit(tmp_path, both)
    (place / "other.dmn").write_text(other)
    start = CASES[: CASES.index("<testCase id")].format(model="any.dmn")
    (place / "any-test.xml").write_text(f"{start}{cases}</testCases>")

    report = run_tck(tmp_path)

    assert (report.cases, report.passed) == (4, 3)
    assert [(item.case, item.actual) for item in report.failed] == [("4", "The model has no bkm 'Nothing'")]


def test_a_result_that_the_model_does_not_have_fails(tmp_path: Path):
    kit(tmp_path, MODEL.replace('name="Twice"', 'name="Thrice"'))

    assert "Twice" in run_tck(tmp_path).failed[0].actual


@pytest.mark.parametrize(
    "text", ['function(a) external {java: {class: "java.lang.Math"}}', "function(a) external { java : {} }"]
)
def test_what_calls_java_is_excluded_by_name(tmp_path: Path, text):
    kit(tmp_path, MODEL.replace("A number * 2", text))

    report = run_tck(tmp_path)

    assert (report.cases, len(report.excluded)) == (0, 1)
    assert "Java" in report.excluded[0].reason


def test_what_the_kit_itself_puts_outside_is_excluded(tmp_path: Path):
    kit(tmp_path, level="non-compliant")

    assert "outside" in run_tck(tmp_path).excluded[0].reason


def test_files_that_cannot_be_read_are_named(tmp_path: Path):
    place = kit(tmp_path)
    (place / "any.dmn").unlink()
    with pytest.raises(KitRefused, match=r"any\.dmn"):
        run_tck(tmp_path)
    (place / "any-test.xml").write_text("<testCases")
    with pytest.raises(KitRefused, match=r"any-test\.xml"):
        run_tck(tmp_path)


@pytest.mark.parametrize(
    ("expected", "actual", "answer"),
    [
        (Decimal("0.333333333"), Decimal(1) / 3, True),
        (Decimal("0.3333"), Decimal(1) / 3, False),
        (Decimal(1), "1", False),
        ("1", Decimal(1), False),
        (None, None, True),
        (None, False, False),
        ([Decimal(1), None], [Decimal(1), None], True),
        ([Decimal(1)], [Decimal(1), None], False),
        ({"a": [Decimal(1)]}, {"a": [Decimal("1.0")]}, True),
        ({"a": None}, {}, False),
        (parse_temporal("2026-01-01"), parse_temporal("2026-01-01"), True),
        (parse_temporal("2026-01-01"), "2026-01-01", False),
        (Untyped("10"), Decimal(10), True),
        (Untyped("10"), Decimal(11), False),
    ],
)
def test_answers_are_the_expected_ones_or_not(expected, actual, answer):
    assert same(expected, actual) is answer


def test_the_real_kit_passes():
    report = run_tck(shared("dmn-tck"))

    levels = report.by_level
    assert levels["compliance-level-2"].passed == levels["compliance-level-2"].cases
    assert report.failed == []
    assert {item.reason.split()[0] for item in report.excluded} == {"calls", "outside"}
