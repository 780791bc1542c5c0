"""what is kept of a case: plan of care, notes, consents, referrals, authorisations, risks, and more of each contact."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.String(length=40)
TABLES = (
    "authorisations",
    "consents",
    "notes",
    "plan_events",
    "plan_items",
    "plan_progress",
    "plan_versions",
    "profiles",
    "referrals",
    "risks",
)
NEW_OF_CONTACTS = ("noted_at", "task_id", "element", "minutes", "amends", "detail")


def kept(name: str, *columns: sa.Column[Any]) -> None:
    """One of the tables whose rows are (case, step, n) and may only grow."""
    op.create_table(
        name,
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("at", database.Instant(), nullable=False),
        sa.Column("noted_at", database.Instant(), nullable=False),
        sa.Column("actor_id", sa.String(length=200), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("amends", sa.Integer(), nullable=True),
        *columns,
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "step", "n", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(f"{name}_client", name, ["client_id", "at"], unique=False)
    database.append_only(op, name)


def upgrade() -> None:
    plan()
    kept(
        "notes",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("phase", CODE, nullable=True),
        sa.Column("adds_to", sa.String(length=20), nullable=True),
    )
    kept(
        "consents",
        sa.Column("result", CODE, nullable=False),
        sa.Column("given_by", CODE, nullable=True),
        sa.Column("method", CODE, nullable=True),
        sa.Column("capacity", CODE, nullable=True),
        sa.Column("enrols", sa.Boolean(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
    )
    kept(
        "referrals",
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("booked_at", database.Instant(), nullable=True),
    )
    kept(
        "authorisations",
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("event", CODE, nullable=False),
        sa.Column("result", CODE, nullable=True),
        sa.Column("service_class", CODE, nullable=True),
        sa.Column("urgency", CODE, nullable=True),
        sa.Column("in_network", sa.Boolean(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("due_at", database.Instant(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reviewer", CODE, nullable=True),
        sa.Column("reason", CODE, nullable=True),
        sa.Column("level", CODE, nullable=True),
    )
    kept(
        "risks",
        sa.Column("source", CODE, nullable=False),
        sa.Column("category", CODE, nullable=True),
        sa.Column("advised", CODE, nullable=True),
        sa.Column("rule", sa.Integer(), nullable=True),
        sa.Column("rules", database.Json(), nullable=True),
        sa.Column("lace", sa.Integer(), nullable=True),
        sa.Column("hospital_score", sa.Integer(), nullable=True),
        sa.Column("overridden", sa.Boolean(), nullable=True),
    )
    kept(
        "profiles",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("interpreter", sa.Boolean(), nullable=True),
    )
    op.add_column("contacts", sa.Column("noted_at", database.Instant(), nullable=True))
    op.add_column("contacts", sa.Column("task_id", sa.String(length=64), nullable=True))
    op.add_column("contacts", sa.Column("element", sa.String(length=200), nullable=True))
    op.add_column("contacts", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("contacts", sa.Column("amends", sa.Integer(), nullable=True))
    op.add_column("contacts", sa.Column("detail", sa.LargeBinary(), nullable=True))
    database.append_only(op, "contacts")


def plan() -> None:
    kept(
        "plan_versions",
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
    )
    kept(
        "plan_items",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("of_item", sa.String(length=20), nullable=True),
        sa.Column("code", CODE, nullable=True),
        sa.Column("status", CODE, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("service_class", CODE, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
    )
    kept(
        "plan_events",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("party", CODE, nullable=True),
        sa.Column("outcome", CODE, nullable=True),
        sa.Column("major", sa.Integer(), nullable=True),
        sa.Column("minor", sa.Integer(), nullable=True),
    )
    kept(
        "plan_progress",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("item", sa.String(length=20), nullable=True),
        sa.Column("progress", CODE, nullable=False),
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in ("contacts_keeps_rows", "contacts_keeps_values"):
        op.execute(f"DROP TRIGGER {trigger}" if sqlite else f"DROP TRIGGER {trigger} ON contacts")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        for name in NEW_OF_CONTACTS:
            batch_op.drop_column(name)
    for name in TABLES:
        op.drop_table(name)
