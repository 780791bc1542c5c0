"""Each rule about ways, choices, names and attributes: a model that it tells of, by element and line, and a neighbour that is sound."""

import re
from pathlib import Path

import pytest

from engine import Problem
from engine.decisions import SEVERITIES
from engine.spiff.lint_rules import ERRORS, WARNINGS
from tests.engine.test_lint import REFUSED, checked
from tests.house.tree import ROOT, tree_of
from tests.support.world import flows, model, table

S, E = '\n<startEvent id="s"/>', '\n<endEvent id="e"/>'
TASK, OTHER = '\n<userTask id="a"/>', '\n<userTask id="b"/>'
WORK = '\n<scriptTask id="w"><script>{ n: 1 }</script></scriptTask>'
CHOICE = '\n<exclusiveGateway id="x" {}/>'
AFTER = ("s > x", "a > e", "b > e")
EDGES = "http://www.omg.org/spec/BPMN/20100524/DI"


def boundary(kind: str, reference: str = "", more: str = "", host: str = "a") -> str:
    definition = f"<{kind}EventDefinition {reference}/>"
    return f'\n<boundaryEvent id="x" attachedToRef="{host}" {more}>{definition}</boundaryEvent>'


def choice(*conditions: str, default: bool = False, kind: str = "exclusiveGateway") -> bytes:
    """A gateway x with one task behind each condition."""
    names = "abcdefgh"[: len(conditions)]
    body = f'{S}\n<{kind} id="x" {"default=" + chr(34) + "x_z" + chr(34) if default else ""}/>'
    body += "".join(f'\n<userTask id="{name}"/>' for name in names) + '\n<endEvent id="end"/><userTask id="z"/>'
    paths = [f"x > {name} ? = {text}" for name, text in zip(names, conditions, strict=True)]
    ways = [f"{name} > end" for name in names]
    return model(
        body if default else body.replace('<userTask id="z"/>', ""),
        "s > x",
        *paths,
        *ways,
        *(["x > z > end"] if default else []),
    )


def attribute(text: str, tag: str = "userTask") -> bytes:
    return model(f'{S}\n<{tag} id="x" {text}/>{E}', "s > x > e")


def sub(inner: str, *paths: str, more: str = "") -> str:
    return f'\n<subProcess id="sub" {more}>{inner}{flows(*paths)}</subProcess>'


def many(text: str, code: str = "") -> bytes:
    receive = f'<receiveTask id="x" messageRef="m" {code}>{text}</receiveTask>'
    return model(f"{S}\n{receive}{E}", "s > x > e")


def drawn(*, twice: bool = False, edges: bool = True) -> bytes:
    """A model with a diagram, as a modeler writes it."""
    bounds = '<dc:Bounds x="0" y="0" width="10" height="10"/>'
    shapes = "".join(f'<di:BPMNShape bpmnElement="{name}">{bounds}</di:BPMNShape>' for name in ("s", "x", "e"))
    way = '<dd:waypoint x="0" y="0"/><dd:waypoint x="9" y="0"/>'
    lines = "".join(f'<di:BPMNEdge bpmnElement="{name}">{way}</di:BPMNEdge>' for name in ("s_x", "x_e"))
    again = f'<di:BPMNShape bpmnElement="x">{bounds}</di:BPMNShape>' if twice else ""
    plane = f'<di:BPMNPlane bpmnElement="P">{shapes}{again}{lines if edges else ""}</di:BPMNPlane>'
    spaces = f'xmlns:di="{EDGES}" xmlns:dc="{EDGES[:24]}DD/20100524/DC" xmlns:dd="{EDGES[:24]}DD/20100524/DI"'
    diagram = f"<di:BPMNDiagram {spaces}>{plane}</di:BPMNDiagram></definitions>"
    source = model(f'{S}\n<userTask id="x"/>{E}', "s > x > e").decode()
    return source.replace("</definitions>", diagram).encode()


LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality></multiInstanceLoopCharacteristics>"
SOUND = model(f"{S}{TASK}{E}", "s > a > e")
JOIN = f'{S}\n<exclusiveGateway id="g" default="g_b"/>{TASK}{OTHER}\n<{{}} id="x"/>{E}'
JOINED = ("s > g", "g > a ? = n > 1", "g > b > x", "a > x > e")
RAISES = '\n<endEvent id="x"><errorEventDefinition errorRef="late"/></endEvent>'
EVENT_SUB = (
    '\n<subProcess id="x" triggeredByEvent="true"><startEvent id="s2" isInterrupting="false">'
    '<messageEventDefinition messageRef="m"/></startEvent><endEvent id="e2"/>' + flows("s2 > e2") + "</subProcess>"
)
# rule: (a model that has it, the element, a neighbour that does not)
CASES: dict[str, tuple[bytes, str, bytes]] = {
    "unreachable": (model(f'{S}\n<userTask id="x"/>{E}', "s > e", "x > e"), "x", SOUND),
    "dead-end": (model(f'{S}\n<userTask id="x"/>', "s > x"), "x", SOUND),
    "start-entered": (
        model(f"{S}{TASK}{CHOICE.format('')}{E}", "s > a > x", "x > s ? = n > 1", "x > e ? = n <= 1 or n = null"),
        "x_s",
        SOUND,
    ),
    "event-split": (
        model(f'{S}\n<intermediateThrowEvent id="x"/>{TASK}{OTHER}{E}', "s > x > a > e", "x > b > e"),
        "x",
        model(f'{S}\n<intermediateThrowEvent id="x"/><parallelGateway id="g"/>{TASK}{OTHER}{E}', "s > x > g > a > e", "g > b > e"),
    ),
    "misplaced": (
        model(f'{S}\n<parallelGateway id="x">{LOOP.format("2")}</parallelGateway>{E}', "s > x > e"),
        "x",
        model(f'{S}\n<userTask id="x">{LOOP.format("2")}</userTask>{E}', "s > x > e"),
    ),
    "no-correlationProperty": (SOUND.replace(b"<process", b'<correlationProperty id="x"/><process'), "x", SOUND),
    "end-left": (model(f"{S}{E}{TASK}\n<endEvent id='e2'/>", "s > e > a > e2"), "e_a", SOUND),
    "boundary-entered": (
        model(f"{S}{TASK}{OTHER}{boundary('message', 'messageRef=' + chr(34) + 'm' + chr(34))}{E}", "s > b > a > e", "b > x > e"),
        "b_x",
        model(f"{S}{TASK}{OTHER}{boundary('message', 'messageRef=' + chr(34) + 'm' + chr(34))}{E}", "s > b > a > e", "x > e"),
    ),
    "boundary-loose": (
        model(f"{S}{TASK}{boundary('error', host='nobody')}{E}", "s > a > e", "x > e"),
        "x",
        model(f"{S}{TASK}{boundary('error')}{E}", "s > a > e", "x > e"),
    ),
    "event-subprocess-flow": (
        model(f"{S}{TASK}{E}{EVENT_SUB}", "s > a > e", "a > x"),
        "x",
        model(f"{S}{TASK}{E}{EVENT_SUB}", "s > a > e"),
    ),
    "loop-endless": (
        model(f'{S}{CHOICE.format(chr(100) + "efault=" + chr(34) + "x_e" + chr(34))}\n<exclusiveGateway id="y"/>{E}', "s > x", "x > y ? = n > 1", "y > x > e"),
        "x",
        model(f'{S}{CHOICE.format("")}\n<exclusiveGateway id="y"/>{TASK}{E}', "s > y > x", "x > a ? = n > 1", "a > y", "x > e ? = not(n > 1)"),
    ),
    "no-end": (
        model(f'{S}\n<userTask id="x"/>{TASK}', "s > x > a > x"),
        "x",
        model(f'{S}\n<exclusiveGateway id="g" default="g_e"/>{TASK}{E}', "s > a > g > e", "g > a ? = n > 1"),
    ),
    "default-unknown": (
        choice("n > 1", "n <= 1").replace(b'<exclusiveGateway id="x" ', b'<exclusiveGateway id="x" default="gone"'),
        "x",
        choice("n > 1", default=True),
    ),
    "no-default": (choice("n > 1", "n < 1"), "x", choice("n > 1", default=True)),
    "no-default-for-null": (choice("n > 1", "n <= 1"), "x", choice("n > 1", "n <= 1", "n = null")),
    "branch-never": (choice("n > 1", "n > 2", default=True), "x_b", choice("n > 2", "n > 1", default=True)),
    "join-alternatives": (
        model(JOIN.format("parallelGateway"), *JOINED),
        "x",
        model(JOIN.format("exclusiveGateway"), *JOINED),
    ),
    "join-back-edge": (
        model(f'{S}{TASK}\n<parallelGateway id="x"/>{CHOICE.format("").replace("x", "y", 9).replace("eyclusive", "exclusive")}{E}', "s > x > a > y", "y > x ? = n = 1", "y > e ? = n != 1"),
        "x",
        model(f'{S}{TASK}\n<exclusiveGateway id="x"/><exclusiveGateway id="y"/>{E}', "s > x > a > y", "y > x ? = n = 1", "y > e ? = n != 1"),
    ),
    "gateway-mixed": (
        model(f'{S}\n<parallelGateway id="f"/><parallelGateway id="x"/>{TASK}{OTHER}{E}', "s > f > x > a > e", "f > x2 > x", "x > b > e").replace(b'<parallelGateway id="x"/>', b'<parallelGateway id="x"/><userTask id="x2"/>'),
        "x",
        SOUND,
    ),
    "signal-missing": (
        model(f'{S}\n<intermediateCatchEvent id="x"><signalEventDefinition/></intermediateCatchEvent>{E}', "s > x > e"),
        "x",
        model(f'{S}\n<intermediateCatchEvent id="x"><signalEventDefinition signalRef="m"/></intermediateCatchEvent>{E}', "s > x > e"),
    ),
    "error-missing": (
        model(f'{S}\n<endEvent id="x"><errorEventDefinition/></endEvent>', "s > x"),
        "x",
        model(f"{S}{TASK}{boundary('error')}{E}", "s > a > e", "x > e"),
    ),
    "escalation-missing": (
        model(f'{S}\n<endEvent id="x"><escalationEventDefinition escalationRef="m"/></endEvent>', "s > x").replace(b'escalationCode="m"', b""),
        "x",
        model(f'{S}\n<endEvent id="x"><escalationEventDefinition escalationRef="m"/></endEvent>', "s > x"),
    ),
    "code-uncaught": (
        model(f"{S}{RAISES}", "s > x"),
        "x",
        model(S + sub('<startEvent id="s1"/>' + RAISES, "s1 > x") + boundary("error", 'errorRef="late"', host="sub").replace('id="x"', 'id="y"') + E, "s > sub > e", "y > e"),
    ),
    "link-open": (
        model(f'{S}\n<intermediateThrowEvent id="x"><linkEventDefinition name="L"/></intermediateThrowEvent>', "s > x"),
        "x",
        model(f'{S}\n<intermediateThrowEvent id="x"><linkEventDefinition name="L"/></intermediateThrowEvent><intermediateCatchEvent id="y"><linkEventDefinition name="L"/></intermediateCatchEvent>{E}', "s > x", "y > e"),
    ),
    "message-uncorrelated": (many(LOOP.format("2")), "x", many(LOOP.format("2"), 'n:correlation="= key"')),
    "loop-count": (model(f'{S}\n<userTask id="x">{LOOP.format("1001")}</userTask>{E}', "s > x > e"), "x", model(f'{S}\n<userTask id="x">{LOOP.format("= n")}</userTask>{E}', "s > x > e")),
    "too-many": (
        model(S + "".join(f'<userTask id="t{n}"/>' for n in range(260)) + E, "s > e"),
        "P",
        model(S + "".join(f'<userTask id="t{n}"/>' for n in range(240)) + E, "s > " + " > ".join(f"t{n}" for n in range(240)) + " > e"),
    ),
    "attribute-unknown": (attribute('n:mayAsses="true"'), "x", attribute('n:mayAssess="true"')),
    "attribute-ignored": (attribute('n:operation="notify"'), "x", attribute('n:operation="notify"', "serviceTask")),
    "attribute-value": (attribute('n:priority="high"'), "x", attribute('n:priority="70"')),
    "no-dataObject": (model(f'{S}{TASK}{E}\n<dataObject id="x"/>', "s > a > e"), "x", SOUND),
    "no-dataObjectReference": (model(f'{S}{TASK}{E}\n<dataObjectReference id="x"/>', "s > a > e"), "x", SOUND),
    "no-dataStore": (model(f"{S}{TASK}{E}", "s > a > e").replace(b"<process", b'<dataStore id="x"/><process'), "x", SOUND),
    "not-drawn": (drawn(edges=False), "s_x", drawn()),
    "drawn-twice": (drawn(twice=True), "x", drawn()),
    "not-bpmn": (table("x", "a", "b", {"1": "2"}), "", SOUND),
}  # fmt: skip
SHOWN_ELSEWHERE = {
    "call-cycle": "tests/cli/test_hostile_files.py",
    "foreign": "tests/engine/test_lint.py",
    "foreign-loop": "tests/engine/test_lint.py",
    "flow-to-itself": "tests/cli/test_hostile_files.py",
    "id-missing": "tests/engine/test_lint.py",
    "no-process": "tests/engine/test_lint.py",
    "not-runnable": "tests/engine/test_lint.py",
    **dict.fromkeys(SEVERITIES, "tests/engine/decisions/test_analysis.py"),
    "name-unknown": "tests/engine/test_lint_names.py",
    "operation-unknown": "tests/engine/test_lint.py",
    "script-unread": "tests/program/test_scripting.py",
}


