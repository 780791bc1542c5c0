"""Members of a form -> one marshmallow Schema: everything declared, nothing required, undeclared keys refused."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import RAISE, Schema, ValidationError, fields

from forms.fields import build
from forms.model import Field, Member, Rows, level


class Level(Schema):
    """One level of a form."""

    error_messages: dict[str, str] = {  # noqa: RUF012  # marshmallow declares it so
        "type": "Expected an object.",
        "unknown": "Key is not part of this form.",
    }

    class Meta:
        """Undeclared keys are errors, as everywhere in the program."""

        unknown = RAISE


def compile_schema(members: tuple[Member, ...]) -> Schema:
    """Return the schema of one level; groups with a path and dynamic lists are nested in it.

    Attribute names are made up, so that a form may call a field `load` or `Meta`; `data_key` and `attribute` carry
    the form's key.
    """
    declared = {f"member_{n}": _declared(member) for n, member in enumerate(level(members))}
    return Level.from_dict(declared)()


def _declared(member: Member) -> fields.Field[object]:
    if isinstance(member, Field):
        return build(member)
    many = isinstance(member, Rows)
    nested = compile_schema(member.members)
    return fields.Nested(
        nested,
        many=many,
        data_key=member.key,
        attribute=member.key,
        allow_none=True,
        error_messages={"type": "Expected a list."},
    )


def load(schema: Schema, payload: Mapping[str, object]) -> tuple[dict[str, object], dict[str | int, object]]:
    """Return the values, or the messages as marshmallow nests them."""
    try:
        values: dict[str, object] = schema.load(payload)
    except ValidationError as error:
        messages: dict[str | int, object] = {}
        messages.update(error.messages_dict)
        return {}, messages
    return values, {}
