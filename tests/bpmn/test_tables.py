"""Every shipped decision table stands with its rows: all pass, all rules are hit, limits from both sides, and no slip goes unseen."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from bpmn import models_folder
from feel import YearsMonths, parse_temporal
from tests.bpmn.covered import not_covered
from tests.bpmn.mutants import mutants, unseen
from trial import FileReport, run_file, run_files
from trial.modeltests.form import DecisionTest, read_test

FILES = sorted(models_folder().glob("*.dmn"))
ROWS = sorted(models_folder().glob("*.test.json"))
DI = "{https://www.omg.org/spec/DMN/20191111/DMNDI/}"
DC = "{http://www.omg.org/spec/DMN/20180521/DC/}"
SAME_ANYWAY = {  # changes that change nothing, because a row before takes what they would take
    "authorisation_need_rule_11_4: true -> -",  # false is row 5, and not known is taken as true
    "outreach_policy_rule_9_4: >= 5 -> >= 4",  # four attempts are row 8
    "lace_band_rule_1_1: [0..5) -> [-1..5)",  # below 0 is no allowed value
    "hospital_band_rule_1_1: [0..5) -> [-1..5)",
    "outreach_policy_rule_16_4: >= 3 -> >= 2",  # two attempts are row 15
    *(  # whatever follows a discharge is one of rows 2 to 9
        f'outreach_policy_rule_{rule}_2: not("post_discharge") -> {text}'
        for rule in range(10, 17)
        for text in ("-", 'not("changed")')
    ),
}
CLOCKS = {  # section 5 of the care process; `next_contact` is table D4, `issue_due` has three urgencies
    "referral_triage", "assessment_start", "assessment_done", "auth_expedited", "auth_standard", "crisis_response",
    "outreach_48h", "tcm_contact", "tcm_visit", "med_reconciliation", "discharge_info", "ed_follow_up", "mh_follow_up",
    "mh_follow_up_30d", "plan_review", "annual_reassessment", "aid_renewal", "referral_accept", "service_start",
    "consent_expiry", "unreachable", "issue_urgent", "issue_soon", "issue_routine", "closure_due", "credential_expiry",
}  # fmt: skip
OWN_CYCLE = {"crisis_response", "outreach_48h", "tcm_visit", "annual_reassessment"}


@dataclass(frozen=True)
class Table:
    """A decision, the file it stands in, and its rows, which lie beside it under the decision's name."""

    key: str
    path: Path
    element: Any

    @property
    def rows(self) -> Path:
        return models_folder() / f"{self.key}.test.json"

    @property
    def test(self) -> DecisionTest:
        return read_test(self.rows.read_bytes())

    @property
    def slips(self) -> Iterator[tuple[int, str, bytes]]:
        return mutants(self.path.read_bytes(), self.key)


@cache
def root_of(path: Path) -> Any:
    return etree.fromstring(path.read_bytes())


TABLES = [Table(one.get("id"), path, one) for path in FILES for one in root_of(path).iterfind("{*}decision")]
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def reports() -> dict[str, FileReport]:
    return {path.name.split(".")[0]: report for path, report in zip(ROWS, run_files(ROWS), strict=True)}


def test_every_table_has_its_rows_beside_it_and_no_rows_lie_alone() -> None:
    assert {path.name.split(".")[0] for path in ROWS} == {table.key for table in TABLES}
    for table in TABLES:
        test = table.test
        assert (test.file or f"{table.key}.dmn", test.decision or table.key) == (table.path.name, table.key)


@each_table
def test_every_row_gives_what_it_says(table: Table) -> None:
    report = reports()[table.key]

    assert report.problem is None
    assert report.findings == ()
    assert report.passed == len(table.test.rows)


@each_table
def test_every_rule_is_hit(table: Table) -> None:
    report = reports()[table.key]

    assert report.never_hit == ()
    assert all(report.coverage[rule.get("id")] for rule in table.element.iter("{*}rule"))


@each_table
def test_every_row_names_its_rules_and_its_outputs_or_that_nothing_hits(table: Table) -> None:
    for row in table.test.rows:
        assert row.nothing_hit or (row.expected.says_outputs and row.expected.rules is not None), row.name


@each_table
def test_limits_are_asked_from_both_sides_named_values_are_used_and_inputs_left_out(table: Table) -> None:
    assert not_covered(table.element, table.test) == []


@each_table
def test_no_slip_in_a_cell_goes_unseen(table: Table) -> None:
    assert unseen(table.path.read_bytes(), table.key, table.test) - SAME_ANYWAY == set()


