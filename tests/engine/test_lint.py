"""Every rule of the linter refuses or warns by rule and element, in a sentence; hostile files are refused quickly, never a traceback."""

import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bpmn
from engine import Abilities, Artefact, Problem, UnknownKind, check_set, identify
from engine.spiff.lint_events import KINDS
from engine.xml import XmlRejected, parse_xml
from tests.support.world import DMN, HEAD, PlainForms, flows, form, model, table

SHIPPED = sorted(Path(bpmn.__file__).parent.glob("*.bpmn"))
LINE = '<startEvent id="s"/><endEvent id="e"/>'
ADRIFT = '<startEvent id="s"/><userTask id="a"/>{}<endEvent id="e"/>'


def checked(source: bytes, *others: bytes, file: str = "P.bpmn") -> tuple[Problem, ...]:
    forms = PlainForms()
    artefacts = [identify(file, source, forms)]
    for n, other in enumerate(others):
        ending = "form.json" if other.startswith(b"{") else "dmn" if DMN.encode() in other[:200] else "bpmn"
        artefacts.append(identify(f"other{n}.{ending}", other, forms))
    return check_set(artefacts, forms)


def errors(*sources: bytes) -> set[tuple[str, str | None]]:
    return {(item.rule, item.element) for item in checked(*sources) if item.severity == "error"}


def event(tag: str, kind: str, inner: str = "", attributes: str = "", reference: str = "") -> str:
    return f'<{tag} id="x" {attributes}><{kind}EventDefinition {reference}>{inner}</{kind}EventDefinition></{tag}>'


def timer(text: str, kind: str = "timeDuration") -> str:
    return event("intermediateCatchEvent", "timer", f"<{kind}>{text}</{kind}>")


def cycle(attributes: str, text: str = "R3/PT1H") -> str:
    return event("boundaryEvent", "timer", f"<timeCycle>{text}</timeCycle>", f'attachedToRef="a" {attributes}')


def event_subprocess(kind: str, attributes: str = "", name: str = "xs", inner: str = "") -> str:
    reference = f'{kind}Ref="m"' if kind in {"message", "error"} else ""
    start = f'<startEvent id="{name}1" {attributes}><{kind}EventDefinition {reference}/></startEvent>'
    ways = flows(f"{name}1 > {name}2")
    return f'<subProcess id="{name}" triggeredByEvent="true">{start}{inner}<endEvent id="{name}2"/>{ways}</subProcess>'


CAUGHT = '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'


def test_a_sound_model_has_no_findings_but_that_it_is_not_drawn() -> None:
    found = checked(model(LINE, "s > e"))

    assert {(item.rule, item.severity) for item in found} == {("not-drawn", "warning")}


