"""Fields with their descriptions, and the schema that all shapes are made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from api.instants import rfc3339


class Shape(Schema):
    """A JSON object; its docstring is its description."""

    class Meta:  # noqa: D106  # marshmallow reads it
        unknown = RAISE

    def __init_subclass__(cls) -> None:
        meta = {"description": (cls.__doc__ or "").strip()}
        cls.Meta = type("Meta", (cls.Meta,), meta)  # type: ignore[misc,assignment]  # apispec reads the description there
        super().__init_subclass__()


class Instant(fields.AwareDateTime):
    """An instant in UTC."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return rfc3339(value) if isinstance(value, datetime) else value


def _said(description: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"metadata": {"description": description}, **more}


def text(description: str, **more: Any) -> fields.String:
    return fields.String(**_said(description, more))


def maybe_text(description: str, **more: Any) -> fields.String:
    return fields.String(**_said(description, {"allow_none": True, **more}))


def choice(description: str, *values: str, **more: Any) -> fields.String:
    return fields.String(**_said(description, {"validate": validate.OneOf(values), **more}))


def whole(description: str, **more: Any) -> fields.Integer:
    return fields.Integer(**_said(description, more))


def flag(description: str, **more: Any) -> fields.Boolean:
    return fields.Boolean(**_said(description, more))


def instant(description: str, **more: Any) -> Instant:
    return Instant(**_said(description, more))


def maybe_instant(description: str, **more: Any) -> Instant:
    return Instant(**_said(description, {"allow_none": True, **more}))


def values(description: str, **more: Any) -> fields.Dict:
    """Any JSON object."""
    return fields.Dict(keys=fields.String(), **_said(description, more))


def texts(description: str, **more: Any) -> fields.List[Any]:
    return fields.List(fields.String(), **_said(description, more))


def one(shape: type[Schema], description: str, **more: Any) -> fields.Nested:
    return fields.Nested(shape, **_said(description, more))


def many(shape: type[Schema], description: str, **more: Any) -> fields.List[Any]:
    return fields.List(fields.Nested(shape), **_said(description, more))


def id_list(description: str, longest: int, **more: Any) -> fields.List[Any]:
    return fields.List(fields.String(), **_said(description, {"validate": validate.Length(1, longest), **more}))


def limit() -> fields.Integer:
    return whole("At most so many items", load_default=50, validate=validate.Range(1, 200))


def cursor() -> fields.String:
    return text("next_cursor of the page before", load_default=None)


def next_cursor() -> fields.String:
    return maybe_text("Where the list goes on; null at its end")
