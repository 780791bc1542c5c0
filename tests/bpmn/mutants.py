"""Small wrong changes to a decision table, one at a time: what a slip of a designer would look like."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from trial.modeltests.decisions import _row, _tested
from trial.modeltests.form import DecisionTest, FileRefused

NUMBER = re.compile(r"(?<![\w.\"])\d+(?:\.\d+)?(?![\w\"])")
STRING = re.compile(r'"[^"]*"')
OTHER = {">=": ">", "<=": "<", ">": ">=", "<": "<=", "[": "(", "]": ")"}
INSTEAD_OF_NULL = {"number": "1", "boolean": "true", "dateTime": 'date and time("2000-01-01T00:00:00Z")'}
SIGN = re.compile(r">=|<=|>|<|\[|\]")


def unseen(source: bytes, decision: str, test: DecisionTest) -> set[str]:
    """The changes that no row notices, of those that leave the file readable. Rows that hit the changed rule are asked
    first, and one that fails is enough.
    """
    found = set()
    for number, what, changed in mutants(source, decision):
        try:
            tested = _tested(test, "", changed)
        except FileRefused:
            continue
        rows = sorted(test.rows, key=lambda row: number not in (row.expected.rules or ()))
        if not any(next(_row(0, row, tested, Counter()), None) for row in rows):
            found.add(what)
    return found


def mutants(source: bytes, decision: str) -> Iterator[tuple[int, str, bytes]]:
    """The number of a rule of the decision, what was changed in it, and the file so changed."""
    root = etree.fromstring(source)
    chosen = next(one for one in root.iterfind("{*}decision") if one.get("id") == decision)
    for number, rule in enumerate(list(chosen.iter("{*}rule")), 1):
        for what, changed in _of_rule(root, rule):
            yield number, what, changed


def _of_rule(root: Any, rule: Any) -> Iterator[tuple[str, bytes]]:
    for entry in rule.iterfind("{*}inputEntry"):
        yield from _changed(root, entry, _tests(_text(entry).text))
    table = rule.getparent()
    kinds = [output.get("typeRef") for output in table.iterfind("{*}output")]
    for entry, kind in zip(rule.iterfind("{*}outputEntry"), kinds, strict=True):
        yield from _changed(root, entry, _values(_text(entry).text, kind))
    place = table.index(rule)
    table.remove(rule)
    yield f"{rule.get('id')} deleted", etree.tostring(root)
    table.insert(place, rule)


def _text(entry: Any) -> Any:
    return entry.find("{*}text")


def _changed(root: Any, entry: Any, texts: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    before = _text(entry).text
    for text in texts:
        _text(entry).text = text
        yield f"{entry.get('id')}: {before} -> {text}", etree.tostring(root)
    _text(entry).text = before


def _tests(text: str) -> Iterator[str]:
    if text == "-":
        return
    yield "-"
    yield from _numbers(text)
    for found in SIGN.finditer(text):
        yield text[: found.start()] + OTHER[found[0]] + text[found.end() :]
    for found in STRING.finditer(text):
        yield text[: found.start()] + '"changed"' + text[found.end() :]
    if text in {"true", "false"}:
        yield "false" if text == "true" else "true"
    if "null" in text:
        yield text.replace("null", '"changed"')


def _values(text: str, kind: str) -> Iterator[str]:
    yield INSTEAD_OF_NULL.get(kind, '"changed"') if text == "null" else "null"
    yield from _numbers(text)
    for found in STRING.finditer(text):
        yield text[: found.start()] + '"changed"' + text[found.end() :]
    if text in {"true", "false"}:
        yield "false" if text == "true" else "true"


def _numbers(text: str) -> Iterator[str]:
    for found in NUMBER.finditer(text):
        for by in (-1, 1):
            yield f"{text[: found.start()]}{int(found[0]) + by}{text[found.end() :]}"
