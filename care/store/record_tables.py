"""Tables of what is kept about a case: contacts apart, one per kind, all append-only.

A row is (case, step, n). Codes, numbers and instants stand in plain; what a person wrote, and every name, is sealed in
`detail`. An addendum adds a row whose `amends` is the step of the row that it takes the place of.
"""

from typing import Any

import sqlalchemy as sa

from database import APPEND_ONLY, Instant, Json, metadata

C = sa.Column
ID, CODE = sa.String(64), sa.String(40)


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:  # Any: each column has a type of its own
    return sa.Table(
        name,
        metadata,
        C("case_id", ID, primary_key=True),
        C("step", sa.Integer, primary_key=True),
        C("n", sa.SmallInteger, primary_key=True),
        C("client_id", ID, nullable=False),
        C("at", Instant, nullable=False),
        C("noted_at", Instant, nullable=False),
        C("actor_id", sa.String(200), nullable=False),
        C("task_id", ID),
        C("element", sa.String(200), nullable=False),
        C("amends", sa.Integer),
        *columns,
        C("detail", sa.LargeBinary),
        sa.Index(f"{name}_client", "client_id", "at"),
        info=APPEND_ONLY,
        sqlite_with_rowid=False,
    )


notes = _table(
    "notes",
    C("kind", CODE, nullable=False),
    C("phase", CODE),
    C("adds_to", sa.String(20)),
)
consents = _table(
    "consents",
    C("result", CODE, nullable=False),
    C("given_by", CODE),
    C("method", CODE),
    C("capacity", CODE),
    C("enrols", sa.Boolean),
    C("until", sa.Date),
)
referrals = _table(
    "referrals",
    C("thread", ID, nullable=False),
    C("kind", CODE, nullable=False),
    C("status", CODE, nullable=False),
    C("booked_at", Instant),
)
authorisations = _table(
    "authorisations",
    C("thread", ID, nullable=False),
    C("event", CODE, nullable=False),
    C("result", CODE),
    C("service_class", CODE),
    C("urgency", CODE),
    C("in_network", sa.Boolean),
    C("units", sa.Integer),
    C("begins_on", sa.Date),
    C("ends_on", sa.Date),
    C("due_at", Instant),
    C("due_on", sa.Date),
    C("reviewer", CODE),
    C("reason", CODE),
    C("level", CODE),
)
risks = _table(
    "risks",
    C("source", CODE, nullable=False),
    C("category", CODE),
    C("advised", CODE),
    C("rule", sa.Integer),
    C("rules", Json),
    C("lace", sa.Integer),
    C("hospital_score", sa.Integer),
    C("overridden", sa.Boolean),
)
profiles = _table(
    "profiles",
    C("kind", CODE, nullable=False),
    C("persons", sa.Integer),
    C("interpreter", sa.Boolean),
)
plan_versions = _table(
    "plan_versions",
    C("major", sa.Integer, nullable=False),
    C("minor", sa.Integer, nullable=False),
    C("revision", sa.Integer, nullable=False),
    C("change", CODE, nullable=False),
    C("review_on", sa.Date),
)
plan_items = _table(
    "plan_items",
    C("kind", CODE, nullable=False),
    C("item", sa.String(20), nullable=False),
    C("change", CODE, nullable=False),
    C("of_item", sa.String(20)),
    C("code", CODE),
    C("status", CODE),
    C("priority", sa.Integer),
    C("service_class", CODE),
    C("due_on", sa.Date),
)
plan_events = _table(
    "plan_events",
    C("kind", CODE, nullable=False),
    C("party", CODE),
    C("outcome", CODE),
    C("major", sa.Integer),
    C("minor", sa.Integer),
)
plan_progress = _table(
    "plan_progress",
    C("kind", CODE, nullable=False),
    C("item", sa.String(20)),
    C("progress", CODE, nullable=False),
)
TABLES = {
    table.name: table
    for table in (
        notes,
        consents,
        referrals,
        authorisations,
        risks,
        profiles,
        plan_versions,
        plan_items,
        plan_events,
        plan_progress,
    )
}
