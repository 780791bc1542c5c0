"""Every place of a model, a table and a form where an expression stands, or where another product would read one."""

import json
from collections.abc import Callable
from html import escape

from engine import Artefact
from tests.support.world import DMN, flows, model

Sources = tuple[bytes, ...]
Place = Callable[[str], Sources]

S, E, U = '<startEvent id="s"/>', '<endEvent id="e"/>', '<userTask id="u" n:form="f"/>'
FORM = (
    b'{"id": "f", "type": "default", "components": [{"type": "textfield", "id": "x", "key": "answer", "label": "x"}]}'
)
CAMUNDA, ZEEBE = "http://camunda.org/schema/1.0/bpmn", "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
MULTI = "multiInstanceLoopCharacteristics"


def line(element: str, *more: str) -> Sources:
    """A start, an element x, a task with a form, an end."""
    return model(f"{S}{element}{U}{E}{''.join(more)}", "s > x > u > e"), FORM


def inside(tag: str, before: str, after: str = "", attributes: str = "") -> Place:
    """The payload as text within an element x."""
    return lambda text: line(f'<{tag} id="x" {attributes}>{before}{escape(text)}{after}</{tag}>')


def named(tag: str, attribute: str, more: str = "", inner: str = "") -> Place:
    """The payload as an attribute of an element x."""
    return lambda text: line(f'<{tag} id="x" {more} {attribute}="{escape(text)}">{inner}</{tag}>')


def gateway(kind: str) -> Place:
    def made(text: str) -> Sources:
        given = f'<sequenceFlow id="x" sourceRef="g" targetRef="u"><conditionExpression>{escape(text)}</conditionExpression></sequenceFlow>'
        start = S if kind == "task" else f'{S}<{kind} id="g" default="g_e"/>'
        first = '<task id="g" default="g_e"/>' if kind == "task" else ""
        return model(f"{start}{first}{U}{E}{given}", "s > g", "g > e", "u > e"), FORM

    return made


def timed(kind: str, where: str) -> Place:
    def made(text: str) -> Sources:
        timer = f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"
        if where == "catch":
            return line(f'<intermediateCatchEvent id="x">{timer}</intermediateCatchEvent>')
        if where == "boundary":
            body = f'{S}{U}<boundaryEvent id="x" attachedToRef="u" cancelActivity="false">{timer}</boundaryEvent>{E}'
            return model(body, "s > u > e", "x > e"), FORM
        if where == "gateway":
            body = f'{S}<eventBasedGateway id="g"/><intermediateCatchEvent id="x">{timer}</intermediateCatchEvent>{E}'
            return model(body, "s > g > x > e"), FORM
        return event_start(timer)

    return made


def event_start(definition: str, attributes: str = "") -> Sources:
    inner = f'<startEvent id="x" isInterrupting="false" {attributes}>{definition}</startEvent><endEvent id="e2"/>{flows("x > e2")}'
    return model(f'{S}{U}{E}<subProcess id="p" triggeredByEvent="true">{inner}</subProcess>', "s > u > e"), FORM


def conditional(where: str) -> Place:
    def made(text: str) -> Sources:
        given = f"<conditionalEventDefinition><condition>{escape(text)}</condition></conditionalEventDefinition>"
        if where == "catch":
            return line(f'<intermediateCatchEvent id="x">{given}</intermediateCatchEvent>')
        if where == "boundary":
            body = f'{S}{U}<boundaryEvent id="x" attachedToRef="u" cancelActivity="false">{given}</boundaryEvent>{E}'
            return model(body, "s > u > e", "x > e"), FORM
        return event_start(given)

    return made


def mapping(kind: str, attribute: str, tag: str = "userTask") -> Place:
    other = 'target="y"' if attribute == "source" else 'source="n"'
    item = f"<extensionElements><n:ioMapping><n:{kind} {other} {attribute}="

    def made(text: str) -> Sources:
        body = f'{item}"{escape(text)}"/></n:ioMapping></extensionElements>'
        if tag == "subProcess":
            body += f'<startEvent id="s2"/><endEvent id="e2"/>{flows("s2 > e2")}'
        return line(f'<{tag} id="x">{body}{"<script>{ k: 1 }</script>" if tag == "scriptTask" else ""}</{tag}>')

    return made


def foreign(namespace: str, attribute: str, tag: str = "serviceTask") -> Place:
    """An attribute of another product on a task that is sound without it."""
    own = {"serviceTask": 'n:operation="ask"', "businessRuleTask": 'n:decision="d"'}.get(tag, "")

    def made(text: str) -> Sources:
        task = f'<{tag} id="x" {own} xmlns:c="{namespace}" c:{attribute}="{escape(text)}"/>'
        return (*line(task), table("1", "1"))

    return made


