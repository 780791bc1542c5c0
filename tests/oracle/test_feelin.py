"""Our FEEL and bpmn-io's feelin give the same answers, but for the classes of differences that are listed with their clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.fuzz.seeds import again, scale, seed
from tests.oracle.__main__ import PAGE, with_table
from tests.oracle.charging import Asked, Charger, Difference, asked, asked_tests
from tests.oracle.differences import LISTED, PENDING, explained
from tests.oracle.feelin import Feelin, Question, agree, missing, ours
from tests.oracle.grammar import NAMES, TEMPLATES, TESTS, VALUES
from tests.oracle.pieces import Writer
from tests.oracle.vectors import VECTORS

EXPRESSIONS, UNARY = 2_400, 600
SHOWN = 20
APART = 1_000_003


@pytest.fixture(scope="module")
def feelin() -> Iterator[Feelin]:
    why = missing()
    if why:
        pytest.skip(why)
    with Feelin() as process:
        yield process


def written(drawn: int) -> list[Asked]:
    """Expressions and unary tests of this seed."""
    writer = Writer(drawn)
    items = [asked(writer.expression(), NAMES) for _ in range(EXPRESSIONS)]
    return items + [asked_tests(writer.test(), NAMES, writer.dice.choice(VALUES)) for _ in range(UNARY)]


def told(differences: list[Difference]) -> str:
    return "\n".join(str(each) for each in differences[:SHOWN]) + f"\n{again()}"


@pytest.mark.fuzz
def test_generated_expressions_differ_in_listed_ways_only(feelin: Feelin):
    for turn in range(scale()):
        items = written(seed() + turn * APART)

        differences = [each for each in Charger(feelin).differences(items) if explained(each) is None]

        assert differences == [], told(differences)


def test_the_generator_reaches_every_construct_and_mostly_agrees_on_values(feelin: Feelin):
    items = written(seed())
    reached = Counter(item.piece.template for turn in range(4) for item in written(seed() + turn))
    sample = [item.question for item in items[:800]]

    answers = [(ours(question), theirs) for question, theirs in zip(sample, feelin.ask(sample), strict=True)]
    same = [told for told, theirs in answers if agree(told, theirs)]

    templates = {template for kind in TEMPLATES.values() for template in kind} | set(TESTS)
    assert len(templates - set(reached)) < len(templates) / 20
    assert len(same) > len(sample) / 2
    assert len([told for told in same if told != {"value": None}]) > len(sample) / 3


@pytest.mark.parametrize("one", LISTED, ids=lambda one: one.name)
def test_a_listed_difference_is_still_one(feelin: Feelin, one):
    question = Question(one.example, NAMES, one.value, one.unary)

    (theirs,) = feelin.ask([question])

    assert not agree(ours(question), theirs), "no difference any more: take it off the list"


def test_questions_by_hand_are_answered_alike(feelin: Feelin):
    questions = [Question(text, NAMES) for text in VECTORS]

    answers = feelin.ask(questions)

    wrong = [
        (each.text, ours(each), theirs)
        for each, theirs in zip(questions, answers, strict=True)
        if not agree(ours(each), theirs)
    ]
    assert wrong == []


def test_each_class_has_one_name_and_a_clause():
    names = [one.name for one in (*LISTED, *PENDING)]

    assert len(names) == len(set(names))
    assert [one.name for one in LISTED if not one.clause or one.ours == one.theirs] == []


def test_the_page_lists_the_classes_of_the_code():
    page = PAGE.read_text(encoding="utf-8")

    assert page == with_table(page), "python -m tests.oracle writes it again"
