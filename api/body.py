"""The body and the query of a request, read strictly: what is not understood is refused, with pointers to the fields."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, NoReturn

from flask import request
from marshmallow import RAISE, Schema, ValidationError

from api.refusal import Refusal, field_errors

SMALL, LARGE = 1_000_000, 6_000_000
DEEPEST = 64
MOST_NAMES = 10_000
_STRINGS = re.compile(
    r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL
)  # possessive: remembering each place took 100 bytes a character
_BRACKETS = {"[": 1, "{": 1, "]": -1, "}": -1}
_UNSAYABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates: no database keeps them


def read_bytes(types: tuple[str, ...], largest: int = SMALL) -> bytes:
    """The body as sent. Raises Refusal for another content type; too large a body is refused by the framework."""
    request.max_content_length = largest
    data = request.get_data(cache=True)
    if data and request.mimetype not in types:
        accepted = ", ".join(types)
        raise Refusal("content-type-refused", f"Expected {accepted}", headers={"Accept": accepted})
    return data


def read_json(largest: int = SMALL) -> dict[str, Any]:
    """The body as a JSON object; no body at all is an empty one."""
    data = read_bytes(("application/json",), largest)
    if not data:
        return {}
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("json-malformed", "Expected UTF-8 text") from None
    bare = _STRINGS.sub("", text)
    if _depth(bare) > DEEPEST:  # counted before parsing: the parser recurses
        raise Refusal("json-malformed", f"Expected at most {DEEPEST} nested levels")
    if bare.count(":") > MOST_NAMES:  # and before each name is looked for in a form
        raise Refusal("fields-refused", f"Expected at most {MOST_NAMES} named values")
    value = parse(text)
    if not isinstance(value, dict):
        raise Refusal("fields-refused", "Expected a JSON object", errors=field_errors([("#", "Expected an object.")]))
    return value


def parse(text: str) -> Any:  # Any: JSON
    """JSON, strictly."""
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        detail = f"Expected JSON, but it breaks at line {error.lineno}, column {error.colno}"
        raise Refusal("json-malformed", detail) from None
    except ValueError:  # a whole number of thousands of digits
        raise Refusal("json-malformed", "Expected numbers of moderate length") from None
    if _UNSAYABLE.search("".join(_texts(found))):
        raise Refusal("json-malformed", "Expected text without NUL and without halves of surrogate pairs")
    return found


def _depth(bare: str) -> int:
    """How deep JSON without its texts is nested."""
    steps = (_BRACKETS[sign] for sign in bare if sign in _BRACKETS)
    return max(accumulate(steps), default=0)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("json-malformed", "Expected each key of an object once")
    return found


def _no_constant(_: str) -> NoReturn:
    raise Refusal("json-malformed", "Expected finite numbers")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refusal("json-malformed", "Expected finite numbers")
    return number


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def checked(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body's fields. Raises Refusal with a pointer to each that is unknown, missing or wrong."""
    try:
        return dict(schema.load(data, unknown=RAISE))
    except ValidationError as error:
        found = list(pointers(error.messages))
        raise Refusal("fields-refused", _count(len(found)), errors=field_errors(found)) from None


def read_query(schema: Schema) -> dict[str, Any]:
    """The query's parameters. Raises Refusal naming each that is unknown, repeated or wrong."""
    given = dict(request.args.lists())
    wrong = [(name, "Expected once.") for name, values in given.items() if len(values) > 1]
    try:
        found = dict(schema.load({name: values[0] for name, values in given.items()}, unknown=RAISE))
    except ValidationError as error:
        wrong += [(pointer.removeprefix("#/"), detail) for pointer, detail in pointers(error.messages)]
        found = {}
    if wrong:
        errors = [{"parameter": name, "detail": detail} for name, detail in wrong]
        raise Refusal("fields-refused", _count(len(wrong)), errors=errors)
    return found


def pointers(messages: Any, at: str = "#") -> Iterator[tuple[str, str]]:
    """Marshmallow's messages as (JSON pointer, detail)."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            name = str(key).replace("~", "~0").replace("/", "~1")
            yield from pointers(inner, at if key == "_schema" else f"{at}/{name}")
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield at, str(message)


def _count(number: int) -> str:
    return (
        "Expected fields that fit, but one does not"
        if number == 1
        else f"Expected fields that fit, but {number} do not"
    )
