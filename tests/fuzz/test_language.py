"""No text and no host data crashes the language: each ends in a value or a typed error, inside its steps."""

from __future__ import annotations

from collections import Counter

import pytest

from feel import FeelError, Remark, compile_expression
from tests.fuzz import seeds
from tests.fuzz.hosts import QUESTIONS, odd
from tests.fuzz.mutants import strange
from tests.fuzz.outcome import outcome
from tests.fuzz.seeds import again, scale, seed
from tests.oracle.grammar import NAMES, VALUES

TEXTS = 3_000
HOST_QUESTIONS = 1_500
ODD = odd()


@pytest.mark.fuzz
def test_any_text_ends_in_a_value_or_a_typed_error():
    dice = seeds.dice(seed())
    ends: Counter[str] = Counter()

    for _ in range(TEXTS * scale()):
        text = strange(dice)
        try:
            ends[outcome(text, NAMES, dice.choice(VALUES), unary=dice.random() < 0.3)] += 1
        except Exception as error:
            raise AssertionError(f"{text!a} raised {type(error).__name__}. {again()}") from error

    assert ends["value"] > TEXTS / 10
    assert ends["expression-syntax"] > TEXTS / 3


@pytest.mark.fuzz
def test_host_data_of_any_shape_ends_in_a_value_or_a_typed_error():
    dice = seeds.dice(seed())
    names = sorted(ODD)
    ends: Counter[str] = Counter()

    for _ in range(HOST_QUESTIONS * scale()):
        name = dice.choice(names)
        text = dice.choice(QUESTIONS).format(name=name)
        try:
            ends[outcome(text, ODD, ODD[name], unary=dice.random() < 0.1)] += 1
        except Exception as error:
            raise AssertionError(f"{text} raised {type(error).__name__}. {again()}") from error

    assert set(ends) == {"value", "expression-budget-exceeded"}


@pytest.mark.parametrize("name", sorted(ODD))
def test_each_odd_shape_can_be_read_compared_and_written(name):
    for text in ("{name}", "{name} = {name}", "string({name})", "{name}.a", "[{name}]", "{name} instance of Any"):
        assert outcome(text.format(name=name), ODD) in ("value", "expression-budget-exceeded")

    assert outcome("? = 1", ODD, ODD[name], unary=True) in ("value", "expression-budget-exceeded")


def test_no_warning_and_no_error_tells_a_value_of_the_host():
    secret = "Vroni Hinterhuber"
    data = {"x": secret, "l": [secret, [secret]], "d": {"a": secret}, "n": 4711}

    told: list[str] = []
    for name in data:
        for question in QUESTIONS:
            warnings: list[Remark] = []
            try:
                compile_expression(question.format(name=name)).evaluate(data, warnings=warnings)
            except FeelError as error:
                told.append(str(error))
            told += [str(warning) for warning in warnings]

    assert len(told) > 100
    assert [text for text in told if "Vroni" in text or "4711" in text] == []