ON_THE_WAY = ("s > a > x > e",)
BESIDE = ("s > a > e", "x > e2")
REFUSED = {
    "no-complexGateway": (ADRIFT.format('<complexGateway id="x"/>'), ON_THE_WAY),
    "no-adHocSubProcess": (ADRIFT.format('<adHocSubProcess id="x"/>'), ON_THE_WAY),
    "no-transaction": (ADRIFT.format('<transaction id="x"/>'), ON_THE_WAY),
    "no-compensateEventDefinition": (ADRIFT.format(event("intermediateThrowEvent", "compensate")), ON_THE_WAY),
    "no-cancelEventDefinition": (ADRIFT.format(event("endEvent", "cancel")), ("s > a > x", "a > e")),
    "no-dataInputAssociation": (ADRIFT.format('<userTask id="x"><dataInputAssociation/></userTask>'), ON_THE_WAY),
    "no-dataOutputAssociation": (ADRIFT.format('<userTask id="x"><dataOutputAssociation/></userTask>'), ON_THE_WAY),
    "name-taken": (
        '<startEvent id="s"/><receiveTask id="r" messageRef="event_fired"/><endEvent id="e"/>',
        ("s > r > e",),
    ),
    "extension-unknown": (
        ADRIFT.format('<userTask id="x"><extensionElements><n:script/></extensionElements></userTask>'),
        ON_THE_WAY,
    ),
    "mapping": (
        ADRIFT.format(
            '<userTask id="x"><extensionElements><n:ioMapping><n:input source="1" target="a b"/></n:ioMapping>'
            "</extensionElements></userTask>"
        ),
        ON_THE_WAY,
    ),
    "no-dataStoreReference": (ADRIFT.format('<dataStoreReference id="x"/>'), ("s > a > e",)),
    "no-ioSpecification": (
        '<startEvent id="s"/><userTask id="x"><ioSpecification/></userTask><endEvent id="e"/>',
        ("s > x > e",),
    ),
    "id-form": ('<startEvent id="s"/><userTask id="x y"/><endEvent id="e"/>', ("s > e",)),
    "id-twice": ('<startEvent id="s"/><userTask id="x"/><userTask id="x"/><endEvent id="e"/>', ("s > x > e",)),
    "starts": ('<startEvent id="s"/><startEvent id="s2"/><endEvent id="e"/>', ("s > e", "s2 > e")),
    "no-start": ('<endEvent id="e"/>', ()),
    "start-event": (
        '<startEvent id="x"><messageEventDefinition messageRef="m"/></startEvent><endEvent id="e"/>',
        ("x > e",),
    ),
    "flow-open": (LINE + '<sequenceFlow id="x" sourceRef="s" targetRef="nowhere"/>', ("s > e",)),
    "flow-crosses": (
        '<startEvent id="s"/><subProcess id="w"><startEvent id="s1"/><endEvent id="e1"/>'
        + flows("s1 > e1")
        + '</subProcess><endEvent id="e"/><sequenceFlow id="x" sourceRef="s1" targetRef="e"/>',
        ("s > w > e",),
    ),
    "condition-ignored": (
        LINE
        + '<sequenceFlow id="x" sourceRef="s" targetRef="e"><conditionExpression>= true</conditionExpression></sequenceFlow>',
        (),
    ),
    "condition-missing": (
        ADRIFT.format('<exclusiveGateway id="g"/>') + '<sequenceFlow id="x" sourceRef="g" targetRef="a"/>',
        ("s > g", "g > e ? = true", "a > e"),
    ),
    "events": (
        ADRIFT.format(
            '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="q"/>'
            "</intermediateCatchEvent>"
        ),
        ON_THE_WAY,
    ),
    "event-plain": (ADRIFT.format('<intermediateCatchEvent id="x"/>'), ON_THE_WAY),
    "message-thrown": (
        ADRIFT.format(event("intermediateThrowEvent", "message", reference='messageRef="m"')),
        ON_THE_WAY,
    ),
    "end-event": (ADRIFT.format(event("endEvent", "link", attributes="")), ("s > a > x", "a > e")),
    "message-missing": (ADRIFT.format(event("intermediateCatchEvent", "message")), ON_THE_WAY),
    "timer-missing": (ADRIFT.format(event("intermediateCatchEvent", "timer")), ON_THE_WAY),
    "timer-cycle": (ADRIFT.format(timer("R3/PT1H", "timeCycle")), ON_THE_WAY),
    "event-gateway": (
        '<startEvent id="s"/><eventBasedGateway id="x"/><userTask id="a"/><endEvent id="e"/>',
        ("s > x > a > e",),
    ),
    "event-gateway-shared": (
        '<startEvent id="s"/><eventBasedGateway id="x"/><userTask id="a"/><endEvent id="e"/>' + CAUGHT,
        ("s > a > x > c > e", "a > c"),
    ),
    "event-gateway-kind": (
        '<startEvent id="s"/><eventBasedGateway id="x" instantiate="true"/><endEvent id="e"/>' + CAUGHT,
        ("s > x > c > e",),
    ),
    "event-subprocess-flow": (LINE + event_subprocess("message"), ("s > xs > e",)),
    "event-subprocess-boundary": (
        LINE
        + event_subprocess("message", name="w")
        + event("boundaryEvent", "message", attributes='attachedToRef="w"', reference='messageRef="m"'),
        ("s > e", "x > e"),
    ),
    "event-subprocess-loop": (
        LINE + event_subprocess("message", inner='<standardLoopCharacteristics loopMaximum="2"/>'),
        ("s > e",),
    ),
    "event-subprocess-start": (LINE + event_subprocess("compensate"), ("s > e",)),
    "event-subprocess-error": (LINE + event_subprocess("error", 'isInterrupting="false"'), ("s > e",)),
    "event-kind": (ADRIFT.format(event("intermediateThrowEvent", "timer")), ON_THE_WAY),
    "boundary-error": (
        ADRIFT.format(event("boundaryEvent", "error", attributes='attachedToRef="a" cancelActivity="false"')),
        ("s > a > e", "x > e"),
    ),
    "receive-instantiates": (ADRIFT.format('<receiveTask id="x" messageRef="m" instantiate="true"/>'), ON_THE_WAY),
    "element-unknown": (LINE + '<implicitThrowEvent id="x"/>', ("s > e",)),
    "no-compensation": (ADRIFT.format('<userTask id="x" isForCompensation="true"/>'), ON_THE_WAY),
    "quantity": (ADRIFT.format('<userTask id="x" completionQuantity="2"/>'), ON_THE_WAY),
    "loop-behavior": (
        ADRIFT.format(
            '<userTask id="x"><multiInstanceLoopCharacteristics behavior="None"><loopCardinality>1</loopCardinality>'
            "</multiInstanceLoopCharacteristics></userTask>"
        ),
        ON_THE_WAY,
    ),
    "operation-missing": (ADRIFT.format('<serviceTask id="x"/>'), ON_THE_WAY),
    "answer-name": (ADRIFT.format('<serviceTask id="x" n:operation="ask" n:answer="two words"/>'), ON_THE_WAY),
    "script-language": (
        ADRIFT.format('<scriptTask id="x" scriptFormat="python"><script>1</script></scriptTask>'),
        ON_THE_WAY,
    ),
    "script-missing": (ADRIFT.format('<scriptTask id="x"/>'), ON_THE_WAY),
    "loop-maximum": (
        ADRIFT.format('<userTask id="x"><standardLoopCharacteristics/></userTask>'),
        ON_THE_WAY,
    ),
    "loop-source": (
        ADRIFT.format('<userTask id="x"><multiInstanceLoopCharacteristics/></userTask>'),
        ON_THE_WAY,
    ),
    "call-unknown": (ADRIFT.format('<callActivity id="x" calledElement="Z"/>'), ON_THE_WAY),
    "form-unknown": (ADRIFT.format('<userTask id="x" n:form="z"/>'), ON_THE_WAY),
    "decision-unknown": (ADRIFT.format('<businessRuleTask id="x" n:decision="z"/>'), ON_THE_WAY),
    "feel": (ADRIFT.format('<userTask id="x" n:due="= 1 +"/>'), ON_THE_WAY),
    "timer": (ADRIFT.format(timer("PT")), ON_THE_WAY),
}
WHERE = {"no-start": "P", "name-taken": "event_fired", "id-twice": "x", "message-missing": "x"}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_rule_refuses_by_name_and_element_in_a_sentence(rule: str) -> None:
    body, paths = REFUSED[rule]

    found = [item for item in checked(model(body, *paths)) if item.rule == rule]

    assert found, rule
    for item in found:
        assert item.severity == "error"
        assert item.file == "P.bpmn"
        assert (item.element or "").startswith(WHERE.get(rule, "x")) or rule in {"starts", "id-form"}, item
        assert item.line
        assert item.message[0].isupper()
        assert len(item.message) > 15
        assert not re.search(r"Traceback|Error\b|\{http", item.message)


