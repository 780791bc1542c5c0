"""Members of a form -> JSON Schema 2020-12 of its answers. Conditions and case data are not in it."""

from __future__ import annotations

from decimal import Decimal

from forms.model import Field, Group, Kind, Member, Rows, Scalar, level

_FORMATS = {Kind.DATE: "date", Kind.TIME: "time", Kind.DATETIME: "date-time"}


def describe(key: str, title: str, members: tuple[Member, ...]) -> dict[str, object]:
    """Return the schema of a whole form."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ninefold:form:{key}",
        "title": title,
        **_level(members),
    }


def _level(members: tuple[Member, ...]) -> dict[str, object]:
    required = list(_always_required(members))
    found: dict[str, object] = {
        "type": "object",
        "properties": {member.key: _member(member) for member in level(members)},
        "additionalProperties": False,
    }
    if required:
        found["required"] = required
    return found


def _always_required(members: tuple[Member, ...]) -> list[str]:
    found: list[str] = []
    for member in members:
        if member.hide is not None:
            continue
        if isinstance(member, Group):
            found += _always_required(member.members) if member.key is None else []
        elif member.rules.required and (isinstance(member, Rows) or (member.writable and member.readonly is False)):
            found.append(member.key)
    return found


def _member(member: Field | Group | Rows) -> dict[str, object]:
    if isinstance(member, Group):
        return _level(member.members)
    if isinstance(member, Rows):
        least = max(member.rules.shortest, int(member.rules.required))
        rows: dict[str, object] = {"type": "array", "items": _level(member.members), "maxItems": member.rules.longest}
        return {**rows, "minItems": least} if least else rows
    found: dict[str, object] = {"title": member.label, **_value(member)}
    if not member.writable:
        found["readOnly"] = True
    return found


def _value(member: Field) -> dict[str, object]:
    rules = member.rules
    if member.kind is Kind.COMPUTED:
        return {}
    if member.kind is Kind.CHECKBOX:
        return {"type": ["boolean", "null"]}
    if member.kind is Kind.NUMBER:
        limits = {"minimum": rules.minimum, "maximum": rules.maximum}
        kind = "integer" if rules.decimals == 0 else "number"
        return {"type": [kind, "null"], **{name: _json(limit) for name, limit in limits.items() if limit is not None}}
    if member.kind in _FORMATS:
        return {"type": ["string", "null"], "format": _FORMATS[member.kind]}
    if member.kind is Kind.TEXT:
        return {"type": ["string", "null"], **_text_limits(member)}
    allowed = [_json(value) for value in member.options.values]
    if member.kind is Kind.CHOICES:
        items: dict[str, object] = {"enum": allowed} if member.options.fixed else {}
        return {"type": ["array", "null"], "items": items}
    return {"enum": [*allowed, None]} if member.options.fixed else {}


def _text_limits(member: Field) -> dict[str, object]:
    rules = member.rules
    found = {"minLength": rules.shortest, "maxLength": rules.longest, "pattern": rules.pattern_text}
    return {name: limit for name, limit in found.items() if limit}


def _json(value: Scalar) -> bool | str | int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
