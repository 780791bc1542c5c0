"""What a step must know of a case's plan before it changes it: the latest content, and the number that is final."""

import sqlalchemy as sa

from care.entry import Kept
from care.kept.plans import plan_of
from care.plan import EMPTY, FINAL, Number, Plan, Standing
from care.store.entries import kept
from care.store.record_tables import plan_events, plan_versions
from database import Keyring, Tx

b = sa.bindparam
TABLE = "plan_versions"
_ROOT = sa.func.coalesce(plan_versions.c.amends, plan_versions.c.step)
_LATEST = (
    sa.select(plan_versions)
    .where(plan_versions.c.case_id == b("case"))
    .order_by(_ROOT.desc(), plan_versions.c.step.desc())
    .limit(1)
)
_NEWEST = (
    sa.select(plan_versions).where(plan_versions.c.case_id == b("case")).order_by(plan_versions.c.step.desc()).limit(1)
)
_FINAL = (
    sa.select(plan_versions.c.major, plan_versions.c.minor)
    .where(
        plan_versions.c.case_id == b("case"),
        plan_versions.c.amends.is_(None),
        plan_versions.c.step
        <= sa.select(sa.func.max(plan_events.c.step))
        .where(plan_events.c.case_id == b("case"), plan_events.c.kind == FINAL)
        .scalar_subquery(),
    )
    .order_by(plan_versions.c.step.desc())
    .limit(1)
)
_OF_FORM = (
    sa.select(plan_versions)
    .where(plan_versions.c.case_id == b("case"), plan_versions.c.task_id == b("task"))
    .order_by(plan_versions.c.step)
)


def standing(tx: Tx, keyring: Keyring, case_id: str) -> Standing:
    """Selects by primary key prefix: one without a plan, else three."""
    row = tx.one(_LATEST, {"case": case_id})
    if row is None:
        return Standing()
    held, final = kept(row, TABLE, keyring), tx.one(_FINAL, {"case": case_id})
    plan = plan_of(held).beyond(newest(tx, keyring, case_id))
    return Standing(plan, Number(row.major, row.minor), row.revision, Number(*final) if final else None)


def newest(tx: Tx, keyring: Keyring, case_id: str) -> Plan:
    """What was written last, be it an addendum to an old version: it knows all ids that were given out."""
    row = tx.one(_NEWEST, {"case": case_id})
    return EMPTY if row is None else plan_of(kept(row, TABLE, keyring))


def written_by(tx: Tx, keyring: Keyring, case_id: str, task_id: str) -> tuple[Kept, ...]:
    """The versions that a task wrote: its own first, then those of its addenda; by primary key prefix."""
    rows = tx.rows(_OF_FORM, {"case": case_id, "task": task_id})
    return tuple(kept(row, TABLE, keyring) for row in rows)
