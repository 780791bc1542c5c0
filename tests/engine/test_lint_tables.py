"""Findings over decision tables as the check tells them: with file, element and line."""

from engine import Artefact, Problem, check_set
from engine.decisions import read_models
from engine.spiff.lint_tables import TableLint
from engine.xml import parse_xml
from program import FormBook, SystemClock

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="file" namespace="x">
<decision id="band" name="band">
<decisionTable id="band_table" hitPolicy="UNIQUE">
<!-- a comment -->
<input id="score"><inputExpression typeRef="number"><text>score</text></inputExpression></input>
<input id="fixed"><inputExpression><text>"x"</text></inputExpression></input>
<output id="points" name="points" typeRef="number"/>
<rule id="one">
<inputEntry id="one_score"><text>&lt; 6</text></inputEntry>
<inputEntry><text>-</text></inputEntry>
<outputEntry id="one_points"><text>"five"</text></outputEntry>
</rule>
<rule id="two">
<inputEntry><text>[5..10)</text></inputEntry>
<inputEntry><text>-</text></inputEntry>
<outputEntry><text>2</text></outputEntry>
</rule>
</decisionTable>
</decision>
</definitions>"""


def checked(source: str) -> tuple[Problem, ...]:
    return check_set([Artefact("decision", "band", source.encode(), "band.dmn")], FormBook(SystemClock().now))


def test_each_finding_has_the_line_and_element_it_is_about() -> None:
    found = checked(TABLE)

    assert [(item.rule, item.severity, item.element, item.line) for item in found] == [
        ("table-type", "error", "one_points", 11),
        ("table-overlap", "error", "one", 8),
        ("table-constant", "warning", "fixed", 6),
        ("table-gap", "warning", "band_table", 3),
    ]
    assert all(item.file == "band.dmn" for item in found)
    assert "score = 5" in found[1].message


def test_a_cell_without_an_id_is_told_at_its_row() -> None:
    (first, *_) = checked(TABLE.replace(' id="one_points"', ""))

    assert (first.element, first.line) == ("one", 11)


def test_a_decision_without_a_table_has_no_findings() -> None:
    literal = "<literalExpression><text>1 + 1</text></literalExpression>"
    source = TABLE[: TABLE.index("<decisionTable")] + literal + TABLE[TABLE.index("</decision>") :]

    assert checked(source) == ()


def test_tables_inside_contexts_and_functions_are_found_where_they_stand() -> None:
    table = TABLE[TABLE.index("<decisionTable") : TABLE.index("</decision>")].replace(' id="band_table"', "")
    plain = "".join(
        line.partition(' id="')[0] + ">" if line.startswith("<rule") else line for line in table.split("\n")
    )
    entries = "".join(f'\n<contextEntry><variable name="{name}"/>{plain}</contextEntry>' for name in ("a", "b"))
    source = (
        f"{TABLE[: TABLE.index('<decisionTable')]}<context>{entries}</context></decision>"
        f'<businessKnowledgeModel id="risk" name="risk"><encapsulatedLogic>\n{table}</encapsulatedLogic>'
        "</businessKnowledgeModel></definitions>"
    )

    found = [item for item in checked(source) if item.rule == "table-overlap"]

    assert [(item.element, item.line) for item in found] == [("band", 4), ("band", 5), ("one", 11)]


def test_all_tables_of_a_check_share_the_work() -> None:
    root = parse_xml(TABLE.encode())
    (model,) = read_models([(root, "band.dmn")])
    lint = TableLint()
    lint.work.take(lint.work.left - 20)

    first = lint.problems(root, model)

    assert first[-1].rule == "table-large"
