"""Measures: what they came to, how they went, and the cases behind them."""

from marshmallow import fields, validate

from api.shapes.field import Shape, limit, many, maybe_text, next_cursor, one, text, whole

MONTH = r"(?:19[89][0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])\Z"


def _number(description: str) -> fields.Float:
    return fields.Float(metadata={"description": description})


def _months() -> fields.Integer:
    return whole("Months of the trend, the last one is the period", load_default=6, validate=validate.Range(1, 24))


class MeasureQuery(Shape):
    """Which month."""

    period = text("Month such as 2026-01; this month unless given", load_default=None, validate=validate.Regexp(MONTH))
    months = _months()


class MeasurePageQuery(MeasureQuery):
    """Which month, and which of the cases."""

    limit = limit()
    cursor = text("next_cursor of the page before", load_default=None, validate=validate.Regexp(r"[0-9]{1,9}\Z"))


class MeasureDefinition(Shape):
    """A measure in words."""

    numerator = text("What the numerator counts")
    denominator = text("What the denominator counts")
    exclusions = text("What is left out of both")
    window = text("By which date something belongs to a month")
    source = text("Where the facts come from")


class MeasurePoint(Shape):
    """A month of the trend."""

    period = text("Month")
    value = _number("Value")
    numerator = _number("Numerator")
    denominator = _number("Denominator; over 0 the value is 0")
    excluded = whole("How many were left out")


class MeasureItem(MeasurePoint):
    """What a measure came to. One that has no facts yet says what is missing and has no value."""

    id = text("Id")
    name = text("Name")
    unit = text("Unit")
    definition = one(MeasureDefinition, "What it means")
    missing = maybe_text("Which fact is not kept yet; null when the measure is computed")
    parts = fields.Dict(
        keys=fields.String(), values=fields.Float(), metadata={"description": "The measure for each of its parts"}
    )
    trend = many(MeasurePoint, "The months before and the period, oldest first")


class MeasureList(Shape):
    """All measures of a month."""

    period = text("Month")
    zone = text("Time zone of the months")
    items = many(MeasureItem, "Measures in the order of the catalogue")
    next_cursor = next_cursor()


class BehindItem(Shape):
    """One thing behind a measure, by its case. No client is named."""

    case_id = text("Case")
    counted = fields.Float(
        allow_none=True, metadata={"description": "What it adds to the numerator; null when it has no value yet"}
    )
    over = _number("What it adds to the denominator")
    excluded = maybe_text("Why it is left out; null when it counts")
    part = maybe_text("The part of the measure that it belongs to")


class MeasurePage(MeasureItem):
    """A measure with the cases behind it, as far as one may know of them."""

    cases = many(BehindItem, "What is behind it")
    hidden = whole("How many more are behind it, of cases that one may not know of")
    next_cursor = next_cursor()
