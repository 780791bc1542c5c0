"""Between a form and the case's facts: what a field is prefilled from, and what an answer is remembered as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from marshmallow import Schema, ValidationError, fields

from feel import to_json
from forms.component import Problems
from forms.model import Field, Group, Kind, Member, Rows, level
from forms.reading import JsonValue
from forms.visibility import known_value


def facts(members: tuple[Member, ...], problems: Problems) -> frozenset[str]:
    """Return the facts a form writes; two fields of one form may not write the same one."""
    found: set[str] = set()
    for member in level(members):
        below = facts(member.members, problems) if isinstance(member, Group) else _own_fact(member)
        for fact in found & below:
            problems.add(member.element, f"Expected one field to write the fact '{fact}', but there are two")
        found |= below
    return frozenset(found)


def _own_fact(member: Field | Rows) -> frozenset[str]:
    return frozenset({member.remembered.fact} if member.remembered.fact else ())


def prefill(members: tuple[Member, ...], schema: Schema, known: Mapping[str, object]) -> dict[str, object]:
    """Return JSON values for one level. A known value that the field would not take is left out."""
    found: dict[str, object] = {}
    by_key = _by_key(schema)
    for member in level(members):
        key = member.key or ""
        value: object = None
        if isinstance(member, Group):
            value = prefill(member.members, _nested(by_key[key]), known) or None
        elif isinstance(member, Rows):
            value = _rows(member, by_key[key], _source(member, known))
        elif member.kind is not Kind.COMPUTED:
            value = _first_fitting(by_key[key], _source(member, known), member.default)
        if value is not None:
            found[key] = value
    return found


def _source(member: Field | Rows, known: Mapping[str, object]) -> object:
    """Return what may prefill a field: its fact, else what the model's own prefill put under its key."""
    return known_value(member, known) if member.remembered.prefilled else None


def _first_fitting(field: fields.Field[object], *candidates: object) -> object:
    for raw in candidates:
        if raw is None:
            continue
        try:
            return to_json(field.deserialize(raw))  # type: ignore[arg-type]  # our fields load what FEEL knows
        except ValidationError:
            continue
    return None


def _rows(member: Rows, field: fields.Field[object], known: object) -> list[dict[str, object]] | None:
    if not isinstance(known, list) or len(known) > member.rules.longest:
        return None
    schema = _nested(field)
    return [_row(member.members, schema, row) for row in known if isinstance(row, dict)]


def _row(members: tuple[Member, ...], schema: Schema, row: Mapping[str, object]) -> dict[str, object]:
    """Return a remembered row, which another form may have written: its other keys are left out."""
    by_key = _by_key(schema)
    found: dict[str, object] = {}
    for member in level(members):
        key = member.key or ""
        raw = row.get(key)
        value: object = None
        if isinstance(member, Rows):
            value = _rows(member, by_key[key], raw)
        elif isinstance(member, Group):
            value = _row(member.members, _nested(by_key[key]), raw) if isinstance(raw, dict) else None
        elif member.writable:
            value = _first_fitting(by_key[key], raw)
        if value is not None:
            found[key] = value
    return found


def shared(members: tuple[Member, ...], values: Mapping[str, object]) -> dict[str, object]:
    """Return the facts in the checked values of one level."""
    found: dict[str, object] = {}
    for member in level(members):
        value = values.get(member.key or "")
        if isinstance(member, Group):
            found |= shared(member.members, value) if isinstance(value, dict) else {}
        elif member.remembered.fact and member.key in values and not _is_only_shown(member, value):
            found[member.remembered.fact] = value
    return found


def plain(members: tuple[Member, ...], values: Mapping[str, object], inside: str = "") -> dict[str, JsonValue]:
    """Return the checked answers that may stand in plain, as JSON by their path ("clinical.rating"); empty ones are left out."""
    found: dict[str, JsonValue] = {}
    for member in level(members):
        value = values.get(member.key or "")
        if isinstance(member, Group):
            found |= plain(member.members, value, f"{inside}{member.key}.") if isinstance(value, dict) else {}
        elif isinstance(member, Field) and member.remembered.plain and value is not None:
            shown = to_json(value)  # type: ignore[arg-type]  # a checked answer is what FEEL knows
            if not (member.kind is Kind.COMPUTED and isinstance(shown, str | list | dict)):
                found[f"{inside}{member.key}"] = shown
    return found


def _is_only_shown(member: Field | Rows, value: object) -> bool:
    if not isinstance(member, Field):
        return False
    return member.readonly is True or (member.kind is Kind.COMPUTED and value is None)


def add(values: dict[str, object], added: Mapping[str, object]) -> None:
    """Put what the server added (computed and read-only values) beside the loaded ones, level by level."""
    for key, more in added.items():
        there = values.get(key)
        if isinstance(there, dict) and isinstance(more, dict):
            add(there, more)
        elif isinstance(there, list) and isinstance(more, list):
            for row, beside in zip(there, more, strict=True):
                add(row, beside)
        else:
            values[key] = more


def _by_key(schema: Schema) -> dict[str, fields.Field[object]]:
    return {field.data_key or "": field for field in schema.fields.values()}


def _nested(field: fields.Field[object]) -> Schema:
    return cast("fields.Nested", field).schema  # compile_schema nests every group with a path and every list