def test_what_is_listed_as_no_change_is_still_in_the_tables() -> None:
    known = {what for table in TABLES for _, what, _ in table.slips}

    assert known >= SAME_ANYWAY


def test_a_rule_that_is_added_without_a_row_is_noticed(tmp_path: Path) -> None:
    source = (models_folder() / "lace_band.dmn").read_text("utf-8")
    more = '<rule id="new"><inputEntry><text>&lt; 0</text></inputEntry><outputEntry><text>"none"</text></outputEntry></rule>'
    (tmp_path / "lace_band.dmn").write_text(source.replace("</decisionTable>", more + "</decisionTable>"), "utf-8")
    rows = json.loads((models_folder() / "lace_band.test.json").read_text("utf-8"))
    rows["rows"] = [row for row in rows["rows"] if row["inputs"].get("lace", 0) >= 0]
    (tmp_path / "lace_band.test.json").write_text(json.dumps(rows), "utf-8")

    report = run_file(tmp_path / "lace_band.test.json")

    assert report.failed == 0
    assert [(item.rule, item.element) for item in report.never_hit] == [(4, "new")]


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ("5", "lace [5..10): no row with 5"),
        ("4", "lace [0..5): no row with a value just below 5"),
        ("10", "lace >= 10: no row with 10"),
        ("0", "lace [0..5): no row with 0"),
        ("index not known", "lace: no row leaves it out"),
        ("below the scale", "lace [0..5): no row with a value just below 0"),
    ],
)
def test_the_measure_tells_a_limit_or_an_input_that_no_row_asks(left_out: str, told: str) -> None:
    table = next(table for table in TABLES if table.key == "lace_band")
    test = table.test
    fewer = DecisionTest(test.file, test.decision, tuple(row for row in test.rows if row.name != left_out))

    assert told in not_covered(table.element, fewer)


@each_table
def test_every_table_says_its_source_and_that_it_needs_local_approval(table: Table) -> None:
    said = table.element.findtext("{*}description") or ""

    assert "Source: " in said
    assert "eeds local " in said
    assert "approval" in said


@each_file
def test_every_decision_is_drawn_once_and_every_requirement_has_its_line(path: Path) -> None:
    root = root_of(path)
    kinds = ("decision", "inputData", "businessKnowledgeModel", "knowledgeSource", "decisionService")
    nodes = [element.get("id") for kind in kinds for element in root.iterfind(f"{{*}}{kind}")]
    shapes = list(root.iter(f"{DI}DMNShape"))
    lines = {edge.get("dmnElementRef"): edge for edge in root.iter(f"{DI}DMNEdge")}

    assert sorted(shape.get("dmnElementRef") for shape in shapes) == sorted(nodes)
    for shape in shapes:
        bounds = shape.find(f"{DC}Bounds")
        assert min(float(bounds.get(name)) for name in ("x", "y")) >= 0
        assert min(float(bounds.get(name)) for name in ("width", "height")) > 0
    wanted = [element.get("id") for element in root.iterfind("{*}decision/{*}informationRequirement")]
    assert set(lines) == set(wanted)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_every_clock_of_the_care_process_has_its_length() -> None:
    cells = (rule.find("{*}inputEntry") for rule in root_of(models_folder() / "timer_policy.dmn").iter("{*}rule"))

    assert {cell.findtext("{*}text").strip('"') for cell in cells} == CLOCKS


def test_every_clock_that_a_model_names_is_in_the_table() -> None:
    named = set()
    for model in models_folder().glob("*.bpmn"):
        for script in etree.fromstring(model.read_bytes()).iter("{*}script"):
            named |= set(re.findall(r'timer: "(\w+)"', script.text or ""))

    assert named >= {"outreach_48h", "crisis_response", "closure_due"}
    assert named - {"issue_"} <= CLOCKS


def length(text: str) -> timedelta:
    value = parse_temporal(text)
    if isinstance(value, YearsMonths):
        return timedelta(days=30) * value.months
    assert isinstance(value, timedelta)
    return value


def test_clocks_remind_at_three_quarters_and_tell_the_supervisor_a_quarter_late() -> None:
    """The late cycle of the care process; clocks that have their own are named."""
    rules = list(root_of(models_folder() / "timer_policy.dmn").iter("{*}rule"))
    for rule in rules:
        timer = rule.find("{*}inputEntry").findtext("{*}text").strip('"')
        window, remind, escalate = (
            length(entry.findtext("{*}text").strip('"')) for entry in rule.findall("{*}outputEntry")[:3]
        )
        assert remind < window or timer in OWN_CYCLE
        if timer not in OWN_CYCLE:
            assert (remind, escalate) == (window * 3 / 4, window * 5 / 4), timer

    assert len(rules) == 28
