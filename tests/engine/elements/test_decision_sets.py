"""Decisions of a release that import one another, and decision services, behind business rule tasks."""

from lxml import etree

from engine import Artefact, Problem, check_set
from program import FormBook, SystemClock
from tests.engine.decisions.writing import decision, file, given, made, service, table, text
from tests.support.world import World, model

BODY = '<startEvent id="s"/><businessRuleTask id="d" n:decision="{}"/><userTask id="u"/><endEvent id="e"/>'
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def source(*elements: str, namespace: str = "urn:here") -> bytes:
    return bytes(etree.tostring(file(*elements, version="1.5", namespace=namespace)))


def imported(name: str, namespace: str) -> str:
    return f'<import name="{name}" namespace="{namespace}" importType="{DMN}"/>'


BASE = source(given("age", "number"), made("base", text("age * 2"), reads=["age"]), namespace="urn:base")
TOP = source(imported("Far", "urn:base"), made("top", text("Far.base + 1"), requires=["urn:base#base"]))


def checked(**sources: bytes) -> tuple[Problem, ...]:
    artefacts = [Artefact("decision", key, content, f"{key}.dmn") for key, content in sources.items()]
    return check_set(artefacts, FormBook(SystemClock().now))


def test_a_decision_uses_one_of_another_file(world: World) -> None:
    world.deploy(
        model(BODY.format("top"), "s > d > u > e"), world.artefact(BASE, "b.dmn"), world.artefact(TOP, "t.dmn")
    )
    world.start(age=20)

    assert world.data("u")["top"] == 41


def test_a_service_decides_for_a_task(world: World) -> None:
    services = source(
        given("age", "number"),
        made("factor", text("if age > 60 then 2 else 1"), reads=["age"]),
        made("price", text("base * factor"), requires=["factor", "base"]),
        made("base", text("1000")),
        service("pricing", ["price", "factor"], decisions=["base"], inputs=["age"]),
    )
    world.deploy(model(BODY.format("pricing"), "s > d > u > e"), world.artefact(services, "s.dmn"))
    world.start(age=70, base=10)

    assert world.data("u")["pricing"] == {"price": 20, "factor": 2}


def test_what_is_not_among_the_files_is_told() -> None:
    assert checked(base=BASE, top=TOP) == ()
    assert [(item.file, item.rule, item.message) for item in checked(top=TOP)] == [
        ("top.dmn", "decision", "The imported model 'Far' is not among these files"),
        ("top.dmn", "decision", "The required decision 'base' is not in this file"),
    ]


def test_a_problem_has_its_row_and_line() -> None:
    rows = table("t", "UNIQUE", ["x"], ["y"], [["1", "1"], ["2", "2 +"]]).replace("<rule", "\n<rule")

    (found,) = checked(t=source(rows, decision("u", text("1"))))

    assert (found.file, found.element, found.line) == ("t.dmn", "t_r2", 3)
    assert found.message == "Rule 2: Expected a value but the text ends (line 1, column 4)"
