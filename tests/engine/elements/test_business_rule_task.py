"""Business rule tasks: a decision of the release, its result as a variable and as a case fact."""

import pytest
import sqlalchemy as sa

from engine import Artefact, MigrateCase, ReleaseRejected
from engine.store import tables
from engine.values import loads
from tests.support.world import ANN, World, model, table

BODY = '<startEvent id="s"/><businessRuleTask id="d" n:decision="band" {}/><userTask id="u"/><endEvent id="e"/>'
RULES = {"&lt; 5": '"low"', "&gt;= 5": '"high"'}


def test_the_result_is_a_variable_named_after_the_decision(either_world: World) -> None:
    world = either_world
    world.deploy(model(BODY.format(""), "s > d > u > e"), table("band", "score", "band", RULES))
    world.start(score=7)

    assert world.data("u") == {"score": 7, "band": "high"}


def test_result_and_fact_have_names_of_their_own(world: World) -> None:
    attributes = 'n:result="risk" n:fact="risk_category"'
    world.deploy(model(BODY.format(attributes), "s > d > u > e"), table("band", "score", "band", RULES))
    world.start(score=1)

    assert (world.data("u")["risk"], world.known) == ("low", {"risk_category": "low"})


def test_a_decision_reads_case_facts_and_facts_from_outside(world: World) -> None:
    world.facts.given = {"score": 9}
    world.deploy(model(BODY.format(""), "s > d > u > e"), table("band", "score", "band", RULES))
    world.start()

    assert world.data("u") == {"band": "high"}


def test_no_match_is_null(world: World) -> None:
    world.deploy(model(BODY.format(""), "s > d > u > e"), table("band", "score", "band", {"3": '"three"'}))
    world.start(score=4)

    assert world.data("u")["band"] is None


def test_several_outputs_collect_into_a_list(world: World) -> None:
    collecting = table("band", "score", "band", {"&gt; 1": '"a"', "&gt; 2": '"b"'}, "COLLECT")
    world.deploy(model(BODY.format(""), "s > d > u > e"), collecting)
    world.start(score=3)

    assert world.data("u")["band"] == ["a", "b"]


def test_history_names_decision_and_rules_and_seals_what_was_seen(world: World) -> None:
    world.deploy(model(BODY.format(""), "s > d > u > e"), table("band", "score", "band", RULES))
    case = world.start(score=7)

    (decided,) = [event for event in world.history if event.kind == "Decided"]
    (row,) = world.rows(history_of(case))
    sealed = loads(world.keyring.open(row.delta, "history", "delta", f"{case}.1"))
    assert (decided.element, decided.facts) == ("d", {"decision": "band", "rules": [2], "release": world.view.release})
    assert sealed["decided"] == [
        {
            "element": "d",
            "decision": "band",
            "inputs": {"score": 7},
            "output": "high",
            "outputs": [{"band": "high"}],
            "required": [],
        }
    ]
    assert b"high" not in row.delta


