"""``and`` and ``or`` over true, false and null."""

from __future__ import annotations

from collections.abc import Sequence

from feel.scope import Code, Scope
from feel.values import Value


def any_of(parts: Sequence[Code]) -> Code:
    """True as soon as a part is true; null when none is, but one is no boolean."""

    def disjunction(scope: Scope) -> Value:
        unknown = False
        for part in parts:
            value = part(scope)
            if value is True:
                return True
            if value is not False:
                unknown = True
        return None if unknown else False

    return disjunction


def all_of(parts: Sequence[Code]) -> Code:
    """False as soon as a part is false; null when none is, but one is no boolean."""

    def conjunction(scope: Scope) -> Value:
        unknown = False
        for part in parts:
            value = part(scope)
            if value is False:
                return False
            if value is not True:
                unknown = True
        return None if unknown else True

    return conjunction


def negated(value: Value) -> bool | None:
    """The opposite; null for anything that is no boolean."""
    return not value if type(value) is bool else None