def extension(namespace: str, element: str, *, attribute: str = "") -> Place:
    """An element of another product inside extension elements."""

    def made(text: str) -> Sources:
        shown = f'{attribute}="{escape(text)}"' if attribute else ""
        inner = f'<c:{element} xmlns:c="{namespace}" {shown}>{"" if attribute else escape(text)}</c:{element}>'
        return line(f'<userTask id="x"><extensionElements>{inner}</extensionElements></userTask>')

    return made


def table(entry: str, output: str, *, cell: str = "-", default: str = "", values: str = "", literal: str = "") -> bytes:
    def text(tag: str, value: str) -> str:
        return f"<{tag}><text>{escape(value)}</text></{tag}>" if value else ""

    logic = (
        f'<decisionTable id="dt"><input id="di"><inputExpression id="de"><text>{escape(entry)}</text></inputExpression>'
        f'{text("inputValues", values)}</input><output id="do" name="r">{text("defaultOutputEntry", default)}</output>'
        f'<rule id="dr"><inputEntry id="dc"><text>{escape(cell)}</text></inputEntry>'
        f'<outputEntry id="dx"><text>{escape(output)}</text></outputEntry></rule></decisionTable>'
    )
    if literal:
        logic = f'<literalExpression id="dl"><text>{escape(literal)}</text></literalExpression>'
    head = f'<definitions xmlns="{DMN}" id="d_file" name="d" namespace="urn:test">'
    return f'{head}<decision id="d" name="d"><variable name="d"/>{logic}</decision></definitions>'.encode()


def decided(where: str) -> Place:
    def made(text: str) -> Sources:
        given = {"entry": "n", "output": "1"} | {where: text}
        return (*line('<businessRuleTask id="x" n:decision="d" n:result="r"/>'), table(**given))

    return made


def formed(*components: object, **more: object) -> bytes:
    return json.dumps({"id": "f", "type": "default", "components": list(components), **more}).encode()


def shown(**more: object) -> dict[str, object]:
    return {"type": "textfield", "id": "x", "key": "answer", "label": "x", **more}


def form_place(make: Callable[[str], bytes]) -> Place:
    return lambda text: (model(f"{S}{U}{E}", "s > u > e"), make(text))


def scripted(language: str) -> Place:
    return inside("scriptTask", "<script>", "</script>", f'scriptFormat="{language}" n:result="r"')


def looped(tag: str, *, sequential: str = "false") -> Place:
    other = "" if tag == "loopCardinality" else "<loopCardinality>2</loopCardinality>"
    return inside("userTask", f'<{MULTI} isSequential="{sequential}">{other}<{tag}>', f"</{tag}></{MULTI}>")