DEFINITIONS = [
    "message",
    "timer",
    "signal",
    "error",
    "escalation",
    "link",
    "terminate",
    "compensate",
    "cancel",
    "conditional",
]
REFERENCES = {kind: f'{kind}Ref="m"' for kind in ("message", "signal", "error", "escalation")}
INSIDE = {"timer": "<timeDuration>PT1H</timeDuration>", "conditional": "<condition>= n = 1</condition>"}
PLACED = {
    "intermediateCatchEvent": ("", ON_THE_WAY),
    "intermediateThrowEvent": ("", ON_THE_WAY),
    "boundaryEvent": ('attachedToRef="a"', ("s > a > e", "x > e")),
    "endEvent": ("", ("s > a > x", "a > e")),
}


def test_setting_case_facts_has_no_answer() -> None:
    source = model(ADRIFT.format('<serviceTask id="x" n:operation="set_case_fact" n:answer="y"/>'), *ON_THE_WAY)

    assert errors(source) == {("answer-name", "x")}


@pytest.mark.parametrize("kind", DEFINITIONS)
@pytest.mark.parametrize("tag", PLACED)
def test_each_event_definition_is_run_or_refused_wherever_it_stands(tag: str, kind: str) -> None:
    attributes, paths = PLACED[tag]
    inner = INSIDE.get(kind, "")
    reference = 'name="L"' if kind == "link" else REFERENCES.get(kind, "")
    other = LINKED.get(tag, "") if kind == "link" else ""
    found = errors(model(ADRIFT.format(event(tag, kind, inner, attributes, reference)) + other, *paths))

    told = {rule for rule, element in found if element == "x"} - {"link-open"}
    assert bool(told) == (kind not in KINDS[tag]), found


