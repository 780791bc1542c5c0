"""Test cases in the form of the DMN Technology Compatibility Kit: an XML file -> the inputs and the results it expects."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from engine import XmlRejected, local_name, parse_xml
from feel import Value, compile_expression, parse_temporal, to_text

NUMBERS = frozenset(("decimal", "double", "float", "integer", "int", "long", "short"))
TEMPORAL = frozenset(("date", "time", "dateTime", "duration", "dayTimeDuration", "yearMonthDuration"))
PRECISION = Decimal("0.00000001")
"""Numbers nearer than this are the same, as in the kit's own runners: it writes many with ten digits."""
_EQUAL = compile_expression("a = b")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class KitRefused(Exception):
    """A file of test cases cannot be read; the message names the file."""


@dataclass(frozen=True, slots=True)
class Untyped:
    """An expected text whose type the file leaves open."""

    text: str


@dataclass(frozen=True, slots=True)
class Input:
    """One input; `namespace` is that of an imported model, empty for the model itself."""

    name: str
    namespace: str
    value: Value


@dataclass(frozen=True, slots=True)
class Result:
    """What one decision is expected to give."""

    node: str
    expected: Any


@dataclass(frozen=True, slots=True)
class KitCase:
    """One test case; `kind` is decision, bkm or decisionService, and `invocable` names what is called for the last two."""

    id: str
    kind: str
    invocable: str
    inputs: tuple[Input, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class KitFile:
    """The cases of one file, and the name of the model they are for."""

    model: str
    cases: tuple[KitCase, ...]


def root_of(path: Path, what: str) -> Any:
    """The root of an XML file that holds such a thing. Raises KitRefused."""
    try:
        return parse_xml(path.read_bytes())
    except (OSError, XmlRejected) as error:
        raise KitRefused(f"Expected {what} in {path}, but: {error}") from None


def read_kit(path: Path) -> KitFile | None:
    """The cases of a file; None when it holds something else. Raises KitRefused."""
    root = root_of(path, "test cases")
    if local_name(root) != "testCases":
        return None
    return KitFile(
        next((node.text or "" for node in root if local_name(node) == "modelName"), "").strip(),
        tuple(_case(node) for node in root if local_name(node) == "testCase"),
    )


def same(expected: Any, actual: Value) -> bool:
    """Whether an answer is the expected one: of one kind, numbers within PRECISION, lists and contexts in every part."""
    if isinstance(expected, Untyped):
        return to_text(actual) == expected.text
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return abs(expected - actual) < PRECISION
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(same(a, b) for a, b in zip(expected, actual, strict=True))
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return expected.keys() == actual.keys() and all(same(expected[key], actual[key]) for key in expected)
    return _EQUAL.evaluate({"a": expected, "b": actual}) is True


def _case(node: Any) -> KitCase:
    inputs = tuple(
        Input(item.get("name", ""), item.get("namespace", ""), _value(item))
        for item in node
        if local_name(item) == "inputNode"
    )
    results = tuple(
        Result(item.get("name", ""), next((_value(child) for child in item if local_name(child) == "expected"), None))
        for item in node
        if local_name(item) == "resultNode"
    )
    return KitCase(node.get("id", ""), node.get("type", "decision"), node.get("invocableName", ""), inputs, results)


def _value(holder: Any) -> Any:
    """What an input, an item or an expectation holds: one value, components of a context, or a list."""
    components = [node for node in holder if local_name(node) == "component"]
    if components:
        return {node.get("name", ""): _value(node) for node in components}
    for node in holder:
        if node.get(_NIL) == "true":
            return None
        if local_name(node) == "list":
            return [_value(item) for item in node if local_name(item) == "item"]
        if local_name(node) == "value":
            return _typed(node.text or "", node.get(_TYPE, "").rpartition(":")[2])
    return None


def _typed(text: str, kind: str) -> Any:
    if kind in NUMBERS:
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return Untyped(text)
    if kind == "boolean":
        return text.strip() in {"true", "1"}
    if kind in TEMPORAL:
        value = parse_temporal(text.strip())
        return Untyped(text) if value is None else value
    return Untyped(text) if not kind else text
