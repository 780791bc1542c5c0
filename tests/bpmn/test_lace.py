"""LACE of every stay of the sample cohort, made by our tables alone, is what was computed apart from Ninefold."""

import csv
from pathlib import Path

import pytest

from bpmn import models_folder
from engine import Decision, decide, parse_decisions, parse_xml
from feel import Value
from tests.support.shared import shared

SHIPPED = Path(__file__).parents[2] / "care" / "sample" / "lace_expected.csv"
PARTS = {"L": "los_days", "A": "acute", "C": "charlson", "E": "ed_6m"}


def table(name: str) -> Decision:
    found = parse_decisions(parse_xml((models_folder() / f"{name}.dmn").read_bytes()), name)
    return next(one for one in found if one.id == name)


def stays(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def given(stay: dict[str, str]) -> dict[str, object]:
    return {**{name: int(stay[name]) for name in PARTS.values()}, "acute": stay["acute"] == "1"}


def by_tables(stay: dict[str, str]) -> dict[str, Value]:
    """Each part by table D2 with that input alone, the index with all four, the band of that index by table D2b."""
    lace, inputs = table("lace"), given(stay)
    parts = {part: decide(lace, {name: inputs[name]}).value for part, name in PARTS.items()}
    index = decide(lace, inputs).value
    return {**parts, "lace": index, "band": decide(table("lace_band"), {"lace": index}).value}


def expected(stay: dict[str, str]) -> dict[str, object]:
    return {**{name: int(stay[name]) for name in (*PARTS, "lace")}, "band": stay["band"]}


def test_all_84_stays_of_the_cohort_have_the_parts_the_index_and_the_band_that_were_expected() -> None:
    rows = stays(SHIPPED)

    assert len(rows) == 84
    for stay in rows:
        assert by_tables(stay) == expected(stay), stay["encounter_id"]


def test_the_shipped_file_is_the_one_that_came_with_the_data() -> None:
    assert stays(SHIPPED) == stays(shared("cohort", "lace_expected.csv"))


def test_each_part_is_hit_by_one_rule_and_the_index_is_made_of_these() -> None:
    lace = table("lace")
    for stay in stays(SHIPPED):
        inputs = given(stay)
        alone = [decide(lace, {name: inputs[name]}).matched for name in PARTS.values()]
        assert [len(rules) for rules in alone] == [1, 1, 1, 1]
        assert decide(lace, inputs).matched == tuple(rule for rules in alone for rule in rules)


@pytest.mark.parametrize("part", PARTS.values())
def test_a_part_that_is_not_known_adds_nothing(part: str) -> None:
    stay = next(stay for stay in stays(SHIPPED) if int(stay["lace"]) > 10)
    inputs = given(stay)
    missing = {name: value for name, value in inputs.items() if name != part}
    letter = next(letter for letter, name in PARTS.items() if name == part)

    assert decide(table("lace"), missing).value == int(stay["lace"]) - int(stay[letter])