LINKED = {
    "intermediateThrowEvent": '<intermediateCatchEvent id="l"><linkEventDefinition name="L"/></intermediateCatchEvent>'
}


@pytest.mark.parametrize("kind", [*DEFINITIONS, ""])
@pytest.mark.parametrize("scope", ["process", "subprocess", "event subprocess"])
def test_each_start_is_run_or_refused_wherever_it_stands(scope: str, kind: str) -> None:
    inner = INSIDE.get(kind, "")
    given = f"<{kind}EventDefinition {REFERENCES.get(kind, '')}>{inner}</{kind}EventDefinition>" if kind else ""
    start = f'<startEvent id="x">{given}</startEvent><endEvent id="y"/>{flows("x > y")}'
    sources = {
        "process": model(start),
        "subprocess": model(ADRIFT.format(f'<subProcess id="w">{start}</subProcess>'), "s > a > w > e"),
        "event subprocess": model(LINE + f'<subProcess id="w" triggeredByEvent="true">{start}</subProcess>', "s > e"),
    }

    told = {rule for rule, element in errors(sources[scope]) if element == "x"}
    assert bool(told) == (kind not in KINDS["startEvent"] if scope == "event subprocess" else kind != "")


@pytest.mark.parametrize(
    "source",
    [
        HEAD.encode() + b'<process id="P" isExecutable="false"><startEvent id="s"/></process></definitions>',
        HEAD.encode() + b"</definitions>",
    ],
)
def test_a_model_needs_an_executable_process(source: bytes) -> None:
    assert "no-process" in {rule for rule, _ in errors(source)}


def test_an_element_needs_an_id() -> None:
    source = model('<startEvent id="s"/><userTask/><endEvent id="e"/>', "s > e")

    (found,) = [item for item in checked(source) if item.rule == "id-missing"]
    assert (found.element, found.severity) == ("P", "error")


@pytest.mark.parametrize("attribute", ["due", "dueBusinessDays", "dueFrom", "prefill"])
def test_every_expression_attribute_is_compiled(attribute: str) -> None:
    source = model(ADRIFT.format(f'<userTask id="x" n:{attribute}="= )"/>'), *ON_THE_WAY)

    assert ("feel", "x") in errors(source)


