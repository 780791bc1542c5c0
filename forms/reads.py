"""Which names of the case a form reads: what a browser must be given beside the answers, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from feel import Expression
from forms.model import Field, Group, Member, Rows, keys

_ROW_NAMES = frozenset({"this", "parent", "i"})


def reads(members: tuple[Member, ...], declared: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the names that conditions, expressions and options read and no field around them declares."""
    own = declared | frozenset(keys(members))
    found = {name for name in _names(members) if name not in own}
    for level in _levels(members):
        found |= reads(level, own)
    return frozenset(found - _ROW_NAMES)


def _names(members: tuple[Member, ...]) -> Iterator[str]:
    for member in members:
        expressions: tuple[Expression | bool | None, ...] = (member.hide,)
        if isinstance(member, Field):
            expressions = (member.hide, member.readonly, member.expression, member.options.expression)
            if member.options.key is not None:
                yield member.options.key
        elif isinstance(member, Group) and member.key is None:
            yield from _names(member.members)
        for expression in expressions:
            if isinstance(expression, Expression):
                yield from expression.names


def _levels(members: tuple[Member, ...]) -> Iterator[tuple[Member, ...]]:
    for member in members:
        if isinstance(member, Rows) or (isinstance(member, Group) and member.key is not None):
            yield member.members
        elif isinstance(member, Group):
            yield from _levels(member.members)
