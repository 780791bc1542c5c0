"""Whether every condition and expression stands below what it reads. One pass in document order must be enough: a
condition that read a later hidden field would see what nobody may send, and a browser would show another form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from feel import Expression
from forms.component import Problems
from forms.model import Field, Group, Kind, Member, Rows


def check_order(members: tuple[Member, ...], problems: Problems, outer: Mapping[str, bool] | None = None) -> None:
    """Note each expression that reads a later field, and each condition that reads a later uncertain one.

    `outer` maps the keys that come later around this level to whether they are uncertain (conditional or computed).
    """
    listed = list(_listed(members, hidden=False))
    later = dict(outer or {})
    later.update((key, uncertain) for key, uncertain, _ in listed if key)
    for key, _, member in listed:
        uncertain = {name for name, is_uncertain in later.items() if is_uncertain}
        if isinstance(member, Field):
            _refuse(member, (member.readonly, member.options.expression, member.hide), uncertain - {key}, problems)
            _refuse(member, (member.expression,), set(later), problems)
        else:
            _refuse(member, (member.hide,), uncertain - {key}, problems)
        later.pop(key, None)
        if isinstance(member, Rows) or (isinstance(member, Group) and member.key):
            check_order(member.members, problems, later)


def _listed(members: tuple[Member, ...], *, hidden: bool) -> Iterator[tuple[str, bool, Member]]:
    for member in members:
        uncertain = hidden or member.hide is not None
        if isinstance(member, Field):
            yield member.key, uncertain or member.kind is Kind.COMPUTED, member
        else:
            yield member.key or "", uncertain, member
            if member.key is None:
                yield from _listed(member.members, hidden=uncertain)


def _refuse(
    member: Member, expressions: tuple[Expression | bool | None, ...], later: set[str], problems: Problems
) -> None:
    for expression in expressions:
        if isinstance(expression, Expression):
            for name in sorted(expression.names & later):
                problems.add(member.element, f"Expected to stand below '{name}', which its expression reads")
