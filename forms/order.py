"""Whether every condition and expression stands below what it reads. One pass in document order must be enough: a
condition that read a later hidden field would see what nobody may send, and a browser would show another form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from feel import Expression
from forms.component import Problems
from forms.model import Field, Kind, Member

_MESSAGE = "Expected to stand below '{}', which its expression reads"


def check_order(members: tuple[Member, ...], problems: Problems, outer: Mapping[str, bool] | None = None) -> None:
    """Note each expression that reads a later field, and each condition that reads a later uncertain one.

    `outer` maps the keys that come later around this level to whether they are uncertain: conditional, computed,
    conditionally read-only, or a list or object, which may hold such fields.
    """
    listed = list(_listed(members, hidden=False))
    later = dict(outer or {})
    later.update((key, uncertain) for key, uncertain, _ in listed if key)
    for key, _, member in listed:
        for name in _conditions(member):
            if later.get(name) and name != key:
                problems.add(member.element, _MESSAGE.format(name))
        for name in _computes(member):
            if name in later:
                problems.add(member.element, _MESSAGE.format(name))
        later.pop(key, None)
        if not isinstance(member, Field) and member.key is not None:
            check_order(member.members, problems, later)


def _listed(members: tuple[Member, ...], *, hidden: bool) -> Iterator[tuple[str, bool, Member]]:
    for member in members:
        uncertain = hidden or member.hide is not None
        if isinstance(member, Field):
            settled_late = member.kind is Kind.COMPUTED or isinstance(member.readonly, Expression)
            yield member.key, uncertain or settled_late, member
        elif member.key is not None:
            yield member.key, True, member  # its inner fields are settled when the pass gets there
        else:
            yield "", uncertain, member
            yield from _listed(member.members, hidden=uncertain)


def _conditions(member: Member) -> list[str]:
    expressions: tuple[Expression | bool | None, ...] = (member.hide,)
    if isinstance(member, Field):
        expressions = (member.hide, member.readonly, member.options.expression)
    return sorted({name for one in expressions if isinstance(one, Expression) for name in one.names})


def _computes(member: Member) -> list[str]:
    return sorted(member.expression.names) if isinstance(member, Field) and member.expression is not None else []