GRAPH = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="g" name="g" namespace="urn:test">
<decision id="base" name="base"><variable name="base"/><literalExpression><text>score * 2</text></literalExpression></decision>
<decision id="level" name="level"><variable name="level"/><informationRequirement><requiredDecision href="#base"/></informationRequirement>
<decisionTable id="lt"><input id="li"><inputExpression id="le"><text>base</text></inputExpression></input><output id="lo" name="level"/>
<rule id="l1"><inputEntry id="lc1"><text>[0..10]</text></inputEntry><outputEntry id="lx1"><text>"low"</text></outputEntry></rule>
<rule id="l2"><inputEntry id="lc2"><text>(10..99]</text></inputEntry><outputEntry id="lx2"><text>"high"</text></outputEntry></rule>
</decisionTable></decision>
<decision id="band" name="band"><variable name="band"/><informationRequirement><requiredDecision href="#level"/></informationRequirement>
<literalExpression><text>{ level: level, why: missing }</text></literalExpression></decision></definitions>"""


def test_history_tells_each_decision_of_a_requirement_graph_and_what_was_warned_of(world: World) -> None:
    world.deploy(model(BODY.format(""), "s > d > u > e"), GRAPH.encode())
    case = world.start(score=7)

    (decided,) = [event for event in world.history if event.kind == "Decided"]
    (row,) = world.rows(history_of(case))
    (seen,) = loads(world.keyring.open(row.delta, "history", "delta", f"{case}.1"))["decided"]
    assert decided.facts["required"] == [{"decision": "base", "rules": []}, {"decision": "level", "rules": [2]}]
    assert "missing" in str(decided.facts["warnings"])
    assert [item["element"] for item in world.history[0].facts["warnings"]] == ["d"]
    assert seen["required"] == [{"decision": "base", "output": 14}, {"decision": "level", "output": "high"}]
    assert seen["output"] == {"level": "high", "why": None}


def test_a_decision_names_the_release_that_a_migration_brought(world: World) -> None:
    world.deploy(
        model(
            BODY.format("").replace('<startEvent id="s"/>', '<startEvent id="s"/><userTask id="a"/>'),
            "s > a > d > u > e",
        ),
        table("band", "score", "band", RULES),
    )
    world.start(score=7)
    before = world.view.release
    after = world.deploy(table("band", "score", "band", {"-": '"new"'})).release
    world.execute(MigrateCase(world.case, after, ANN, world.now, "a better table"))
    world.complete("a")

    (decided,) = [event for event in world.history if event.kind == "Decided"]
    assert (decided.facts["release"], after != before) == (after, True)
    assert world.data("u")["band"] == "new"


def test_two_rules_of_a_unique_table_do_not_fail_the_case(world: World) -> None:
    clash = table("band", "score", "band", {"&gt; sqrt(1)": '"a"', "&gt; sqrt(4)": '"b"'})  # no analysis can tell
    world.deploy(model(BODY.format(""), "s > d > u > e"), clash)
    world.start(score=3)

    assert world.data("u")["band"] is None


def test_a_decision_over_its_budget_parks_its_token(world: World) -> None:
    heavy = table("band", "count(for a in 1..10000, b in 1..10000 return a)", "band", RULES)
    world.deploy(model(BODY.format(""), "s > d > u > e"), heavy)

    world.start(score=3)

    assert (world.stuck, world.open) == ([("d", "budget")], [])


def history_of(case: str) -> sa.Select:
    return sa.select(tables.history).where(tables.history.c.case_id == case, tables.history.c.n == 0)


BASE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="b" name="base" namespace="urn:base">
<inputData id="score_in" name="score"><variable name="score"/></inputData>
<decision id="points" name="points"><variable name="points"/><informationRequirement><requiredInput href="#score_in"/></informationRequirement>
<literalExpression><text>score * 2</text></literalExpression></decision></definitions>"""
IMPORTING = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="i" name="i" namespace="urn:i">
<import name="base" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>
<decision id="band" name="band"><variable name="band"/><informationRequirement><requiredDecision href="urn:base#points"/></informationRequirement>
<literalExpression><text>base.points + 1</text></literalExpression></decision>
<decisionService id="service" name="service"><variable name="service"/><outputDecision href="#band"/></decisionService></definitions>"""


def test_a_decision_requires_one_of_another_file_of_its_release(world: World) -> None:
    world.deploy(model(BODY.format(""), "s > d > u > e"), IMPORTING.encode(), BASE.encode())
    world.start(score=7)

    assert world.data("u")["band"] == 15
    (decided,) = [event for event in world.history if event.kind == "Decided"]
    assert [item["decision"] for item in decided.facts["required"]] == ["points"]


def test_a_task_may_ask_a_decision_service(world: World) -> None:
    body = BODY.format("").replace('n:decision="band"', 'n:decision="service" n:result="r"')
    world.deploy(model(body, "s > d > u > e"), IMPORTING.encode(), BASE.encode())
    world.start(score=7)

    assert world.data("u")["r"] == 15


def test_two_files_with_one_decision_are_refused(world: World) -> None:
    again = Artefact("decision", "other", table("band", "n", "band", {"-": "1"}), "other.dmn")

    with pytest.raises(ReleaseRejected) as caught:
        world.deploy(model(BODY.format(""), "s > d > u > e"), table("band", "score", "band", RULES), again)
    assert {(item.rule, item.element) for item in caught.value.problems if item.severity == "error"} == {
        ("id-twice", "band")
    }
