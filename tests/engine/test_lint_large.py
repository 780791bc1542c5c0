"""The linter's work grows with the size of a file, not with its square: large and repetitive files get their answer soon."""

import time
from collections import Counter

import pytest

from engine.spiff.lint_rules import MOST_FINDINGS
from tests.engine.test_lint import checked
from tests.support.world import HEAD, flows

SECONDS = 6.0  # of the processor, under coverage too; what is quadratic takes minutes
START_END = '<startEvent id="s"/><endEvent id="e"/>'


def process(body: str) -> bytes:
    return f'{HEAD}<process id="P" isExecutable="true">{START_END}{body}</process></definitions>'.encode()


def times(count: int, text: str) -> str:
    return "".join(text.replace("#", str(n)) for n in range(count))


SUB = '<subProcess id="w#"><startEvent id="s#"/>{}<endEvent id="e#"/><sequenceFlow id="f#" sourceRef="s#" targetRef="e#"/></subProcess>'
CHOICE = (
    '<exclusiveGateway id="g#"/><sequenceFlow id="a#" sourceRef="g#" targetRef="e"><conditionExpression>= x > # and y = 1'
    '</conditionExpression></sequenceFlow><sequenceFlow id="b#" sourceRef="g#" targetRef="e"><conditionExpression>= x &lt; #'
    "</conditionExpression></sequenceFlow>"
)
TIMER = '<intermediateCatchEvent id="t#"><timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition></intermediateCatchEvent>'
LARGE = {
    "event gateways in subprocesses": process(
        times(14, SUB.format(times(200, '<eventBasedGateway id="g#_@"/>').replace("#_@", "@#"))) + "<x/>" * 40_000
    ),
    "event subprocesses": process(times(240, '<subProcess id="w#" triggeredByEvent="true"/>') + "<x/>" * 40_000),
    "flows between two elements": process(times(40_000, '<sequenceFlow id="f#" sourceRef="s" targetRef="e"/>')),
    "choices": process(times(240, CHOICE)),
    "the same id": process(times(40_000, '<userTask id="a"/>')),
    "links": process(times(20_000, '<intermediateThrowEvent id="l#"><linkEventDefinition name="L"/></intermediateThrowEvent>')),
    "attributes that nobody knows": process(times(40_000, '<x n:frm#="1"/>')),
    "expressions": process(times(40_000, "<conditionExpression>= a# + b# * 2</conditionExpression>")),
    "long expressions": process(times(400, f"<conditionExpression>= {'a + ' * 2000}#</conditionExpression>")),
    "constants that take long": process(
        times(240, TIMER.format("= count(for i in 1..100000, j in 1..100000 return i + #)"))
    ),
    "processes that call one another": (
        HEAD + times(900, '<process id="P#"><startEvent id="s#"/><callActivity id="c#" calledElement="Q#"/><endEvent id="e#"/>'
        '<sequenceFlow id="f#" sourceRef="s#" targetRef="c#"/><sequenceFlow id="h#" sourceRef="c#" targetRef="e#"/></process>')
        + "</definitions>"
    ).encode(),
    "a million comments": b"<!-- x -->" * 480_000 + b"<x/>",
    "instructions before the root": b"<?x y?>" * 600_000 + b"<x/>",
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_gets_a_short_answer_soon(name: str) -> None:
    before = time.process_time()

    found = checked(LARGE[name])

    assert time.process_time() - before < SECONDS
    assert found
    assert max(Counter(item.rule for item in found).values()) <= MOST_FINDINGS + 1


def test_the_longest_chain_that_is_allowed_can_be_compiled() -> None:
    names = [f"t{n}" for n in range(248)]
    body = "".join(f'<userTask id="{name}"/>' for name in names) + flows(f"s > {' > '.join(names)} > e")

    found = checked(process(body))

    assert {item.rule for item in found} == {"not-drawn"}
