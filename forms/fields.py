"""The marshmallow fields of a form: a JSON value -> a Python value, or the messages a browser would show.

Nothing here is required: whether a field must be answered depends on what is visible (visibility.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeAlias

from marshmallow import ValidationError, fields

from forms import scalars
from forms.model import Field, Kind, Options, Rules, Scalar

Input: TypeAlias = "Mapping[str, object] | None"

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class FormField(fields.Field[object]):
    """A value of the form, stored and reported under the form's own key."""

    def __init__(self, field: Field) -> None:
        super().__init__(data_key=field.key, attribute=field.key, allow_none=True, validate=limits(field.rules))
        self.options = field.options


class TextField(FormField):
    """A text that can be stored."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> str:
        del attr, data, kwargs
        if not isinstance(value, str) or not scalars.sound(value):
            raise ValidationError("Value is not a text.")
        return value


class NumberField(FormField):
    """A decimal number; never NaN, never a boolean."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> Decimal:
        del attr, data, kwargs
        number = scalars.number(value)
        if number is None:
            raise ValidationError("Value is not a number.")
        return number


class CheckboxField(FormField):
    """True or false, no other spelling."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> bool:
        del attr, data, kwargs
        if not isinstance(value, bool):
            raise ValidationError("Value is not true or false.")
        return value


class DateField(FormField):
    """A calendar date, `2025-06-10`."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> date:
        del attr, data, kwargs
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(_spelled(value, _DATE))
        except ValueError as error:
            raise ValidationError("Value is not a date.") from error


class TimeField(FormField):
    """A time of day, `14:30`."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> time:
        del attr, data, kwargs
        if isinstance(value, time):
            return value
        try:
            return time.fromisoformat(_spelled(value, _TIME))
        except ValueError as error:
            raise ValidationError("Value is not a time.") from error


class DateTimeField(FormField):
    """A point in time, `2025-06-10T14:30:00-04:00`. Without an offset it could mean any of 38 hours: refused."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> datetime:
        del attr, data, kwargs
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(_spelled(value, _DATETIME))
            if found.tzinfo is None:
                raise ValidationError("Value is not a date and time with an offset.")
            return found.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError("Value is not a date and time with an offset.") from error


class ChoiceField(FormField):
    """One of the options; those that come from case data are compared in visibility.py."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> Scalar:
        del attr, data, kwargs
        return chosen(value, self.options)


class ChoicesField(FormField):
    """Some of the options, each at most once, in the order they were chosen."""

    def _deserialize(self, value: object, attr: str | None, data: Input, **kwargs: object) -> list[Scalar]:
        del attr, data, kwargs
        if not isinstance(value, list):
            raise ValidationError("Value is not a list.")
        found = dict.fromkeys((isinstance(one, bool), one) for one in (chosen(item, self.options) for item in value))
        return [one for _, one in found]


class ComputedField(FormField):
    """Never loaded from a payload; declared so that its key is known."""


def chosen(value: object, options: Options) -> Scalar:
    """Return the option that `value` names, or raise ValidationError."""
    one = None if isinstance(value, str) and not scalars.sound(value) else scalars.scalar(value)
    if one is None or (options.fixed and not any(scalars.same(one, option) for option in options.values)):
        raise ValidationError("Value is not one of the options.")
    return one


def _spelled(value: object, pattern: re.Pattern[str]) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise ValueError


_FIELDS: Mapping[Kind, type[FormField]] = {
    Kind.TEXT: TextField,
    Kind.NUMBER: NumberField,
    Kind.DATE: DateField,
    Kind.TIME: TimeField,
    Kind.DATETIME: DateTimeField,
    Kind.CHECKBOX: CheckboxField,
    Kind.CHOICE: ChoiceField,
    Kind.CHOICES: ChoicesField,
    Kind.COMPUTED: ComputedField,
}


def build(field: Field) -> FormField:
    """Return the marshmallow field of one form field."""
    return _FIELDS[field.kind](field)


def limits(rules: Rules) -> Callable[[object], None]:
    """Return a validator that names everything wrong, in the order a browser shows it."""

    def check(value: object) -> None:
        messages = [*_text_messages(value, rules), *_number_messages(value, rules)]
        if messages:
            raise ValidationError(messages)

    return check


def _text_messages(value: object, rules: Rules) -> list[str]:
    if not isinstance(value, str):
        return []
    found = []
    if rules.pattern is not None and rules.pattern.search(value) is None:
        found.append(rules.pattern_message or f"Field must match pattern {rules.pattern_text}.")
    if len(value) < rules.shortest:
        found.append(f"Field must have minimum length of {rules.shortest}.")
    if rules.longest and len(value) > rules.longest:
        found.append(f"Field must have maximum length of {rules.longest}.")
    return found


def _number_messages(value: object, rules: Rules) -> list[str]:
    if not isinstance(value, Decimal):
        return []
    found = []
    if rules.decimals is not None and scalars.places(value) > rules.decimals:
        found.append(
            f"Value is expected to have at most {rules.decimals} decimal digits."
            if rules.decimals
            else "Value is expected to be an integer."
        )
    if rules.minimum is not None and value < rules.minimum:
        found.append(f"Field must have minimum value of {rules.minimum}.")
    if rules.maximum is not None and value > rules.maximum:
        found.append(f"Field must have maximum value of {rules.maximum}.")
    return found
