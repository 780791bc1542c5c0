"""Tables of access: people, sessions, who belongs to a case, and the audit."""

import sqlalchemy as sa

from database import APPEND_ONLY, Instant, Json, metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("roles", Json, nullable=False),
    sa.Column("groups", Json, nullable=False),
    sa.Column("unit", sa.String(80)),
    sa.Column("may_assess", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("person_id", sa.String(80), sa.ForeignKey("people.id"), nullable=False),
    sa.Column("csrf_hash", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("sessions_person", "person_id"),
    sa.Index("sessions_expiry", "expires_at"),
    sqlite_with_rowid=False,
)
case_access = sa.Table(
    "case_access",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("case_id", sa.String(40), primary_key=True),
    sa.Column("person_id", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Index("case_access_person", "person_id", "case_id"),
    sqlite_with_rowid=False,
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("chain", sa.String(120), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("role", sa.String(80), nullable=False),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("object", sa.String(200), nullable=False),
    sa.Column("case_id", sa.String(40)),
    sa.Column("outcome", sa.String(40), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("request_id", sa.String(80)),
    sa.Column("fields", Json, nullable=False),
    sa.Column("prev", sa.LargeBinary, nullable=False),
    sa.Column("mac", sa.LargeBinary, nullable=False),
    sa.Index("audit_time", "at"),
    sa.Index("audit_actor", "actor", "at"),
    sqlite_with_rowid=False,
    info=APPEND_ONLY,
)
audit_heads = sa.Table(
    "audit_heads",
    metadata,
    sa.Column("chain", sa.String(120), primary_key=True),
    sa.Column("head", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
