"""Nested messages -> a flat list of problems with JSON pointers, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.errors import FieldProblem
from forms.model import Field, Group, Member, level

MOST_PROBLEMS = 200
LONGEST_KEY = 64


def merged(messages: Mapping[str | int, object], more: Mapping[str | int, object]) -> dict[str | int, object]:
    """Return both; where a value already has a message no second one is added."""
    found = dict(messages)
    for key, value in more.items():
        there = found.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            found[key] = merged(there, value)
        else:
            found.setdefault(key, value)
    return found


def flat(members: tuple[Member, ...], messages: Mapping[str | int, object], at: str = "#") -> Iterator[FieldProblem]:
    """Yield the problems of one level: its own, then its fields' in document order, then undeclared keys'."""
    yield from _plain(messages.get("_schema"), at)
    declared = {"_schema"}
    for member in level(members):
        key = member.key or ""
        declared.add(key)
        found = messages.get(key)
        if isinstance(member, Field) or not isinstance(found, dict):
            yield from _plain(found, f"{at}/{key}")
        else:
            yield from _below(member.members, found, f"{at}/{key}", isinstance(member, Group))
    for undeclared, found in messages.items():
        if undeclared not in declared:
            yield from _plain(found, f"{at}/{_escaped(str(undeclared))}")


def _below(
    members: tuple[Member, ...], messages: Mapping[str | int, object], at: str, single: bool
) -> Iterator[FieldProblem]:
    if single or "_schema" in messages:
        yield from flat(members, messages, at)
        return
    for index in sorted(messages, key=int):
        row = messages[index]
        yield from flat(members, row if isinstance(row, dict) else {}, f"{at}/{index}")


def _plain(found: object, at: str) -> Iterator[FieldProblem]:
    if isinstance(found, list):
        for detail in found:
            yield FieldProblem(at, str(detail))


def _escaped(key: str) -> str:
    short = key[:LONGEST_KEY].encode("ascii", "backslashreplace").decode()
    return short.replace("~", "~0").replace("/", "~1")
