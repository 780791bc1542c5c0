"""`model-test`: exit 0 when all rows hold, 1 when one does not or a file cannot be run, 2 for wrong usage."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bpmn import models_folder
from tests.cli.conftest import Command

SHIPPED = sorted(models_folder().glob("*.test.json"))
BAND = models_folder() / "lace_band.test.json"


@pytest.fixture
def band(tmp_path: Path) -> Path:
    """A copy of a table and its rows, to be changed."""
    shutil.copy(BAND.with_name("lace_band.dmn"), tmp_path)
    return Path(shutil.copy(BAND, tmp_path))


def changed(path: Path, **row: Any) -> Path:
    """The third row, whose score is 0, with these parts instead."""
    test = json.loads(path.read_text("utf-8"))
    test["rows"][2] |= row
    path.write_text(json.dumps(test), "utf-8")
    return path


def test_all_shipped_tests_pass_and_every_rule_of_every_table_is_hit(ninefold: Command):
    found = ninefold("model-test", "--every-rule", "--format", "json", *SHIPPED, profile=None)

    assert found.code == 0
    assert found.document["failed"] == 0
    assert found.document["passed"] == sum(item["passed"] for item in found.document["files"]) > 450
    assert 0 not in found.document["coverage"].values()
    assert all(item["never_hit"] == [] and item["problem"] is None for item in found.document["files"])


def test_the_answer_has_the_three_members_of_the_contract(ninefold: Command):
    found = ninefold("model-test", BAND, "--format", "json")

    assert found.document["passed"] == 9
    assert found.document["failed"] == 0
    assert found.document["coverage"] == {
        "lace_band": 9,
        "lace_band_rule_1": 2,
        "lace_band_rule_2": 3,
        "lace_band_rule_3": 2,
    }


def test_the_text_is_a_line_for_each_file_and_a_sum(ninefold: Command):
    found = ninefold("model-test", BAND)

    assert found.code == 0
    assert found.out == f"{BAND}: 9 rows passed\npassed 9, failed 0\n"
    assert found.err == ""


def test_a_row_that_fails_is_1_and_says_what_was_expected_and_what_came(ninefold: Command, band: Path):
    found = ninefold("model-test", changed(band, outputs="high", rules=[3]))

    assert found.code == 1
    assert found.out.splitlines() == [
        f"{band}: 1 of 9 rows failed",
        '  row 3 "0"',
        '    outputs: expected "high", but got "low"',
        "    rules: expected [3], but got [1]",
        "passed 8, failed 1",
    ]


def test_the_same_in_json(ninefold: Command, band: Path):
    found = ninefold("model-test", changed(band, outputs=1.5), "--format", "json")

    assert found.code == 1
    (file,) = found.document["files"]
    assert file["findings"] == [
        {"row": 3, "name": "0", "what": "outputs", "expected": 1.5, "came": "low", "message": ""}
    ]


def test_what_feel_noted_stands_beside_a_row_that_fails(ninefold: Command, band: Path):
    model = band.with_name("lace_band.dmn")
    model.write_text(model.read_text("utf-8").replace("[5..10)", "[0..10)"), "utf-8")

    found = ninefold("model-test", band)

    assert "    noted: " in found.out
    assert "rules 1, 2 match" in found.out


def test_a_row_that_cannot_be_run_says_why(ninefold: Command, band: Path):
    found = ninefold("model-test", changed(band, inputs={"lace": "many"}))

    assert found.code == 1
    assert (
        "    Expected input 'lace' to be a number, as the table declares it, but it is text" in found.out.splitlines()
    )


def test_rules_that_no_row_hits_are_told_and_fail_only_when_asked_for(ninefold: Command, band: Path):
    test = json.loads(band.read_text("utf-8"))
    test["rows"] = test["rows"][:4]
    band.write_text(json.dumps(test), "utf-8")

    told, asked = ninefold("model-test", band), ninefold("model-test", band, "--every-rule")

    assert (told.code, asked.code) == (0, 1)
    assert told.out == asked.out
    assert told.out.splitlines()[1:3] == [
        "  never hit: rule 2 of lace_band (lace_band_rule_2)",
        "  never hit: rule 3 of lace_band (lace_band_rule_3)",
    ]


def test_a_file_that_cannot_be_run_is_1_and_the_others_are_run(ninefold: Command, band: Path, tmp_path: Path):
    broken = tmp_path / "broken.test.json"
    broken.write_text('{"kind": "decision", "rows": [], "more": 1}', "utf-8")

    found = ninefold("model-test", broken, band)

    assert found.code == 1
    assert found.out.splitlines() == [
        f"{broken}: not run: #/rows: Expected 1 to 5000 rows.; #/more: Expected a field of model tests, but this is none.",
        f"{band}: 9 rows passed",
        "passed 9, failed 1",
    ]


def test_two_files_on_one_table_add_up(ninefold: Command, band: Path):
    found = ninefold("model-test", band, BAND, "--format", "json")

    assert found.document["passed"] == 18
    assert found.document["coverage"]["lace_band"] == 18


@pytest.mark.parametrize("words", [(), ("missing.test.json",), (".",), ("--format", "xml", BAND), ("--nonsense", BAND)])
def test_wrong_usage_is_2(words: tuple[object, ...], ninefold: Command):
    found = ninefold("model-test", *words)

    assert found.code == 2
    assert found.out == ""
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 1000, bytes(range(256)), b"[" * 100_000, b'{"kind": "decision"', b'{"rows": 1e999999999}']
)
def test_any_file_whatever_gets_an_answer(content: bytes, ninefold: Command, tmp_path: Path):
    path = tmp_path / "hostile.test.json"
    path.write_bytes(content)

    found = ninefold("model-test", path, "--format", "json")

    assert found.code == 1
    assert found.document["files"][0]["problem"]
