"""Whether what came is what a file expects: numbers by value, instants and durations by the ISO text that names them."""

from decimal import Decimal

from feel import Value, parse_temporal


def is_same(expected: object, came: Value) -> bool:
    """JSON against a FEEL value. Lists in their order, contexts with exactly the same entries, true is never 1."""
    if isinstance(expected, dict):
        if not isinstance(came, dict) or expected.keys() != came.keys():
            return False
        return all(is_same(item, came[key]) for key, item in expected.items())
    if isinstance(expected, list):
        if not isinstance(came, list) or len(expected) != len(came):
            return False
        return all(is_same(item, other) for item, other in zip(expected, came, strict=True))
    if expected is None or isinstance(expected, bool) or isinstance(came, bool):
        return expected is came
    if isinstance(expected, int | Decimal):
        return isinstance(came, Decimal) and came == expected
    return came == expected if isinstance(came, str) else _is_named(str(expected), came)


def _is_named(text: str, came: Value) -> bool:
    moment = parse_temporal(text)
    return moment is not None and type(moment) is type(came) and moment == came
