"""DMN files put together at random: read and evaluated without a crash, within their budgets."""

from contextlib import suppress
from xml.sax.saxutils import quoteattr

from hypothesis import given
from hypothesis import strategies as st

from engine.decisions import evaluate, read_models
from engine.xml import XmlRejected, parse_xml
from feel import Budget, BudgetExceeded
from tests.engine.decisions.writing import SPACES

PLAIN = ("a", "b", "x y", "a-b", "t", "item", "")
NAMES = st.sampled_from(PLAIN)
REFS = st.sampled_from(("#a", "#b", "#x y", "urn:here#a", "urn:there#b", "#", "", "a"))
TYPES = st.sampled_from(("number", "string", "t", "a", "a.t", "date and time", "list", "Any", "context", "?"))
POLICIES = st.sampled_from(("UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "X"))
TEXTS = st.sampled_from(
    (
        *(
            "1",
            "a",
            "a + b",
            "x y",
            "a-b",
            "a(1)",
            "a(x: 1)",
            "[1, 2]",
            "{a: 1}.a",
            "?",
            "> 1",
            "-",
            '"a", "b"',
            "",
            "1 +",
        ),
        *(
            "function(x) a(x)",
            "for i in 1..3 return a(i)",
            "item > 1",
            "a[1]",
            "if a then b else t",
            "null",
            "b()",
            "t.t",
        ),
    )
)
VALUES = st.sampled_from((None, 1, "a", "2025-01-01", [1], [], {"a": 1, "t": {"a": 2}}, [[{}]], True))
KINDS = {
    "inputData": ("variable",),
    "decision": ("variable", "informationRequirement", "knowledgeRequirement", "box"),
    "businessKnowledgeModel": ("variable", "encapsulatedLogic", "knowledgeRequirement"),
    "decisionService": ("variable", "outputDecision", "inputDecision", "inputData", "encapsulatedDecision"),
    "itemDefinition": ("typeRef", "itemComponent", "allowedValues", "typeConstraint", "functionItem"),
    "itemComponent": ("typeRef", "itemComponent", "allowedValues"),
    "import": (),
    "informationRequirement": ("requiredDecision", "requiredInput"),
    "knowledgeRequirement": ("requiredKnowledge",),
    "encapsulatedLogic": ("formalParameter", "box"),
    "functionDefinition": ("formalParameter", "box"),
    "context": ("contextEntry",),
    "contextEntry": ("variable", "box"),
    "invocation": ("box", "binding"),
    "binding": ("parameter", "box"),
    "list": ("box",),
    "relation": ("column", "row"),
    "row": ("box",),
    "conditional": ("if", "then", "else"),
    "filter": ("in", "match"),
    "for": ("in", "return"),
    "some": ("in", "satisfies"),
    "every": ("in", "satisfies"),
    "decisionTable": ("input", "output", "rule"),
    "input": ("inputExpression", "inputValues"),
    "output": ("outputValues", "defaultOutputEntry"),
    "rule": ("inputEntry", "outputEntry", "annotationEntry"),
    "functionItem": ("parameters",),
    **dict.fromkeys(("if", "then", "else", "in", "match", "return", "satisfies"), ("box",)),
}
BOXES = st.sampled_from(
    (
        *(
            "literalExpression",
            "context",
            "invocation",
            "functionDefinition",
            "list",
            "relation",
            "conditional",
            "filter",
        ),
        *("for", "some", "every", "decisionTable", "literalExpression", "literalExpression"),
    )
)
TEXTUAL = ("literalExpression", "inputExpression", "inputEntry", "outputEntry", "inputValues", "outputValues")
ALSO_TEXTUAL = ("allowedValues", "typeConstraint", "defaultOutputEntry", "annotationEntry")


@st.composite
def element(draw, kind, depth=0):
    """An element of a kind, mostly with the parts that it may have."""
    if kind == "box":
        kind = draw(BOXES)
    if kind in TEXTUAL or kind in ALSO_TEXTUAL:
        return f"<{kind} typeRef={quoteattr(draw(TYPES))}><text>{draw(TEXTS).replace('>', '&gt;')}</text></{kind}>"
    if kind == "typeRef":
        return f"<typeRef>{draw(TYPES)}</typeRef>"
    wanted = {
        "id": NAMES,
        "name": NAMES,
        "href": REFS,
        "hitPolicy": POLICIES,
        "iteratorVariable": NAMES,
        "isCollection": st.sampled_from(("true", "false")),
        "namespace": st.sampled_from(("urn:here", "urn:there")),
    }
    written = {"import": ("name", "namespace"), "decisionTable": ("hitPolicy",), "for": ("iteratorVariable",)}.get(
        kind, ("id", "name", "href", "isCollection", "iteratorVariable")
    )
    attributes = "".join(f" {name}={quoteattr(draw(wanted[name]))}" for name in written)
    if draw(st.booleans()):
        attributes += f" typeRef={quoteattr(draw(TYPES))}"
    parts = KINDS.get(kind, ()) if depth < 6 else ()
    inner = "".join(draw(element(part, depth + 1)) for part in parts for _ in range(draw(st.integers(0, 2))))
    return f"<{kind}{attributes}>{inner}</{kind}>"


TOP = st.sampled_from(
    ("inputData", "decision", "decision", "businessKnowledgeModel", "decisionService", "itemDefinition", "import")
)


@st.composite
def files(draw, namespace="urn:here"):
    body = "".join(draw(element(draw(TOP))) for _ in range(draw(st.integers(1, 6))))
    return f'<definitions xmlns="{SPACES["1.5"]}" id="f" name="f" namespace="{namespace}">{body}</definitions>'.encode()


@given(files(), files("urn:there"), st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_set_of_files_is_read_and_evaluated(one, other, values):
    models = read_models([(parse_xml(one), "one.dmn"), (parse_xml(other), "other.dmn")])

    for model in models:
        assert all(problem.message for problem in model.problems)
        for decision in (*model.decisions, *model.services, *model.knowledge):
            with suppress(BudgetExceeded):
                outcome = evaluate(decision, values, budget=Budget(steps=3_000))
                assert all(str(notice) for notice in outcome.warnings)


@given(files(), st.integers(0, 3000), st.binary(max_size=4))
def test_any_bytes_are_answered(source, at, noise):
    with suppress(XmlRejected):
        (model,) = read_models([(parse_xml(source[:at] + noise + source[at + len(noise) :]), "one.dmn")])
        for decision in model.decisions:
            with suppress(BudgetExceeded):
                evaluate(decision, {"a": 1}, budget=Budget(steps=3_000))