def having(found: tuple[Problem, ...], rule: str) -> list[Problem]:
    return [item for item in found if item.rule == rule]


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_tells_its_element_and_line_and_leaves_a_sound_neighbour_alone(rule: str) -> None:
    broken, element, neighbour = CASES[rule]

    found = having(checked(broken), rule)

    assert found
    assert (found[0].element or "") == element
    assert found[0].severity == ("warning" if rule in WARNINGS else "error")
    assert found[0].line
    assert found[0].message[0].isupper()
    assert having(checked(neighbour), rule) == []
    assert [item for item in checked(neighbour) if item.severity == "error"] == []


def test_every_rule_is_shown_by_a_test() -> None:
    assert (ERRORS | WARNINGS) - CASES.keys() - REFUSED.keys() - SHOWN_ELSEWHERE.keys() == set()


def test_the_page_lists_every_rule_with_its_severity_and_no_other() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (error|warning) \| (.+?) \| (.+?) \|$", page(), re.MULTILINE)

    assert {(rule, severity) for rule, severity, _, _ in rows} == {
        *((rule, "error") for rule in ERRORS),
        *((rule, "warning") for rule in WARNINGS),
    }
    assert [rule for rule, _, _, _ in rows] == sorted(rule for rule, _, _, _ in rows)


def page() -> str:
    return (ROOT / "docs/lint.md").read_text(encoding="utf-8")


def test_no_rule_is_told_that_has_no_name_in_the_list() -> None:
    import ast

    told = set()
    for path in sorted(Path(ROOT / "engine/spiff").glob("lint*.py")):
        for node in ast.walk(tree_of(path)):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                parts = node.args
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                parts = node.value.elts
            told |= {part.value for part in parts[1:2] if isinstance(part, ast.Constant)}

    assert told - ERRORS - WARNINGS == set()
    assert len(told) > 40