@pytest.mark.parametrize(
    "body",
    [
        ADRIFT.format('<serviceTask id="x" n:operation="notify" n:parameters="= {"/>'),
        ADRIFT.format('<receiveTask id="x" messageRef="m" n:correlation="= ="/>'),
        ADRIFT.format('<scriptTask id="x"><script>{ a: }</script></scriptTask>'),
        ADRIFT.format('<userTask id="x"><multiInstanceLoopCharacteristics><loopCardinality>= (</loopCardinality>'
                      '</multiInstanceLoopCharacteristics></userTask>'),
        ADRIFT.format(timer("= duration(")),
    ],
)  # fmt: skip
def test_every_expression_is_compiled(body: str) -> None:
    assert ("feel", "x") in errors(model(body, *ON_THE_WAY))


def test_a_wrong_condition_is_told_at_its_flow_with_line_and_column() -> None:
    body = '<startEvent id="s"/><exclusiveGateway id="g" default="g_e"/><userTask id="a"/><endEvent id="e"/>'

    (found,) = [
        item for item in checked(model(body, "s > g", "g > a ? = n >", "g > e", "a > e")) if item.rule == "feel"
    ]
    assert found.element == "g_a"
    assert re.match(r"Line 1, column \d+: ", found.message)


@pytest.mark.parametrize(
    "text", ["-PT1H", "P1W2D", "PT", "2026-02-30", "2026-13-01T00:00:00Z", "PT1H30", "R3/PT1H", "2026-01-01T25:00:00"]
)
def test_a_timer_text_that_is_no_time_is_refused(text: str) -> None:
    found = errors(model(ADRIFT.format(timer(text)), *ON_THE_WAY))

    assert {rule for rule, element in found if element == "x"} & {"timer", "feel"}, found


@pytest.mark.parametrize(
    "text", ["PT48H", "P1Y2M", "P2D", "pt1h", "= a + b", "2026-02-28", "2026-02-28T10:00:00", "PT0.5S", "PT0S"]
)
def test_a_timer_text_that_is_a_time_is_accepted(text: str) -> None:
    kind = "timeDate" if text.startswith("2") else "timeDuration"

    assert errors(model(ADRIFT.format(timer(text, kind)), *ON_THE_WAY)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "PT1H",
        "R3/P1M2D",
        "R3/P0M",
        "R3/PT1H/2026-02-01",
        "R/2026-01-01/2026-02-01",
        "R3/PT0S",
        "R3/-PT1H",
        "R3/a/b/PT1H",
        "0 0 * * *",
    ],
)
def test_a_cycle_that_the_library_would_run_wrongly_is_refused(text: str) -> None:
    body = ADRIFT.format(cycle('cancelActivity="false"', text) + '<endEvent id="e2"/>')

    assert {rule for rule, _ in errors(model(body, *BESIDE))} & {"timer", "feel"}


@pytest.mark.parametrize(
    "text", ["R3/PT1H", "R/PT1H", "R3/P1M", "R/P1Y", "R3/P2W", "R3/2026-01-01T00:00:00Z/P1D", "= cycle"]
)
def test_a_cycle_stands_on_a_non_interrupting_boundary_only(text: str) -> None:
    for attributes, wanted in (('cancelActivity="false"', set()), ("", {("timer-cycle", "x")})):
        body = ADRIFT.format(cycle(attributes, text) + '<endEvent id="e2"/>')
        assert errors(model(body, *BESIDE)) == wanted


def test_a_link_without_its_other_end_is_refused() -> None:
    throw = event("intermediateThrowEvent", "link", reference='name="L"')

    assert errors(model(ADRIFT.format(throw), "s > a > x", "a > e"))


