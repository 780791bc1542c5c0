"""Files that want to cost much."""

import pytest
from lxml import etree

from engine.decisions import DecisionError, evaluate, parse_decisions, read_models
from engine.decisions.words import Lookups, Words
from engine.xml import parse_xml
from feel import Budget, BudgetExceeded
from tests.engine.decisions.writing import SPACES, answer, context, entry, file, given, item, literal, made, part, text


def problems(*elements):
    (model,) = read_models([(file(*elements), "m.dmn")])
    return [(one.element, one.message) for one in model.problems]


def test_a_chain_of_decisions_has_an_end():
    def chain(length, backwards):
        links = [literal("d0", "1")]
        links += [made(f"d{n}", text(f"d{n - 1} + 1"), requires=[f"d{n - 1}"]) for n in range(1, length)]
        return links[::-1] if backwards else links

    for backwards in (False, True):
        assert problems(*chain(60, backwards)) == []
        assert "More than 60 decisions wait for one another" in [one for _, one in problems(*chain(70, backwards))]
    assert answer("d59", chain(60, True)).value == 60
    assert len(problems(*chain(400, True))) <= 1000


def test_boxes_in_boxes_have_an_end():
    box = text("1")
    for _ in range(25):
        box = context(entry("", box))
    assert problems(made("d", box)) == []
    assert answer("d", [made("d", box)]).value == 1

    for _ in range(10):
        box = context(entry("", box))
    assert ("d", "The boxed expressions are nested too deep") in problems(made("d", box))
    deep = "<list>" * 35 + "</list>" * 35
    assert ("d", "The boxed expressions are nested too deep") in problems(made("d", deep))


def test_types_in_types_have_an_end():
    inner = part("x", "number")
    for _ in range(45):
        inner = part("x", components=[inner])
    assert ("file", "The item definition is nested too deep") in problems(
        item("tA", components=[inner]), literal("d", "1")
    )

    chain = [item(f"t{n}", f"t{n - 1}" if n else "number") for n in range(200)]
    assert ("file", "The type 't199' is defined by itself") in problems(*chain, literal("d", "1"))


def test_many_names_and_many_texts_do_not_multiply():
    names = Words(f"a b{n}" for n in range(5000))
    lookups = Lookups(100_000)

    assert names.within("x + y", lookups) == frozenset()
    assert lookups.left == 100_000
    assert names.within("a b7 + 1", lookups) == {"a b7"}
    for _ in range(30):
        names.within("a b7 + 1", lookups)
    assert lookups.left < 0
    assert names.within("a b7 + 1", lookups) == frozenset()


def test_a_file_of_too_many_names_that_look_alike_is_refused():
    entries = [entry(f"a-{n}", text("a")) for n in range(3000)]

    assert ("file", "The files hold too many names that look alike") in problems(made("d", context(*entries)))


def test_a_file_of_too_much_feel_is_refused_from_there_on(monkeypatch):
    monkeypatch.setattr("engine.decisions.reader.MOST_WORK", 4_000)
    long = [literal(f"d{n}", f"{n} + " + " + ".join(["x"] * 100)) for n in range(10)]
    (model,) = read_models([(file(*long), "m.dmn")])

    ((element, message),) = [(one.element, one.message) for one in model.problems]
    assert message == "From here on the file holds more FEEL than can be checked"
    before, after = model.decisions[0], next(one for one in model.decisions if one.id == element)
    assert (evaluate(before, {"x": 1}).value, evaluate(after, {"x": 1}).value) == (100, None)
    assert problems(*(literal(f"d{n}", " + ".join(["x"] * 100)) for n in range(10))) == []


@pytest.mark.parametrize(
    "body",
    [
        "<decision/>" * 3000,
        '<decision id="a"/>' * 3000,
        "<itemDefinition/>" * 3000,
        '<decision id="a"><decisionTable>' + "<rule/>" * 3000 + "</decisionTable></decision>",
        '<decision id="a"><decisionTable><output/>'
        + "<rule><outputEntry/></rule>" * 3000
        + "</decisionTable></decision>",
        '<decision id="a"><relation>' + "<column/>" * 3000 + "<row/>" * 3000 + "</relation></decision>",
        '<decision id="a"><context>' + "<contextEntry/>" * 3000 + "</context></decision>",
        '<decisionService id="a">' + '<outputDecision href="#a"/>' * 3000 + "</decisionService>",
        '<import namespace="urn:there"/>' * 3000,
    ],
)
def test_a_file_of_much_nonsense_is_answered(body):
    root = parse_xml(f'<definitions xmlns="{SPACES["1.5"]}" namespace="urn:here" id="f">{body}</definitions>'.encode())

    (model,) = read_models([(root, "m.dmn")])

    assert 0 < len(model.problems) <= 1000 or "outputEntry" in body
    for decision in model.decisions:
        assert evaluate(decision, {}).steps


def test_what_is_told_is_short_however_long_the_names_are():
    long = "x" * 100_000
    found = problems(
        made(long, text("1 +"), kind=long), made("d", text("1"), requires=[f"#y{long}"], kind=":" * 5000 + "t")
    )

    assert len(found) == 4
    assert all(len(element) <= 500 and len(message) <= 500 for element, message in found)


def test_evaluation_of_a_wide_table_is_over_the_budget():
    rows = "<rule><inputEntry><text>> 1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>".replace(
        "> 1", "&gt; 1"
    )
    table = f'<decisionTable hitPolicy="COLLECT"><input><inputExpression><text>x</text></inputExpression></input><output/>{rows * 2000}</decisionTable>'
    decision = made("d", f"<list>{table * 3}</list>")

    with pytest.raises(BudgetExceeded):
        answer("d", [decision], x=2, budget=Budget(steps=5_000))


def test_data_that_is_too_deep_is_over_the_budget():
    deep: object = 1
    for _ in range(40):
        deep = [deep]

    with pytest.raises(BudgetExceeded):
        answer("d", [given("x", "list"), made("d", text("x"), reads=["x"])], x=deep)


@pytest.mark.parametrize(
    "root",
    [
        "<a/>",
        '<definitions xmlns="urn:other"/>',
        '<definitions xmlns="https://www.omg.org/spec/DMN/20991231/MODEL/"/>',
        '<definitions xmlns="https://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    ],
)
def test_what_is_no_dmn_is_said(root):
    with pytest.raises(DecisionError):
        parse_decisions(etree.fromstring(root), "m.dmn")


@pytest.mark.parametrize(
    "space", ["http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/"]
)
def test_older_versions_are_read(space):
    body = given("x", "feel:number") + made("d", text("x + 1"), reads=["x"], kind="feel:number")
    root = etree.fromstring(
        f'<definitions xmlns="{space}" xmlns:feel="http://www.omg.org/spec/FEEL/20140401">{body}</definitions>'
    )

    assert evaluate(parse_decisions(root, "m.dmn")[0], {"x": 1}).value == 2
