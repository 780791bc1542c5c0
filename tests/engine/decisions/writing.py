"""Writes small DMN files for the tests."""

from xml.sax.saxutils import escape

from lxml import etree

from engine.decisions import evaluate, parse_decisions

SPACES = {
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def table(key, policy, inputs, outputs, rules, name="", requires=(), attributes="", extra=None):
    """A decision element; ``rules`` are rows of cells, inputs first; ``extra`` maps an output to its inner XML."""
    columns = "".join(
        f'<input id="{key}_i{n}"><inputExpression><text>{escape(text)}</text></inputExpression></input>'
        for n, text in enumerate(inputs, 1)
    )
    columns += "".join(
        f'<output id="{key}_o{n}" name="{escape(text)}">{(extra or {}).get(text, "")}</output>'
        for n, text in enumerate(outputs, 1)
    )
    rows = "".join(_row(key, number, len(inputs), cells) for number, cells in enumerate(rules, 1))
    return decision(
        key, f'<decisionTable hitPolicy="{policy}" {attributes}>{columns}{rows}</decisionTable>', name, requires
    )


def _row(key, number, inputs, cells):
    entries = [f"<text>{escape(cell)}</text>" for cell in cells]
    tests = "".join(f"<inputEntry>{entry}</inputEntry>" for entry in entries[:inputs])
    outputs = "".join(f"<outputEntry>{entry}</outputEntry>" for entry in entries[inputs:])
    return f'<rule id="{key}_r{number}">{tests}{outputs}</rule>'


def literal(key, text, name="", requires=(), variable=""):
    inner = f'<variable name="{variable}"/>' if variable else ""
    return decision(key, f"{inner}<literalExpression><text>{escape(text)}</text></literalExpression>", name, requires)


def decision(key, inner, name="", requires=()):
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in requires
    )
    return f'<decision id="{key}" name="{name or key}">{needs}{inner}</decision>'


def file(*elements, version="1.3", namespace="urn:here"):
    body = "".join(elements)
    return etree.fromstring(
        f'<definitions xmlns="{SPACES[version]}" id="file" name="file" namespace="{namespace}">{body}</definitions>'
    )


def read(*elements, version="1.3"):
    return {one.id: one for one in parse_decisions(file(*elements, version=version), "rules.dmn")}


def text(expression):
    """A literal expression inside something else."""
    return f"<literalExpression><text>{escape(expression)}</text></literalExpression>"


def entry(name, box, kind=""):
    """A line of a context; without a name it is the result."""
    typed = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{typed}/>' if name else ""
    return f"<contextEntry>{variable}{box}</contextEntry>"


def context(*entries):
    return f"<context>{''.join(entries)}</context>"


def parameters(names, tag="formalParameter"):
    """Parameters or columns, each ``name`` or ``name: type``."""
    written = ""
    for one in names:
        name, _, kind = one.partition(": ")
        typed = f' typeRef="{kind}"' if kind else ""
        written += f'<{tag} name="{name}"{typed}/>'
    return written


def function(names, body, kind=""):
    typed = f' typeRef="{kind}"' if kind else ""
    return f"<functionDefinition{typed}>{parameters(names)}{body}</functionDefinition>"


def bkm(key, names, body, knows=(), kind="", name=""):
    typed = f' typeRef="{kind}"' if kind else ""
    needs = "".join(f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knows)
    logic = f"<encapsulatedLogic>{parameters(names)}{body}</encapsulatedLogic>"
    name = name or key
    return (
        f'<businessKnowledgeModel id="{key}" name="{name}"><variable name="{name}"{typed}/>{logic}{needs}'
        "</businessKnowledgeModel>"
    )


def invoke(called, **bindings):
    bound = "".join(f'<binding><parameter name="{name}"/>{box}</binding>' for name, box in bindings.items())
    return f"<invocation>{text(called)}{bound}</invocation>"


def given(key, kind="", name=""):
    """An input."""
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<inputData id="{key}" name="{name or key}"><variable name="{name or key}"{typed}/></inputData>'


def made(key, box, requires=(), reads=(), knows=(), kind="", name=""):
    """A decision that requires decisions, reads inputs and knows functions; hrefs without a # are of this file."""
    typed = f' typeRef="{kind}"' if kind else ""
    needs = "".join(
        f'<{outer}><{inner} href="{one if "#" in one else "#" + one}"/></{outer}>'
        for outer, inner, keys in (
            ("informationRequirement", "requiredDecision", requires),
            ("informationRequirement", "requiredInput", reads),
            ("knowledgeRequirement", "requiredKnowledge", knows),
        )
        for one in keys
    )
    return f'<decision id="{key}" name="{name or key}"><variable name="{name or key}"{typed}/>{needs}{box}</decision>'


def service(key, outputs, decisions=(), inputs=(), inside=(), kind=""):
    typed = f' typeRef="{kind}"' if kind else ""
    refs = "".join(
        f'<{tag} href="#{one}"/>'
        for tag, keys in (
            ("outputDecision", outputs),
            ("encapsulatedDecision", inside),
            ("inputDecision", decisions),
            ("inputData", inputs),
        )
        for one in keys
    )
    return f'<decisionService id="{key}" name="{key}"><variable name="{key}"{typed}/>{refs}</decisionService>'


def item(name, base="", components=(), many=False, allowed="", constraint=""):
    """An item definition; components are finished item components."""
    inner = f"<typeRef>{base}</typeRef>" if base else ""
    inner += f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    inner += f"<typeConstraint><text>{escape(constraint)}</text></typeConstraint>" if constraint else ""
    collection = ' isCollection="true"' if many else ""
    return f'<itemDefinition name="{name}"{collection}>{inner}{"".join(components)}</itemDefinition>'


def part(name, base="", components=(), many=False, allowed=""):
    """A component of an item definition."""
    return item(name, base, components, many, allowed).replace("itemDefinition", "itemComponent")


def answer(key, elements, budget=None, **values):
    """The outcome of one decision of a file."""
    return evaluate(read(*elements, version="1.5")[key], values, budget=budget)


def decide(element, now=None, **context):
    (only,) = read(element).values()
    return evaluate(only, context, now)
