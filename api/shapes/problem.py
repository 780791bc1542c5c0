"""Problem details (RFC 9457)."""

from marshmallow import validate

from api.refusal import KINDS
from api.shapes.field import Shape, many, text, whole


class FieldError(Shape):
    """What is wrong with one field."""

    pointer = text("JSON pointer into the body, for instance #/values/dose")
    parameter = text("Name of a query parameter")
    header = text("Name of a header")
    detail = text("What is expected", required=True)


class Problem(Shape):
    """An error. Its type is the address of a page that says what to do about it."""

    type = text("What kind of problem", required=True, validate=validate.OneOf([f"/problems/{slug}" for slug in KINDS]))
    title = text("The kind in words", required=True)
    status = whole("HTTP status", required=True)
    detail = text("What happened; never data of a client", required=True)
    instance = text("Id of the request", required=True)
    errors = many(FieldError, "The fields that do not fit")
    right = text("The right that is missing (403)")
