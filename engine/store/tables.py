"""Tables of the engine. `shard` leads every primary key of a case's rows and no index across cases.

What identifies a client is sealed; plain columns are codes, dates and ids. `history` is append-only.
"""

import sqlalchemy as sa

from database import APPEND_ONLY, Instant, Json, metadata
from engine.model import OPEN

C = sa.Column


def _case_key() -> tuple[sa.Column[int], sa.Column[str]]:
    return C("shard", sa.SmallInteger, primary_key=True), C("id", sa.String(64), primary_key=True)


artefacts = sa.Table(
    "artefacts",
    metadata,
    C("hash", sa.String(64), primary_key=True),
    C("source", sa.LargeBinary, nullable=False),
)
releases = sa.Table(
    "releases",
    metadata,
    C("id", sa.String(40), primary_key=True),
    C("number", sa.Integer, nullable=False, unique=True),
    C("created_at", Instant, nullable=False),
    C("created_by", sa.String(200), nullable=False),
)
release_artefacts = sa.Table(
    "release_artefacts",
    metadata,
    C("release", sa.String(40), primary_key=True),
    C("kind", sa.String(20), primary_key=True),
    C("key", sa.String(200), primary_key=True),
    C("version", sa.Integer, nullable=False),
    C("hash", sa.String(64), nullable=False),
    C("file", sa.String(400), nullable=False),
)
activations = sa.Table(
    "activations",
    metadata,
    C("seq", sa.Integer, primary_key=True, autoincrement=False),
    C("release", sa.String(40), nullable=False),
    C("at", Instant, nullable=False),
    C("by", sa.String(200), nullable=False),
)
designs = sa.Table(
    "designs",
    metadata,
    C("kind", sa.String(20), primary_key=True),
    C("key", sa.String(200), primary_key=True),
    C("source", sa.LargeBinary, nullable=False),
    C("version", sa.Integer, nullable=False),
    C("updated_at", Instant, nullable=False),
    C("updated_by", sa.String(200), nullable=False),
)
cases = sa.Table(
    "cases",
    metadata,
    *_case_key(),
    C("process", sa.String(200), nullable=False),
    C("release", sa.String(40), nullable=False),
    C("version", sa.Integer, nullable=False),
    C("state", sa.LargeBinary, nullable=False),
    C("facts", sa.LargeBinary, nullable=False),
    C("audit_head", sa.LargeBinary, nullable=False),
    C("status", sa.String(20), nullable=False),
    C("subject_id", sa.String(64), nullable=False),
    C("stage", sa.String(60)),
    C("grade", sa.String(60)),
    C("unit", sa.String(60)),
    C("manager", sa.String(200)),
    C("outcome", sa.String(60)),
    C("active", Json, nullable=False),
    C("started_at", Instant, nullable=False),
    C("ended_at", Instant),
    sa.Index("cases_subject", "subject_id", "status"),
    sa.Index("cases_started", "started_at", "id"),
    sa.Index("cases_stage", "process", "status", "stage"),
)
tasks = sa.Table(
    "tasks",
    metadata,
    *_case_key(),
    C("case_id", sa.String(64), nullable=False),
    C("process", sa.String(200), nullable=False),
    C("element", sa.String(200), nullable=False),
    C("name", sa.String(400), nullable=False),
    C("form", sa.String(200)),
    C("group", sa.String(60)),
    C("status", sa.String(20), nullable=False),
    C("assignee", sa.String(200)),
    C("due_at", Instant),
    C("due_key", Instant, nullable=False),
    C("priority", sa.SmallInteger, nullable=False),
    C("may_assess", sa.Boolean, nullable=False),
    C("subject_id", sa.String(64), nullable=False),
    C("stage", sa.String(60)),
    C("grade", sa.String(60)),
    C("unit", sa.String(60)),
    C("manager", sa.String(200)),
    C("version", sa.Integer, nullable=False),
    C("prefill", sa.LargeBinary),
    C("draft", sa.LargeBinary),
    C("draft_version", sa.Integer, nullable=False),
    C("form_values", sa.LargeBinary),
    C("step", sa.Integer, nullable=False),
    C("opened_at", Instant, nullable=False),
    C("closed_at", Instant),
    C("closed_by", sa.String(200)),
    C("snoozed_until", Instant),
    C("delegated_by", sa.String(200)),
)
_IS_OPEN = tasks.c.status == OPEN
sa.Index("tasks_mine", tasks.c.assignee, tasks.c.due_key, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
sa.Index("tasks_group", tasks.c.group, tasks.c.due_key, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
sa.Index("tasks_due", tasks.c.due_key, tasks.c.id, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
sa.Index("tasks_case", tasks.c.case_id)

timers = sa.Table(
    "timers",
    metadata,
    *_case_key(),
    C("case_id", sa.String(64), nullable=False),
    C("process", sa.String(200), nullable=False),
    C("element", sa.String(200), nullable=False),
    C("kind", sa.String(20), nullable=False),
    C("due_at", Instant, nullable=False),
    C("wake_at", Instant, nullable=False),
    C("attempts", sa.Integer, nullable=False, server_default="0"),
    C("incident", sa.Boolean, nullable=False, server_default=sa.false()),
    C("held", sa.Boolean, nullable=False, server_default=sa.false()),
)
GOING = sa.not_(timers.c.incident) & sa.not_(timers.c.held)
"""A timer that runs: neither parked after failures nor held with its suspended case."""
sa.Index("timers_going", timers.c.wake_at, sqlite_where=GOING, postgresql_where=GOING)
sa.Index("timers_case", timers.c.case_id)

waits = sa.Table(
    "waits",
    metadata,
    C("shard", sa.SmallInteger, primary_key=True),
    C("case_id", sa.String(64), primary_key=True),
    C("id", sa.String(200), primary_key=True),
    C("process", sa.String(200), nullable=False),
    C("element", sa.String(200), nullable=False),
    C("name", sa.String(200), nullable=False),
    C("key", sa.String(200)),
)
_KEYED = waits.c.key.is_not(None)
sa.Index("waits_key", waits.c.name, waits.c.key, sqlite_where=_KEYED, postgresql_where=_KEYED)
history = sa.Table(
    "history",
    metadata,
    C("shard", sa.SmallInteger, primary_key=True),
    C("case_id", sa.String(64), primary_key=True),
    C("step", sa.Integer, primary_key=True),
    C("n", sa.Integer, primary_key=True),
    C("at", Instant, nullable=False),
    C("actor", sa.String(200), nullable=False),
    C("kind", sa.String(40), nullable=False),
    C("process", sa.String(200), nullable=False),
    C("element", sa.String(200), nullable=False),
    C("entered_at", Instant),
    C("facts", Json),
    C("delta", sa.LargeBinary),
    sa.Index("history_kind", "kind", "process", "element"),
    info=APPEND_ONLY,
)
outbox = sa.Table(
    "outbox",
    metadata,
    *_case_key(),
    C("case_id", sa.String(64), nullable=False),
    C("step", sa.Integer, nullable=False),
    C("topic", sa.String(60), nullable=False),
    C("element", sa.String(200), nullable=False),
    C("payload", sa.LargeBinary, nullable=False),
    C("status", sa.String(20), nullable=False),
    C("created_at", Instant, nullable=False),
    C("attempts", sa.Integer, nullable=False, server_default="0"),
    C("next_at", Instant, nullable=False),
    C("n", sa.SmallInteger, nullable=False, server_default="0"),
    C("token", sa.String(64)),
    C("claimed_by", sa.String(200)),
    C("claimed_until", Instant),
    C("done_at", Instant),
    C("error", sa.String(60)),
    C("give_up_at", Instant),
    sa.Index("outbox_case", "case_id", "step", "n"),
    sa.Index("outbox_listed", "created_at", "id"),
)
_PENDING = outbox.c.status == "pending"
sa.Index("outbox_due", outbox.c.topic, outbox.c.next_at, sqlite_where=_PENDING, postgresql_where=_PENDING)

incidents = sa.Table(
    "incidents",
    metadata,
    *_case_key(),
    C("case_id", sa.String(64), nullable=False),
    C("process", sa.String(200), nullable=False),
    C("element", sa.String(200), nullable=False),
    C("kind", sa.String(20), nullable=False),
    C("cause", sa.String(60), nullable=False),
    C("detail", sa.String(400), nullable=False),
    C("token", sa.String(64)),
    C("status", sa.String(20), nullable=False),
    C("attempts", sa.Integer, nullable=False),
    C("step", sa.Integer, nullable=False),
    C("opened_at", Instant, nullable=False),
    C("closed_at", Instant),
    C("closed_by", sa.String(200)),
    sa.Index("incidents_case", "case_id"),
)
_UNMENDED = incidents.c.status == OPEN
sa.Index("incidents_open", incidents.c.cause, incidents.c.opened_at, sqlite_where=_UNMENDED, postgresql_where=_UNMENDED)
messages = sa.Table(
    "messages",
    metadata,
    C("id", sa.String(64), primary_key=True),
    C("name", sa.String(200), nullable=False),
    C("key", sa.String(200)),
    C("case_id", sa.String(64)),
    C("payload", sa.LargeBinary, nullable=False),
    C("source", sa.String(200), nullable=False),
    C("source_id", sa.String(200), nullable=False),
    C("status", sa.String(20), nullable=False),
    C("received_at", Instant, nullable=False),
    C("expires_at", Instant, nullable=False),
    C("consumed_at", Instant),
    C("consumed_by", sa.String(64)),
    C("shard", sa.SmallInteger),
    C("subject_id", sa.String(64)),
    C("reached", Json),
    sa.UniqueConstraint("source", "source_id", name="messages_source"),
    sa.Index("messages_case", "case_id", "status"),
    sa.Index("messages_listed", "received_at", "id"),
)
_KEPT = messages.c.status == "waiting"
sa.Index("messages_waiting", messages.c.name, messages.c.key, sqlite_where=_KEPT, postgresql_where=_KEPT)
sa.Index("messages_subject", messages.c.subject_id, sqlite_where=_KEPT, postgresql_where=_KEPT)
sa.Index("messages_expiry", messages.c.expires_at, sqlite_where=_KEPT, postgresql_where=_KEPT)
case_links = sa.Table(
    "case_links",
    metadata,
    C("shard", sa.SmallInteger, primary_key=True),
    C("case_id", sa.String(64), primary_key=True),
    C("linked_id", sa.String(64), primary_key=True),
    C("kind", sa.String(40), nullable=False),
    C("at", Instant, nullable=False),
)