@pytest.mark.parametrize("namespace", ["http://camunda.org/schema/1.0/bpmn", "http://camunda.org/schema/zeebe/1.0"])
def test_elements_and_loops_of_another_product_are_refused(namespace: str) -> None:
    inner = f'<extensionElements><c:properties xmlns:c="{namespace}"/></extensionElements>'
    body = ADRIFT.format(f'<userTask id="x">{inner}</userTask>')
    loop = ADRIFT.format(
        f'<userTask id="x"><multiInstanceLoopCharacteristics xmlns:c="{namespace}" c:collection="xs">'
        "<loopCardinality>1</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    )

    assert ("foreign", "x") in errors(model(body, *ON_THE_WAY))
    assert ("foreign-loop", "x") in errors(model(loop, *ON_THE_WAY))


MAPPING = "<extensionElements><n:ioMapping>{}</n:ioMapping></extensionElements>"


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ('<n:input target="a"/>', "a source in FEEL"),
        ('<n:output source="1"/>', "Expected a target"),
        ('<n:output source="1" target="a."/>', "Expected a target"),
        ('<n:input source="1" target="a" type="b"/>', "nothing reads 'type'"),
        ("</n:ioMapping><n:ioMapping>", "one ioMapping"),
        ('<n:ioMapping><n:input source="1" target="a"/></n:ioMapping>', "inside extensionElements"),
    ],
)
def test_a_mapping_that_would_not_be_read_is_refused(items: str, sentence: str) -> None:
    body = f'<userTask id="x">{MAPPING.format(items)}</userTask>'
    found = [item.message for item in checked(model(ADRIFT.format(body), *ON_THE_WAY)) if item.severity == "error"]

    assert found
    assert all(sentence in message for message in found)


@pytest.mark.parametrize("tag", ["exclusiveGateway", "intermediateThrowEvent"])
def test_only_activities_have_mappings(tag: str) -> None:
    body = ADRIFT.format(f'<{tag} id="x">{MAPPING.format("")}</{tag}>')

    assert errors(model(body, *ON_THE_WAY)) == {("mapping", "x")}


def test_the_source_of_a_mapping_is_compiled() -> None:
    inner = MAPPING.format('<n:output source="= 1 +" target="a"/>')
    body = ADRIFT.format(f'<userTask id="x">{inner}</userTask>')

    assert errors(model(body, *ON_THE_WAY)) == {("feel", "x")}


@pytest.mark.parametrize(
    "attribute", ["class", "expression", "delegateExpression", "type", "resultVariable", "preScript"]
)
@pytest.mark.parametrize("product", ["camunda.org/schema/1.0/bpmn", "activiti.org/bpmn", "spiffworkflow.org/bpmn"])
def test_an_attribute_of_another_product_that_would_run_something_is_refused(attribute: str, product: str) -> None:
    task = f'<serviceTask id="x" n:operation="ask" xmlns:c="http://{product}" c:{attribute}="a.b.C"/>'

    assert errors(model(ADRIFT.format(task), *ON_THE_WAY)) == {("foreign", "x")}


OPERATIONS = Abilities(operations=frozenset({"send_letter", "notify"}))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("send_leter", "did you mean 'send_letter'?"),
        ("set_case_facts", "did you mean 'set_case_fact'?"),
        ("zzz", "would wait in the outbox"),
        ("send_letter", None),
        ("set_case_fact", None),
    ],
)
def test_an_operation_that_the_program_does_not_know_is_told(name: str, sentence: str | None) -> None:
    source = model(ADRIFT.format(f'<serviceTask id="x" n:operation="{name}"/>'), *ON_THE_WAY)
    artefact = Artefact("model", "P", source, "P.bpmn")
    found = [item for item in check_set([artefact], PlainForms(), OPERATIONS) if item.rule == "operation-unknown"]

    assert [(item.element, item.severity) for item in found] == ([("x", "warning")] if sentence else [])
    assert all(sentence in item.message for item in found if sentence)


