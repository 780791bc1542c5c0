"""Short ways to ask the language something."""

from datetime import UTC, datetime

from feel import compile_expression, compile_tests

NOW = datetime(2025, 6, 10, 14, tzinfo=UTC)


def ask(text, **names):
    return compile_expression(text).evaluate(names, now=NOW)


def complaints(text, **names):
    warnings = []
    value = compile_expression(text).evaluate(names, now=NOW, warnings=warnings)
    assert value is None, value
    return [remark.message for remark in warnings]


def passes(tests, value, **names):
    return compile_tests(tests).match(value, names, now=NOW)


def same(got, wanted):
    """Equal in value and kind, inside lists and contexts too."""
    if type(got) is not type(wanted):
        return False
    if isinstance(got, list):
        return len(got) == len(wanted) and all(same(a, b) for a, b in zip(got, wanted, strict=True))
    if isinstance(got, dict):
        return got.keys() == wanted.keys() and all(same(got[key], wanted[key]) for key in got)
    return got == wanted
