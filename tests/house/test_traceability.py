"""Every requirement of the care process is met somewhere that exists, or says what is missing."""

import re

import pytest

from docs.traceability import PAGE, PlaceMissing, named, page, requirements

OPEN = {"ACT-11", "SRC-6", "XC-19", "XC-23", "XC-26"}


def test_the_page_is_what_the_requirements_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python docs/traceability.py"


def test_no_requirement_is_left_out() -> None:
    counts = {
        "ACT": 11,
        "SRC": 8,
        "SCR": 4,
        "ASM": 13,
        "STR": 7,
        "PLN": 12,
        "IMP": 7,
        "FUP": 9,
        "TRN": 8,
        "CPT": 5,
        "EVL": 6,
    }
    wanted = [f"{part}-{n}" for part, last in {**counts, "XC": 27}.items() for n in range(1, last + 1)]

    assert list(requirements()) == wanted


def test_each_is_met_or_open_and_the_open_ones_are_known() -> None:
    found = requirements()

    assert {key for key, item in found.items() if not item.get("met_by")} == OPEN
    assert all(("met_by" in item) != ("open" in item) for item in found.values())


@pytest.mark.parametrize(
    "place",
    [
        "bpmn/consent#nothing",
        "bpmn/nothing#start",
        "dmn/nothing",
        "forms/consent#nothing",
        "forms/nothing#a",
        "tests/nothing.py",
        "tests/house/test_docs.py::test_nothing",
        "elsewhere/a",
    ],
)
def test_a_place_that_does_not_exist_is_refused(place: str) -> None:
    with pytest.raises(PlaceMissing, match=re.escape(place)):
        named(place)