def test_a_program_that_takes_any_operation_knows_of_none_that_is_wrong() -> None:
    source = model(ADRIFT.format('<serviceTask id="x" n:operation="zzz"/>'), *ON_THE_WAY)

    assert "operation-unknown" not in {item.rule for item in checked(source)}


def test_what_a_modeler_writes_for_itself_is_no_problem() -> None:
    attributes = 'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:historyTimeToLive="180"'
    source = model('<startEvent id="s"/><userTask id="x"/><endEvent id="e"/>', "s > x > e", attributes=attributes)

    assert errors(source) == set()


@pytest.mark.parametrize("language", ["groovy", "http://www.java.com/java", "python"])
def test_a_condition_in_another_language_is_refused(language: str) -> None:
    given = f'<sequenceFlow id="x" sourceRef="g" targetRef="e"><conditionExpression language="{language}">n = 1</conditionExpression></sequenceFlow>'
    body = f'<startEvent id="s"/><exclusiveGateway id="g" default="g_f"/><endEvent id="e"/><endEvent id="f"/>{given}'

    assert errors(model(body, "s > g > f")) == {("script-language", "x")}


def test_ids_of_processes_and_subprocesses_differ_between_models() -> None:
    inner = '<subProcess id="w"><startEvent id="s1"/><endEvent id="e1"/>' + flows("s1 > e1") + "</subProcess>"
    body = '<startEvent id="s"/>' + inner + '<endEvent id="e"/>'

    found = errors(model(body, "s > w > e"), model(body, "s > w > e", process="Q"))

    assert found == {("id-twice", "w")}


def test_warnings_do_not_refuse() -> None:
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="a"/><userTask id="b"/><parallelGateway id="p"/>'
        '<endEvent id="e"/><endEvent id="e2"/>'
    )
    found = checked(model(body, "s > g", "g > a ? = n > 1", "g > b ? = n < 1", "a > p > e", "b > p > e2"))

    assert {(item.rule, item.element) for item in found if item.rule != "not-drawn"} == {
        ("no-default", "g"),
        ("gateway-mixed", "p"),
        ("join-alternatives", "p"),
    }
    assert {item.severity for item in found} == {"warning"}


def test_a_form_and_a_decision_tell_their_own_problems() -> None:
    wrong = table("band", "score", "band", {"&lt; ": '"low"'})
    found = {item.rule for item in checked(model(LINE, "s > e"), b'{"facts": {}}', wrong) if item.severity == "error"}

    assert found == {"form", "decision"}


def test_what_only_the_library_refuses_is_told_in_a_sentence_of_ours() -> None:
    strange = b"<message/><process"

    found = [item for item in checked(model(LINE, "s > e").replace(b"<process", strange)) if item.severity == "error"]

    assert [(item.rule, item.file) for item in found] == [("not-runnable", "P.bpmn")]
    assert found[0].message.startswith("Expected a model that can run")


# -- hostile files


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(10))
    + b"]><definitions>&k;</definitions>"
)
HOSTILE = {
    "empty": b"",
    "text": b"hello",
    "json": b'{"id": "x"}',
    "html": b"<html><body></body></html>",
    "doctype": b"<!DOCTYPE definitions><definitions/>",
    "doctype after a comment": b'<!-- x --><?pi?><!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>',
    "external entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "billion laughs": BOMB,
    "billion laughs in UTF-16": BOMB.decode().encode("utf-16"),
    "billion laughs in UTF-16 without a mark": BOMB.decode().encode("utf-16-le"),
    "billion laughs in UTF-32": BOMB.decode().encode("utf-32"),
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
    "latin-1": b'<?xml version="1.0" encoding="iso-8859-1"?><x/>',
    "declared UTF-16 but is not": b'<?xml version="1.0" encoding="utf-16"?><x/>',
    "EBCDIC": '<?xml version="1.0" encoding="cp037"?><x/>'.encode("cp037"),
    "deep": b"<a>" * 100_000,
    "deep and closed": b"<a>" * 100 + b"</a>" * 100,
    "wide": b"<a>" + b"<b/>" * 60_000 + b"</a>",
    "attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(20_000)) + b"/>",
    "namespaces": b"<a " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(20_000)) + b"/>",
    "too big": b"<a>" + b"x" * 5_000_001 + b"</a>",
    "null bytes": b"<a>\x00</a>",
    "random": random.Random(7).randbytes(20_000),  # noqa: S311  # a seeded test file
    "two roots": b"<a/><b/>",
    "cut": b"<a><b>",
    "undefined entity": b"<a>&nbsp;</a>",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("file", ["x.bpmn", "x.dmn"])
