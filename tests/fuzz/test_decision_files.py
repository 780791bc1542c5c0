"""Any bytes into the reader of decisions, and through the front door of `check`: an answer, and never anything but our errors.

What still parses is evaluated with data of any shape.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from bpmn import models_folder
from engine import Artefact, check_set
from engine.decisions import DecisionError, evaluate, parse_decisions
from engine.xml import XmlRejected, parse_xml
from feel import Budget, BudgetExceeded
from tests.cli.conftest import Command, ninefold
from tests.fuzz import seeds
from tests.fuzz.hosts import odd
from tests.fuzz.mutants import changed_file, decoded, noise
from tests.fuzz.outcome import ENDLESS, NOW, STEPS
from tests.fuzz.seeds import again, scale, seed
from tests.house.tree import ROOT
from tests.oracle.grammar import NAMES, VALUES

__all__ = ["ninefold"]

FILES, CHECKED, COMMANDS = 300, 60, 8
LARGEST = 150_000
DATA = Path("/work/shared/data")
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'


class NoForms:
    """There are none in these sets."""

    def problems(self, source: bytes, file: str) -> tuple[()]:
        del source, file
        return ()

    def facts(self, source: bytes) -> dict[str, str]:
        del source
        return {}


@cache
def sources() -> tuple[bytes, ...]:
    """The shipped tables, and the files of others where they are here."""
    shipped = sorted(models_folder().glob("*.dmn"))
    others = sorted(DATA.glob("dmn-tck/**/*.dmn"))
    return tuple(path.read_bytes() for path in (*shipped, *others) if path.stat().st_size < LARGEST)


def file_of(dice: random.Random) -> bytes:
    match dice.randrange(10):
        case 0:
            return dice.randbytes(dice.randint(0, 300))
        case 1:
            return (HEAD + noise(dice) + "</definitions>").encode("utf-8", "surrogatepass")
        case 2:
            return decoded(dice).encode(dice.choice(("utf-8", "utf-16")), "surrogatepass")
        case _:
            return changed_file(dice.choice(sources()), dice)


def ended(data: bytes, dice: random.Random) -> str:
    """How reading and deciding ended."""
    try:
        decisions = parse_decisions(parse_xml(data), "fuzzed.dmn")
    except (XmlRejected, DecisionError) as error:
        return type(error).__name__ if str(error) else "an error without a word"
    for decision in dice.sample(decisions, min(4, len(decisions))):
        names = {name: dice.choice(VALUES) for name in decision.names} | (NAMES if dice.random() < 0.5 else ODD)
        try:
            evaluate(decision, names, NOW, Budget(STEPS, ENDLESS))
        except BudgetExceeded:
            continue
    return "decided"


ODD = odd()


@pytest.mark.fuzz
def test_any_bytes_end_in_decisions_or_our_errors():
    dice = seeds.dice(seed())
    ends: Counter[str] = Counter()

    for _ in range(FILES * scale()):
        data = file_of(dice)
        try:
            ends[ended(data, dice)] += 1
        except Exception as error:
            raise AssertionError(f"{kept(data)} raised {type(error).__name__}. {again()}") from error

    assert set(ends) == {"decided", "XmlRejected", "DecisionError"}


@pytest.mark.fuzz
def test_any_bytes_get_an_answer_from_the_check_of_a_set():
    dice = seeds.dice(seed() + 1)

    for _ in range(CHECKED * scale()):
        files = [file_of(dice) for _ in range(dice.randint(1, 3))]
        artefacts = [Artefact("decision", f"d{number}", data, f"d{number}.dmn") for number, data in enumerate(files)]
        try:
            found = check_set(artefacts, NoForms())  # type: ignore[arg-type]
        except Exception as error:
            places = [kept(data) for data in files]
            raise AssertionError(f"{places} raised {type(error).__name__}. {again()}") from error
        assert all(problem.file in {item.file for item in artefacts} and problem.message for problem in found)


def test_any_bytes_get_an_answer_from_the_command_line(ninefold: Command, tmp_path: Path):
    dice = seeds.dice(seed() + 2)
    paths = [tmp_path / f"{number}.dmn" for number in range(COMMANDS)]
    for path in paths:
        path.write_bytes(file_of(dice))

    found = ninefold("check", "--format", "json", *paths, profile=None)

    assert found.code == 1
    assert found.document["ok"] is False
    assert {Path(problem["file"]).name for problem in found.document["problems"]} <= {path.name for path in paths}


def test_the_mutants_are_of_every_kind():
    dice = seeds.dice(seed())
    parsed = 0
    for _ in range(100):
        try:
            etree.fromstring(file_of(dice))
            parsed += 1
        except (etree.XMLSyntaxError, ValueError):
            continue

    assert 30 < parsed < 90


def kept(data: bytes) -> str:
    """Where the file that failed was put, to be read again."""
    path = ROOT / "build" / f"fuzzed-{hashlib.sha256(data).hexdigest()[:12]}.dmn"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return str(path)
