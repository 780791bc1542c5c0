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


def file(*elements, version="1.3"):
    body = "".join(elements)
    return etree.fromstring(f'<definitions xmlns="{SPACES[version]}" id="file" name="file">{body}</definitions>')


def read(*elements, version="1.3"):
    return {one.id: one for one in parse_decisions(file(*elements, version=version), "rules.dmn")}


def decide(element, now=None, **context):
    (only,) = read(element).values()
    return evaluate(only, context, now)