PLACES: dict[str, Place] = {
    "condition of an exclusive gateway": gateway("exclusiveGateway"),
    "condition of an inclusive gateway": gateway("inclusiveGateway"),
    "condition behind a task": gateway("task"),
    **{
        f"{kind} of a {where}": timed(kind, where)
        for where in ("catch", "gateway")
        for kind in ("timeDate", "timeDuration")
    },
    **{
        f"{kind} of a {where}": timed(kind, where)
        for where in ("boundary", "start")
        for kind in ("timeDuration", "timeCycle")
    },
    **{f"condition of a conditional {where}": conditional(where) for where in ("catch", "boundary", "start")},
    "correlation of a receive task": named("receiveTask", "n:correlation", 'messageRef="m"'),
    "correlation of a start": lambda text: event_start(
        '<messageEventDefinition messageRef="m"/>', f'n:correlation="{escape(text)}"'
    ),
    "loop cardinality": looped("loopCardinality"),
    "loop cardinality, one after the other": looped("loopCardinality", sequential="true"),
    "completion condition": looped("completionCondition"),
    "list of a loop": inside("userTask", f"<{MULTI}><loopDataInputRef>", f"</loopDataInputRef></{MULTI}>"),
    "collection of a loop": lambda text: line(f'<userTask id="x"><{MULTI} n:collection="{escape(text)}"/></userTask>'),
    "condition of a loop": inside(
        "task",
        '<standardLoopCharacteristics loopMaximum="2"><loopCondition>',
        "</loopCondition></standardLoopCharacteristics>",
    ),
    "source of an input": mapping("input", "source"),
    "source of an input of a subprocess": mapping("input", "source", "subProcess"),
    "source of an output": mapping("output", "source"),
    "source of an output of a script": mapping("output", "source", "scriptTask"),
    "target of an input": mapping("input", "target"),
    "target of an output": mapping("output", "target"),
    **{
        f"script, format {kind}": scripted(kind)
        for kind in ("feel", "python", "javascript", "groovy", "application/x-python")
    },
    "script without a format": inside("scriptTask", "<script>", "</script>"),
    "parameters of an operation": named("serviceTask", "n:parameters", 'n:operation="ask"'),
    "name of an operation": named("serviceTask", "n:operation"),
    "implementation of an operation": named("serviceTask", "implementation", 'n:operation="ask"'),
    **{
        f"{name} of a user task": named("userTask", f"n:{name}")
        for name in ("due", "dueBusinessDays", "prefill", "form", "group", "priority")
    },
    "dueFrom of a user task": named("userTask", "n:dueFrom", 'n:due="PT1H"'),
    "name of a task": named("userTask", "name"),
    "documentation": inside("userTask", "<documentation>", "</documentation>"),
    "assignment of a resource": inside(
        "userTask",
        "<potentialOwner><resourceAssignmentExpression><formalExpression>",
        "</formalExpression></resourceAssignmentExpression></potentialOwner>",
    ),
    "called process": named("callActivity", "calledElement"),
    "decision of a task": lambda text: (
        *line(f'<businessRuleTask id="x" n:decision="{escape(text)}"/>'),
        table("1", "1"),
    ),
    "result of a script": named("scriptTask", "n:result", inner="<script>1</script>"),
    "name of a message": lambda text: (
        model(f'{S}<receiveTask id="x" messageRef="m"/>{U}{E}', "s > x > u > e").replace(
            b'name="m"', f'name="{escape(text)}"'.encode()
        ),
        FORM,
    ),
    **{
        f"camunda:{name}": foreign(CAMUNDA, name)
        for name in ("class", "expression", "delegateExpression", "type", "topic")
    },
    "camunda:resultVariable": foreign(CAMUNDA, "resultVariable"),
    "camunda:decisionRef": foreign(CAMUNDA, "decisionRef", "businessRuleTask"),
    "camunda:formKey": foreign(CAMUNDA, "formKey", "userTask"),
    "camunda:assignee": foreign(CAMUNDA, "assignee", "userTask"),
    **{
        f"camunda:{name}": extension(CAMUNDA, name)
        for name in ("executionListener", "taskListener", "script", "connector", "inputOutput")
    },
    "zeebe:taskDefinition": extension(ZEEBE, "taskDefinition", attribute="type"),
    "zeebe:script": extension(ZEEBE, "script", attribute="expression"),
    "zeebe:calledDecision": extension(ZEEBE, "calledDecision", attribute="decisionId"),
    "zeebe:assignmentDefinition": extension(ZEEBE, "assignmentDefinition", attribute="assignee"),
    **{
        f"spiffworkflow:{name}": extension(SPIFF, name)
        for name in (
            *("preScript", "postScript", "calledDecisionId", "instructionsForEndUser", "messageVariable"),
            *("unitTests", "properties", "signalButtonLabel", "scriptsOnInstances"),
        )
    },
    "spiffworkflow:serviceTaskOperator": extension(SPIFF, "serviceTaskOperator", attribute="id"),
    **{
        f"{where} of a decision": decided(where)
        for where in ("entry", "output", "cell", "default", "values", "literal")
    },
    "form: hide": form_place(lambda text: formed(shown(conditional={"hide": text}))),
    "form: computed field": form_place(
        lambda text: formed(
            {"type": "expression", "id": "x", "key": "answer", "expression": text, "computeOn": "change"}
        )
    ),
    "form: default value": form_place(lambda text: formed(shown(defaultValue=text))),
    "form: text": form_place(lambda text: formed({"type": "text", "id": "t", "text": text}, shown())),
    "form: label": form_place(lambda text: formed(shown(label=text, description=text))),
    "form: pattern": form_place(lambda text: formed(shown(validate={"pattern": text}))),
    "form: fact": form_place(lambda text: formed(shown(properties={"fact": text}))),
    "form: options": form_place(
        lambda text: formed({"type": "select", "id": "x", "key": "answer", "label": "x", "valuesExpression": text})
    ),
    "form: read only": form_place(lambda text: formed(shown(readonly=text))),
    "form: key": form_place(lambda text: formed(shown(key=text))),
}


def artefacts(place: Place, text: str) -> tuple[Artefact, ...]:
    """What would be deployed; the process is P, the form f, the decision d."""
    found = []
    for source in place(text):
        kind = "form" if source.startswith(b"{") else "decision" if DMN.encode() in source[:200] else "model"
        key, ending = {"form": ("f", "form.json"), "decision": ("d", "dmn"), "model": ("P", "bpmn")}[kind]
        found.append(Artefact(kind, key, source, f"{key}.{ending}"))
    return tuple(found)
