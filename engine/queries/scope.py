"""A Scope as SQL: the same filter for every list, count and single read."""

import sqlalchemy as sa

from engine.model import OPEN, Scope
from engine.store.tables import cases, tasks

access = sa.table("case_access", sa.column("shard"), sa.column("case_id"), sa.column("person_id"))


def _granted(shard: sa.Column[int], case_id: sa.Column[str], scope: Scope) -> sa.ColumnElement[bool]:
    return sa.exists().where(access.c.shard == shard, access.c.case_id == case_id, access.c.person_id == scope.person)


def tasks_within(scope: Scope) -> sa.ColumnElement[bool]:
    """Tasks that a reader may know of: own, of own groups, of own cases or units."""
    if scope.everything:
        return sa.true()
    return sa.or_(
        tasks.c.assignee == scope.person,
        tasks.c.group.in_(sorted(scope.groups)),
        tasks.c.unit.in_(sorted(scope.units)),
        _granted(tasks.c.shard, tasks.c.case_id, scope),
    )


def cases_within(scope: Scope) -> sa.ColumnElement[bool]:
    """Cases that a reader may know of: granted, of own units, or with an open task for the reader."""
    if scope.everything:
        return sa.true()
    waiting = sa.exists().where(
        tasks.c.case_id == cases.c.id,
        tasks.c.status == OPEN,
        sa.or_(tasks.c.assignee == scope.person, tasks.c.group.in_(sorted(scope.groups))),
    )
    return sa.or_(_granted(cases.c.shard, cases.c.id, scope), cases.c.unit.in_(sorted(scope.units)), waiting)
