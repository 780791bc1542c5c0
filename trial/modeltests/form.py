"""The form of a test file: JSON checked by marshmallow, every fault named by its place (`#/rows/0/outputs`)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

MAX_BYTES = 5_000_000
MAX_EXPONENT = 300
"""Beyond it the digits of a short text would fill the memory when they are written out."""
NAME = validate.Regexp(
    r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z", error="Expected the name of a file in the same folder, without a path."
)
SHORT = validate.Length(1, 200, error="Expected 1 to 200 characters.")


class FileRefused(Exception):
    """A test file, or what it tests, cannot be used; the message names the place."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a decision is to give. ``says_outputs`` tells an expected null from nothing expected; ``rules`` None means any."""

    says_outputs: bool
    outputs: object
    rules: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what the decision is given, at which instant, and what is to come; ``steps`` by id of a required decision."""

    name: str
    inputs: Mapping[str, object]
    now: datetime | None
    expected: Expected
    nothing_hit: bool
    steps: Mapping[str, Expected]


@dataclass(frozen=True, slots=True)
class DecisionTest:
    """Rows for one decision of a DMN file that lies beside the test; without a name the file has one to choose."""

    file: str | None
    decision: str | None
    rows: tuple[Row, ...]


class Part(Schema):
    """An object of the file; unknown fields are refused, so that a slip is not taken for silence."""

    error_messages: dict[str, str] = {  # noqa: RUF012  # marshmallow declares it so
        "type": "Expected an object.",
        "unknown": "Expected a field of model tests, but this is none.",
    }

    class Meta:
        """Nothing undeclared."""

        unknown = RAISE


def _json_value(**more: Any) -> fields.Raw:
    return fields.Raw(allow_none=True, **more)


class ExpectedPart(Part):
    outputs = _json_value()
    rules = fields.List(fields.Integer(strict=True, validate=validate.Range(1, error="Expected rule numbers from 1.")))

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Expected:
        return _expected(data)


class RowPart(Part):
    name = fields.String(required=True, validate=SHORT)
    inputs = fields.Dict(keys=fields.String(), values=_json_value(), required=True)
    now = fields.AwareDateTime()
    outputs = _json_value()
    rules = fields.List(fields.Integer(strict=True, validate=validate.Range(1, error="Expected rule numbers from 1.")))
    nothing_hit = fields.Boolean(
        truthy={True}, falsy=set(), error_messages={"invalid": "Expected true, or no such field."}
    )
    steps = fields.Dict(keys=fields.String(), values=fields.Nested(ExpectedPart))

    @validates_schema
    def _says_something(self, data: Mapping[str, Any], **_: object) -> None:
        if "nothing_hit" in data and "rules" in data:
            raise ValidationError("Expected rules or nothing_hit, but both are given.", "nothing_hit")
        if not {"outputs", "rules", "nothing_hit"} & set(data):
            raise ValidationError("Expected outputs, rules or nothing_hit, but the row expects nothing.")

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Row:
        nothing = bool(data.get("nothing_hit"))
        return Row(data["name"], data["inputs"], data.get("now"), _expected(data), nothing, data.get("steps", {}))


class DecisionPart(Part):
    kind = fields.String(required=True)
    about = fields.String(validate=validate.Length(max=2000, error="Expected at most 2000 characters."))
    file = fields.String(validate=NAME)
    decision = fields.String(validate=SHORT)
    now = fields.AwareDateTime()
    rows = fields.List(
        fields.Nested(RowPart), required=True, validate=validate.Length(1, 5000, error="Expected 1 to 5000 rows.")
    )

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> DecisionTest:
        names = [row.name for row in data["rows"]]
        twice = next((n for n, name in enumerate(names) if name in names[:n]), None)
        if twice is not None:
            raise ValidationError({"rows": {twice: {"name": ["Expected a name that no row before has."]}}})
        rows = (row if row.now else _at(row, data.get("now")) for row in data["rows"])
        return DecisionTest(data.get("file"), data.get("decision"), tuple(rows))


KINDS: Mapping[str, type[Part]] = {"decision": DecisionPart}
"""What can be tested; a kind is a schema and a way to run it."""


def read_test(source: bytes) -> DecisionTest:
    """The test a file holds. Raises FileRefused."""
    stored = _json(source)
    if not isinstance(stored, dict):
        raise FileRefused("Expected a JSON object with kind and rows")
    kind = stored.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise FileRefused(f"#/kind: Expected one of {', '.join(KINDS)}")
    try:
        made: DecisionTest = KINDS[kind]().load(stored)
    except ValidationError as error:
        raise FileRefused("; ".join(_places("#", error.messages))) from None
    return made


def _json(source: bytes) -> object:
    if len(source) > MAX_BYTES:
        raise FileRefused(f"Expected a file of at most {MAX_BYTES // 1_000_000} MB")
    try:
        return json.loads(
            source.decode("utf-8-sig"), parse_float=_number, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        raise FileRefused(f"Expected JSON, but line {error.lineno}, column {error.colno} is none") from None
    except (ValueError, RecursionError):
        raise FileRefused("Expected JSON in UTF-8, with numbers of ordinary size, not nested too deep") from None


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if abs(found.adjusted()) > MAX_EXPONENT:
        raise ValueError
    return found


def _no_number(_text: str) -> NoReturn:
    raise ValueError


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise FileRefused("Expected each field once, but one object of the file has a field twice")
    return found


def _expected(data: Mapping[str, Any]) -> Expected:
    rules = tuple(data["rules"]) if "rules" in data else None
    return Expected("outputs" in data, data.get("outputs"), rules)


def _at(row: Row, now: datetime | None) -> Row:
    return Row(row.name, row.inputs, now, row.expected, row.nothing_hit, row.steps)


def _places(place: str, messages: Any) -> Iterator[str]:
    """Marshmallow's nested messages, one sentence per place."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            of_mapping = key == "value" and place.split("/")[-2:-1] == ["steps"]  # marshmallow's own level
            yield from _places(place if key == "_schema" or of_mapping else f"{place}/{key}", inner)
    else:
        yield f"{place}: {' '.join(str(message) for message in messages)}"
