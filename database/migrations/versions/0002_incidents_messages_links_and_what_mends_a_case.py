"""Incidents, kept messages, links between cases, and what mends a case."""

import sqlalchemy as sa
from alembic import op

import database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_links",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("linked_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "case_id", "linked_id", name=op.f("pk_case_links")),
    )
    op.create_table(
        "incidents",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("opened_at", database.Instant(), nullable=False),
        sa.Column("closed_at", database.Instant(), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("shard", "id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index("incidents_case", ["case_id"], unique=False)
        batch_op.create_index(
            "incidents_open",
            ["cause", "opened_at"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("received_at", database.Instant(), nullable=False),
        sa.Column("expires_at", database.Instant(), nullable=False),
        sa.Column("consumed_at", database.Instant(), nullable=True),
        sa.Column("consumed_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("source", "source_id", name="messages_source"),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("messages_case", ["case_id", "status"], unique=False)
        batch_op.create_index(
            "messages_expiry",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.create_index(
            "messages_waiting",
            ["name", "key"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("n", sa.SmallInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("token", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("claimed_by", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("claimed_until", database.Instant(), nullable=True))
        batch_op.add_column(sa.Column("done_at", database.Instant(), nullable=True))
        batch_op.add_column(sa.Column("error", sa.String(length=60), nullable=True))
        batch_op.create_index("outbox_case", ["case_id", "step", "n"], unique=False)

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", database.Instant(), nullable=True))
        batch_op.add_column(sa.Column("delegated_by", sa.String(length=200), nullable=True))

    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_index("timers_wake", sqlite_where=sa.text("incident = 0"))
        batch_op.create_index(
            "timers_going",
            ["wake_at"],
            unique=False,
            sqlite_where=sa.text("incident = 0 AND held = 0"),
            postgresql_where=sa.text("NOT incident AND NOT held"),
        )


def downgrade() -> None:
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index(
            "timers_going",
            sqlite_where=sa.text("incident = 0 AND held = 0"),
            postgresql_where=sa.text("NOT incident AND NOT held"),
        )
        batch_op.create_index(
            "timers_wake",
            ["wake_at"],
            unique=False,
            sqlite_where=sa.text("incident = 0"),
            postgresql_where=sa.text("NOT incident"),
        )
        batch_op.drop_column("held")

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("delegated_by")
        batch_op.drop_column("snoozed_until")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("outbox_case")
        batch_op.drop_column("error")
        batch_op.drop_column("done_at")
        batch_op.drop_column("claimed_until")
        batch_op.drop_column("claimed_by")
        batch_op.drop_column("token")
        batch_op.drop_column("n")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "messages_waiting",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(
            "messages_expiry",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index("messages_case")

    op.drop_table("messages")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(
            "incidents_open", sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'")
        )
        batch_op.drop_index("incidents_case")

    op.drop_table("incidents")
    op.drop_table("case_links")
