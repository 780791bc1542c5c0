"""Names that nothing in the release gives: told where one close to them is given, and never where somebody may give them."""

import pytest

from care import GIVEN_NAMES
from engine import Abilities, Artefact, Problem, check_set
from program.forms import FormBook
from tests.guard.walks import shipped_artefacts
from tests.support.world import START, PlainForms, form, model, table

S, E, U = '<startEvent id="s"/>', '<endEvent id="e"/>', '<userTask id="u" n:form="consent"/>'
KNOWN = Abilities(names=frozenset({"discharged_at"}))


def told(body: str, *paths: str, abilities: Abilities = KNOWN) -> list[Problem]:
    given = (
        Artefact("model", "P", model(body, *paths), "P.bpmn"),
        Artefact("form", "consent", form("consent", facts={"field": "risk_category"}), "consent.form.json"),
        Artefact("decision", "band", table("band", "score", "band", {"-": '"a"'}), "band.dmn"),
    )
    return [item for item in check_set(given, PlainForms(), abilities) if item.rule == "name-unknown"]


def gateway(condition: str) -> tuple[str, ...]:
    return (
        f'{S}{U}<exclusiveGateway id="g" default="g_e"/><userTask id="a"/>{E}',
        "s > u > g",
        f"g > a ? {condition}",
        "g > e",
        "a > e",
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("consnt", "consent"),
        ("concent", "consent"),
        ("discharge_at", "discharged_at"),
        ("risk_categorie", "risk_category"),
    ],
)
def test_a_slip_is_told_with_the_nearest_name(name: str, near: str) -> None:
    (found,) = told(*gateway(f"{name} = 1"))

    assert (found.element, found.severity, found.line) == ("g_a", "warning", 1)
    assert f"'{name}'" in found.message
    assert f"did you mean '{near}'?" in found.message


@pytest.mark.parametrize(
    "condition",
    [
        "consent.result = 1",
        "amount > 100",
        "risk_category = 1",
        "discharged_at = null",
        "some x in [1] satisfies x = consent",
    ],
)
def test_a_name_that_is_given_or_like_no_other_is_left_alone(condition: str) -> None:
    assert told(*gateway(condition.replace(">", "&gt;"))) == []


@pytest.mark.parametrize(
    "giver",
    [
        '<scriptTask id="k"><script>{ consents: 1 }</script></scriptTask>',
        '<scriptTask id="k" n:result="consents"><script>1</script></scriptTask>',
        '<serviceTask id="k" n:operation="ask" n:answer="consents"/>',
        '<businessRuleTask id="k" n:decision="band" n:result="consents"/>',
        '<businessRuleTask id="k" n:decision="band" n:fact="consents"/>',
        '<receiveTask id="k" messageRef="consents"/>',
        '<serviceTask id="k" n:operation="set_case_fact" n:parameters="{ name: &quot;consents&quot;, value: 1 }"/>',
        '<task id="k"><multiInstanceLoopCharacteristics><loopDataInputRef>x</loopDataInputRef><inputDataItem id="consents"/></multiInstanceLoopCharacteristics></task>',
        '<task id="k"><multiInstanceLoopCharacteristics><loopDataInputRef>x</loopDataInputRef><loopDataOutputRef>consents</loopDataOutputRef><outputDataItem id="y"/></multiInstanceLoopCharacteristics></task>',
        '<task id="k"><extensionElements><n:ioMapping><n:output source="1" target="consents.a"/></n:ioMapping></extensionElements></task>',
    ],
)  # fmt: skip
def test_whatever_gives_a_name_gives_it(giver: str) -> None:
    body, first, *rest = gateway("consents = 1")

    assert told(body + giver, first.replace("s >", "s > k >"), *rest) == []
    assert told(body, first, *rest)


@pytest.mark.parametrize("place", ['n:due="= consnt"', 'n:prefill="{ a: consnt }"'])
def test_every_place_of_an_expression_is_looked_at(place: str) -> None:
    (found,) = told(f'{S}<userTask id="u" n:form="consent" {place}/>{E}', "s > u > e")

    assert found.element == "u"


def test_where_nobody_knows_what_a_case_starts_with_nothing_is_told() -> None:
    assert told(*gateway("consnt = 1"), abilities=Abilities()) == []


def test_the_shipped_models_read_no_name_that_nothing_gives() -> None:
    forms = FormBook(lambda: START)
    found = check_set(shipped_artefacts(forms), forms, Abilities(names=GIVEN_NAMES))

    assert [item for item in found if item.rule == "name-unknown"] == []
