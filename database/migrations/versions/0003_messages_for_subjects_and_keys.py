"""messages for subjects and by key, the outbox claimed by topic."""

import sqlalchemy as sa
from alembic import op

import database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITING, PENDING = sa.text("status = 'waiting'"), sa.text("status = 'pending'")
KEYED = sa.text('"key" IS NOT NULL')


def upgrade() -> None:
    op.add_column("messages", sa.Column("shard", sa.SmallInteger, nullable=True))
    op.add_column("messages", sa.Column("subject_id", sa.String(64), nullable=True))
    op.add_column("messages", sa.Column("reached", database.Json, nullable=True))
    op.create_index("messages_listed", "messages", ["received_at", "id"])
    op.create_index("messages_subject", "messages", ["subject_id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.add_column("outbox", sa.Column("give_up_at", database.Instant, nullable=True))
    op.drop_index("outbox_next", "outbox")
    op.create_index("outbox_due", "outbox", ["topic", "next_at"], sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index("outbox_listed", "outbox", ["created_at", "id"])
    op.create_index("waits_key", "waits", ["name", "key"], sqlite_where=KEYED, postgresql_where=KEYED)


def downgrade() -> None:
    op.drop_index("waits_key", "waits")
    op.drop_index("outbox_listed", "outbox")
    op.drop_index("outbox_due", "outbox")
    op.create_index("outbox_next", "outbox", ["next_at"], sqlite_where=PENDING, postgresql_where=PENDING)
    op.drop_column("outbox", "give_up_at")
    op.drop_index("messages_subject", "messages")
    op.drop_index("messages_listed", "messages")
    for name in ("reached", "subject_id", "shard"):
        op.drop_column("messages", name)
