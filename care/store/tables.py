"""Tables of care. Identifying values are sealed; blind columns (keyed hashes) find them again."""

import sqlalchemy as sa

from database import Instant, metadata

C = sa.Column
ID = sa.String(64)

clients = sa.Table(
    "clients",
    metadata,
    C("id", ID, primary_key=True),
    C("demographics", sa.LargeBinary, nullable=False),
    C("birth_blind", sa.LargeBinary),
    C("version", sa.Integer, nullable=False),
    C("updated_at", Instant, nullable=False),
    C("deceased_at", Instant),
    C("merged_into", ID),
    sa.Index("clients_birth", "birth_blind"),
    sa.Index("clients_merged", "merged_into"),
    sqlite_with_rowid=False,
)
client_aliases = sa.Table(
    "client_aliases",
    metadata,
    C("authority", sa.String(180), primary_key=True),
    C("mrn_blind", sa.LargeBinary, primary_key=True),
    C("client_id", ID, nullable=False),
    C("mrn", sa.LargeBinary, nullable=False),
    sa.Index("client_aliases_mrn", "mrn_blind"),
    sa.Index("client_aliases_client", "client_id"),
    sqlite_with_rowid=False,
)
client_names = sa.Table(
    "client_names",
    metadata,
    C("word_blind", sa.LargeBinary, primary_key=True),
    C("client_id", ID, primary_key=True),
    sa.Index("client_names_client", "client_id"),
    sqlite_with_rowid=False,
)
stays = sa.Table(
    "stays",
    metadata,
    C("id", ID, primary_key=True),
    C("client_id", ID, nullable=False),
    C("encounter_blind", sa.LargeBinary, nullable=False),
    C("detail", sa.LargeBinary, nullable=False),
    C("patient_class", sa.String(1), nullable=False),
    C("state", sa.String(12), nullable=False),
    C("began_at", Instant),
    C("discharged_at", Instant),
    C("last_event_at", Instant),
    C("version", sa.Integer, nullable=False),
    C("case_id", ID),
    C("told_for", Instant),
    C("deadline", Instant),
    C("armed_at", Instant),
    C("fired_at", Instant),
    C("cancelled_at", Instant),
    C("contacted_at", Instant),
    sa.Index("stays_encounter", "client_id", "encounter_blind", unique=True),
    sa.Index("stays_client", "client_id", "began_at"),
    sa.Index("stays_case", "case_id", "told_for"),
    sqlite_with_rowid=False,
)
adt_messages = sa.Table(
    "adt_messages",
    metadata,
    C("application", sa.String(180), primary_key=True),
    C("facility", sa.String(180), primary_key=True),
    C("control_id", sa.String(199), primary_key=True),
    C("body_hash", sa.LargeBinary, nullable=False),
    C("received_at", Instant, nullable=False),
    C("event_at", Instant, nullable=False),
    C("event", sa.String(3), nullable=False),
    C("body", sa.LargeBinary, nullable=False),
    C("outcome", sa.String(20), nullable=False),
    C("client_id", ID),
    C("case_id", ID),
    sa.Index("adt_messages_received", "received_at"),
    sa.Index("adt_messages_client", "client_id", "received_at"),
    sqlite_with_rowid=False,
)
candidates = sa.Table(
    "candidates",
    metadata,
    C("id", ID, primary_key=True),
    C("client_id", ID, nullable=False),
    C("stay_id", ID),
    C("reason", sa.String(40), nullable=False),
    C("at", Instant, nullable=False),
    C("status", sa.String(12), nullable=False),
    C("decided_at", Instant),
    C("decided_by", sa.String(64)),
    sa.Index("candidates_status", "status", "at"),
    sa.Index("candidates_client", "client_id"),
    sqlite_with_rowid=False,
)
contacts = sa.Table(
    "contacts",
    metadata,
    C("case_id", ID, primary_key=True),
    C("step", sa.Integer, primary_key=True),
    C("client_id", ID, nullable=False),
    C("stay_id", ID),
    C("at", Instant, nullable=False),
    C("direction", sa.String(10), nullable=False),
    C("channel", sa.String(20), nullable=False),
    C("party", sa.String(20), nullable=False),
    C("result", sa.String(20), nullable=False),
    C("two_way", sa.Boolean, nullable=False),
    C("purpose", sa.String(40), nullable=False),
    C("actor_id", sa.String(64), nullable=False),
    sa.Index("contacts_client", "client_id", "at"),
    sqlite_with_rowid=False,
)