def test_a_hostile_file_is_refused_quickly_in_words_of_ours(name: str, file: str) -> None:
    started = time.process_time()

    artefact = identify(file, HOSTILE[name], PlainForms())
    found = check_set([artefact], PlainForms())

    assert time.process_time() - started < 2
    assert any(item.severity == "error" for item in found)
    assert artefact.key == "x"
    for item in found:
        assert len(item.message) < 300
        assert "passwd" not in item.message
        assert "lollol" not in item.message


def test_a_huge_attribute_or_text_is_no_problem_by_itself() -> None:
    source = model(f'<startEvent id="s" name="{"y" * 2_000_000}"/><endEvent id="e"/>', "s > e")

    assert errors(source) == set()


def test_includes_are_not_followed() -> None:
    source = HEAD.encode() + (
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/></definitions>'
    )
    assert {rule for rule, _ in errors(source)} == {"no-process"}


@pytest.mark.parametrize("file", ["x.xml", "x.bpmn.exe", "x", "", "forms/x.json"])
def test_an_unknown_ending_is_refused(file: str) -> None:
    with pytest.raises(UnknownKind):
        identify(file, b"<a/>", PlainForms())


def test_kind_comes_from_the_ending_and_key_from_the_content() -> None:
    forms = PlainForms()

    assert [
        (item.kind, item.key, item.file)
        for item in (
            identify("folder/a.bpmn", model(LINE, "s > e", process="Q"), forms),
            identify("b.dmn", table("band", "x", "y", {"1": "2"}), forms),
            identify("c.form.json", form("core"), forms),
            identify("d.bpmn", HEAD.encode() + b"</definitions>", forms),
        )
    ] == [
        ("model", "Q", "a.bpmn"),
        ("decision", "band", "b.dmn"),
        ("form", "core", "c.form.json"),
        ("model", "d", "d.bpmn"),
    ]


def test_a_decision_uploaded_as_a_model_is_told_so_and_the_other_way_round() -> None:
    forms = PlainForms()
    as_model = Artefact("model", "x", table("x", "a", "b", {"1": "2"}), "x.bpmn")
    as_decision = Artefact("decision", "x", model(LINE, "s > e"), "x.dmn")

    assert [item.rule for item in check_set([as_model], forms)] == ["not-bpmn"]
    assert {item.rule for item in check_set([as_decision], forms)} == {"decision"}


@pytest.mark.parametrize("path", SHIPPED[:6], ids=lambda path: path.stem)
def test_a_truncated_shipped_model_is_refused(path: Path) -> None:
    source = path.read_bytes()

    for cut in range(0, len(source) - 20, max(1, len(source) // 20)):
        with pytest.raises(XmlRejected):
            parse_xml(source[:cut])


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_shipped_model_with_bytes_changed_never_breaks_the_check(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from(SHIPPED)).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))

    artefact = identify("x.bpmn", bytes(source), PlainForms())
    for problem in check_set([artefact], PlainForms()):
        assert problem.message


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_xml_or_rejected(data: bytes) -> None:
    try:
        parse_xml(data)
    except XmlRejected as error:
        assert str(error).startswith("Expected XML within the limits")  # noqa: PT017  # either is right
